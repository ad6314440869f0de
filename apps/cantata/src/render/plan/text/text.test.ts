import { createPlan, type Limits, supervisor } from '@cantata/core';
import { type PlanReport, reportOf } from '@cantata/definition';
import { aDefinition, type DefinitionSketch } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { aReport, hostile, large, RESEARCH } from '../../../../test/plan/reports.ts';
import type { FileProblem } from '../../../failure.ts';
import { createTerminal } from '../../../terminal.ts';
import { width } from '../../text.ts';
import { planLines } from './text.ts';

const SPOKEN = { file: 'plan.yaml', command: 'cantata' };

interface Look {
  readonly columns?: number;
  readonly plainSymbols?: boolean;
}

function lines(report: PlanReport, { columns = 100, plainSymbols = false }: Look = {}): readonly string[] {
  const writer = { write: () => undefined, isTTY: true, columns };
  const terminal = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols });
  return planLines(report, terminal, SPOKEN);
}
const text = (report: PlanReport, look?: Look): string => lines(report, look).join('\n');
/** The lines below a heading. */
const section = (report: PlanReport, title: string, look?: Look): string =>
  (text(report, look).split(`\n\n${title}\n`)[1] ?? '').split('\n\n')[0] ?? '';

describe('the plan as text', () => {
  const research = aReport(RESEARCH);

  test('begins with what it is and how long it may take', () => {
    expect(lines(research).slice(0, 3)).toEqual([
      'multi_agent_research 1.0',
      '3 tasks in 3 phases · 4 seats · pattern supervisor',
      'About 30 s (a guess), with at most 3 of 4 seats at work at once.',
    ]);
  });

  test('says phase by phase who does what, after what, and in how many attempts', () => {
    expect(section(research, 'In this order')).toBe(
      [
        '  Phase 1',
        '  ◆ decompose   supervisor · ≈10 s · up to 5 attempts (exponential_backoff), each at most 5 min',
        '  Phase 2',
        '  ◆ research    researchers × 3 · ≈10 s each · after decompose · one attempt, at most 30 min',
        '  Phase 3',
        '  ◆ synthesize  supervisor · ≈10 s · after research · one attempt, at most 10 min',
      ].join('\n'),
    );
  });

  test('draws the seats over time, as wide as the terminal', () => {
    expect(section(research, 'Seats over time', { columns: 78 })).toBe(
      [
        '                 ╷0                  ╷10 s               ╷20 s          30 s╷',
        '  supervisor     ┣━ decompose ━━━━━━┫                    ┣━ synthesize ━━━━━┫',
        '  researchers-1                      ┣━ research[0] ━━━━┫',
        '  researchers-2                      ┣━ research[1] ━━━━┫',
        '  researchers-3                      ┣━ research[2] ━━━━┫',
      ].join('\n'),
    );
  });

  test('says what it takes in all and how anybody knows', () => {
    expect(section(research, 'In all')).toBe(
      [
        '  duration       about 30 s',
        '  critical path  30 s, however many seats there are: decompose → research → synthesize',
        '  work           50 s in 5 calls of agents, at most 3 at once',
        '  machines       at most 3 cores and 6 GB at once',
        '  estimates      all guessed (≈): 10 s, or the timeout where that is shorter; `estimate: 2m` at a',
        '                 task says better',
      ].join('\n'),
    );
  });

  test('has only ASCII where the terminal has no more', () => {
    const ascii = text(research, { plainSymbols: true });
    expect(ascii).not.toMatch(/[^\n -~]/);
    expect(ascii).toContain('  * research    researchers x 3 - ~10 s each - after decompose');
    expect(ascii).toContain('[= decompose ===');
  });

  test.each([30, 40, 60, 80, 100, 140, 400])('is never wider than a terminal of %d columns', (columns) => {
    for (const report of [
      research,
      hostile(),
      large(5, 30, 40),
      aReport({ agents: { ['w'.repeat(128)]: 1 } }),
    ])
      for (const line of lines(report, { columns }))
        expect(width(line)).toBeLessThanOrEqual(Math.min(columns, 140));
  });

  test('fills 100 columns on a pipe', () => {
    const writer = { write: () => undefined };
    const pipe = createTerminal(writer, { colours: 'never', dumbTerminal: true, plainSymbols: false });
    expect(Math.max(...planLines(research, pipe, SPOKEN).map(width))).toBeLessThanOrEqual(100);
    expect(Math.max(...planLines(research, pipe, SPOKEN).map(width))).toBeGreaterThan(95);
  });

  test('shows nothing that moves the cursor, whatever names say', () => {
    expect(text(hostile())).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  });

  test('says what may be late, what is tried first, and what is only done under a condition', () => {
    const when = { source: 'input.deep == true', reads: { input: true, tasks: [] }, evaluate: () => true };
    const report = aReport({
      agents: { workers: 2 },
      tasks: {
        slow: { estimate: { durationMs: 60_000 } },
        quick: { estimate: { durationMs: 5_000 }, priority: 3, when, input: when },
      },
    });
    const order = section(report, 'In this order');
    expect(order).toContain('Phase 1 · 2 tasks that can run side by side');
    expect(order).toContain('◆ slow   workers · 1 min · one attempt, no timeout\n');
    expect(order).toContain(
      'quick  workers · 5 s · one attempt, no timeout · may be 55 s late · priority 3\n',
    );
    expect(order).toContain(
      '           only when input.deep == true\n           works on input.deep == true',
    );
  });

  test('says where estimates come from, and what is known of the cost', () => {
    const report = aReport({
      tasks: { a: { estimate: { durationMs: 2_000, cost: 0.25 } }, b: ['a'], c: ['b'] },
    });
    const totals = section(report, 'In all');
    expect(totals).toContain('cost           about 0.25, of the 1 task whose cost is known');
    expect(totals).toContain('estimates      1 declared, 2 guessed (≈): ');
  });

  test('counts the past calls that medians were taken from', () => {
    const history = new Map([['a', { medianMs: 3_000, samples: 12 }]]);
    const plan = createPlan(aDefinition({ tasks: { a: [], b: ['a'] } }), history);
    const report = reportOf(plan, { limits: {}, notices: [], history });
    expect(section(report, 'In all')).toContain('1 the median of past runs (12 calls), 1 guessed (≈)');
    expect(lines(report)[2]).toBe('About 13 s (partly a guess), with at most 1 of 1 seat at work at once.');
  });

  test('says what machines must have, who declares nothing, and what is the limit', () => {
    const agents = {
      big: { resources: { cpuMillis: 2_500, memoryBytes: 1_500_000_000 } },
      small: { resources: { cpuMillis: 500 } },
      vague: 1,
    };
    const tasks = { a: { agent: 'big' }, b: { agent: 'small' }, c: { agent: 'vague' } };
    const machines = (sketch: DefinitionSketch, limits: Limits = {}): string =>
      /machines +(.*)/.exec(section(aReport(sketch, { limits }), 'In all'))?.[1] ?? '';
    expect(machines({ agents, tasks })).toBe('at most 3 cores and 1.5 GB at once; 1 group declares nothing');
    expect(machines({ agents, tasks }, { cpuMillis: 2_500 })).toContain(
      'at most 2.5 cores and 1.5 GB at once, within the limit of 2.5 cores; 1 group',
    );
    expect(machines({ agents: { ...agents, other: 1 }, tasks })).toContain('2 groups declare nothing');
    expect(machines({})).toBe('');
    expect(machines({}, { memoryBytes: 4_000_000_000 })).toBe(
      'nothing is declared, within the limit of 4 GB',
    );
  });

  test('says what may be spent, and what all of it costs where that is known', () => {
    const budget = { turns: 1, tokens: 5_000, cost: 2, wallTimeMs: 60_000 };
    const report = aReport({ budget, tasks: { a: { estimate: { durationMs: 1_000, cost: 1.5 } } } });
    expect(section(report, 'In and out')).toContain(
      'budget  at most 1 turn, at most 5000 tokens, a cost of at most 2, at most 1 min',
    );
    expect(section(report, 'In all')).toContain('cost           about 1.5\n');
  });

  test('shows what is odd in the document with its line', () => {
    const notice = (code: string, path: string, line: number): FileProblem => ({
      ...{ code, path, line, column: 3, file: 'plan.yaml', severity: 'notice' },
      message: `\`${path}\` is odd`,
    });
    const notices = [
      notice('agent_unused', 'agents.idle', 7),
      ...Array.from({ length: 7 }, (_, i) => notice('condition_constant', `tasks[${i}].when`, 10 + i)),
    ];
    const shown = text(aReport({}, { notices }));
    expect(shown).toContain('Worth a look\n  - line 7: `agents.idle` is odd\n  - line 10: ');
    expect(shown).toContain('  … 2 more; --format json lists all');
  });

  test('shows the first of many suggestions', () => {
    const agents = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`g${i}`, 1]));
    expect(text(aReport({ agents }))).toContain('  … 3 more; --format json lists all');
  });

  test('says when seats are what everything waits for', () => {
    const report = aReport({ agents: { workers: 1 }, tasks: { a: [], b: [], c: [] } });
    expect(section(report, 'In all')).toContain(
      'duration       about 30 s; 20 s of it because ready tasks wait for seats',
    );
  });

  test('names what goes in and what comes out', () => {
    const template = {
      source: { report: '${tasks.b.output}' },
      reads: { input: false, tasks: ['b'] },
      evaluate: () => null,
    };
    const inputs = { source: { properties: { topic: {}, depth: {} }, required: ['topic'] }, check: () => [] };
    const declared = aReport({
      inputs,
      outputs: template,
      budget: { turns: 9, cost: 2.5 },
      tasks: { a: [], b: ['a'] },
    });
    expect(section(declared, 'In and out')).toBe(
      '  input   topic, and if you like depth\n  output  {"report":"${tasks.b.output}"}\n  budget  at most 9 turns, a cost of at most 2.5',
    );
    expect(section(aReport({ tasks: { a: [], b: [] } }), 'In and out')).toBe('  output  what a and b give');
    const anything = aReport({ inputs: { source: { type: 'string' }, check: () => [] } });
    expect(section(anything, 'In and out')).toContain('input   as {"type":"string"}');
  });

  test('gives names that do not fit into their bars a letter, and explains it', () => {
    const report = aReport({
      tasks: {
        a_name_that_is_long: { estimate: { durationMs: 2_000 } },
        another: { dependsOn: ['a_name_that_is_long'], estimate: { durationMs: 40_000 } },
      },
    });
    const gantt = section(report, 'Seats over time', { columns: 80 });
    expect(gantt).toMatch(/┣a━*┫┣━ another ━/);
    expect(gantt).toContain('a a_name_that_is_long');
  });

  test('takes the middle out of a name that is a little too long', () => {
    const tasks = {
      migrate_database_1: { estimate: { durationMs: 1_000 } },
      verify: { dependsOn: ['migrate_database_1'], estimate: { durationMs: 3_000 } },
    };
    expect(section(aReport({ tasks }), 'Seats over time', { columns: 60 })).toContain(
      '┣migr…ase_1┫┣━ verify ━',
    );
  });

  test('counts calls that are too short to be drawn apart', () => {
    const short = Array.from({ length: 60 }, (_, i) => [`s${i}`, { estimate: { durationMs: 1 } }] as const);
    const tasks = { ...Object.fromEntries(short), long: { agent: 'other', estimate: { durationMs: 240 } } };
    const report = aReport({ agents: { workers: 1, other: 1 }, tasks });
    expect(section(report, 'Seats over time', { columns: 100 })).toMatch(/ {2}workers {2}├─ 60 calls ─+┤\n/);
    expect(section(report, 'Seats over time', { columns: 40 })).toMatch(/ {2}workers {2}├─?60─*┤\n/);
  });

  test('of thousands of tasks is bounded, and says how to see all', () => {
    const shown = lines(large(50, 100, 60));
    expect(shown.length).toBeLessThan(300);
    expect(shown.join('\n')).toContain('… 70 more tasks; --format json lists all');
    expect(shown.join('\n')).toContain('… 46 more phases; --format json lists all');
    expect(shown.join('\n')).toContain('… 36 more seats work; --format svg draws more, json has all');
    expect(shown.join('\n')).toMatch(/…\s+41\s+more\s+…/);
  });

  test('of many groups lists the first, and says how many seats nobody needs', () => {
    const agents = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`g${i}`, 1]));
    const report = aReport({ agents });
    expect(section(report, 'Who does it')).toContain('… 10 more groups; --format json lists all');
    expect(section(report, 'Seats over time')).toContain('no task needs: g1, g2, g3, g4, g5, g6 and 33 more');
  });

  test('of a team says who is in it, and that its pattern says who works when', () => {
    const team = { pattern: supervisor, options: {}, members: ['b', 'c'] };
    const report = aReport({ agents: { a: 1, b: 1, c: 1 }, tasks: { alone: [], shared: { team } } });
    expect(section(report, 'In this order')).toContain('shared  supervisor of b and c · ');
    expect(section(report, 'Who does it')).toContain('b  1 seat of type b · takes turns of a team');
    expect(section(report, 'Seats over time')).not.toContain('never used');
    const whole = aReport({ tasks: { shared: { team: { pattern: supervisor, options: {} } } } });
    expect(section(whole, 'In this order')).toContain('shared  supervisor of workers · ');
    const both = aReport({ agents: { b: 1, c: 1 }, tasks: { alone: [], shared: { team } } });
    expect(section(both, 'Who does it')).toMatch(/b .* busy \d+ % of the time, and takes turns of a team/);
  });

  test('of a plan without tasks says so much as there is', () => {
    expect(text(aReport({ tasks: {} }))).not.toContain('Seats over time');
  });
});
