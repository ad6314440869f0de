/** A team that a document stops, though it would go on: with what there is, or as a failure. */
import {
  answersPerson,
  aPlan,
  checkpoints,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  loses,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import type { Pattern, Reaction } from '../../../patterns/pattern.ts';
import type { Stop, StopCondition } from '../../../patterns/stopping.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { TeamUse } from '../../../plan/team.ts';
import { executionLaw } from '../law.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';

const agents = { a: 1, b: { count: 2 } };
const sketch = (use: Partial<TeamUse>, task: Partial<TaskSketch> = {}): DefinitionSketch => ({
  agents,
  tasks: {
    t: {
      agent: 'a',
      team: { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' }, ...use },
      ...task,
    },
    after: ['t'],
  },
});
const stopping = (stop: Stop, more: Partial<TeamUse> = {}): Given =>
  given(aPlan(sketch({ stop, ...more }))).commands(starts());
const handsTo = (to: string): { directives: readonly Ask[] } => ({ directives: [{ kind: 'hand_off', to }] });
const reasonOf = ({ state }: Given): string | undefined => state.tasks[0]?.stopReason;
const outputOf = ({ state }: Given) => state.tasks[0]?.items[0]?.status;
const condition = (evaluate: StopCondition['evaluate']): Stop => ({
  kind: 'when',
  condition: { source: 'it', evaluate },
});

describe('a team with a condition of its end', () => {
  test('stops at it with what its last turn gave, and goes on before', () => {
    const run = stopping({ kind: 'turns', least: 2 }).commands(completes('t[1]', 'one', handsTo('b')));
    expect(run.state.tasks[0]?.status).toBe('open');
    run
      .when(completes('t[2]', 'two', handsTo('a')))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.completed',
        'agent.task_assigned',
      );
    expect(reasonOf(run)).toBe('it was to stop at 2 turns');
    expect(outputOf(run)).toMatchObject({ kind: 'completed', output: 'two' });
  });

  test('fails at it where its limits say so', () => {
    const run = stopping({ kind: 'turns', least: 1 }, { limits: { onLimit: 'fail' } });
    run.commands(completes('t[1]', 1, handsTo('b')));
    expect(outputOf(run)).toMatchObject({
      error: { code: 'pattern_limit', message: 'it was to stop at 1 turn' },
    });
  });

  test('that is done anyway is not stopped', () => {
    const run = stopping({ kind: 'turns', least: 1 }).commands(completes('t[1]', 'result'));
    expect(reasonOf(run)).toBeUndefined();
  });

  test.each([
    ['b', 'b-2'],
    ['b-1', 'b-1'],
  ])('stops at a hand-off to %s', (to, target) => {
    const stop: Stop = { kind: 'hand_off_to', to };
    expect(reasonOf(stopping(stop).commands(completes('t[1]', 1, handsTo(target))))).toBe(
      `it was to stop at a hand-off to ${to}`,
    );
    const both: Stop = { kind: 'all', of: [stop, { kind: 'turns', least: 3 }] };
    const later = stopping(both).commands(
      completes('t[1]', 1, handsTo(target)),
      completes('t[2]', 2, handsTo('a')),
    );
    expect(reasonOf(later)).toBeUndefined();
    expect(reasonOf(later.commands(completes('t[3]', 3, handsTo('b'))))).toContain('3 turns');
  });

  test('stops at what its agents have used, the first answer of a task included', () => {
    const stop: Stop = {
      kind: 'any',
      of: [
        { kind: 'tokens', least: 10 },
        { kind: 'cost', least: 2 },
      ],
    };
    const usage = { tokens: 6, cost: 0.5 };
    const run = stopping(stop).commands(completes('t[1]', 1, { ...handsTo('b'), usage }));
    run.commands(completes('t[2]', 2, { ...handsTo('a'), usage }));
    expect(reasonOf(run)).toBe('it was to stop at 10 tokens');
    const { tasks: _, ...whole } = sketch({});
    const opened = given(
      aPlan({
        ...whole,
        tasks: { t: { agent: 'a' } },
        team: {
          pattern: handoff,
          options: { context: 'full', on_agent_failure: 'fail' },
          stop: { kind: 'turns', least: 1 },
        },
      }),
    ).commands(starts(), completes('t', 7, { ...handsTo('b'), usage }));
    expect(reasonOf(opened)).toBe('it was to stop at 1 turn');
    expect(opened.state.tasks[0]?.team?.figures).toMatchObject({ turns: 1, tokens: 6, cost: 0.5 });
  });

  test('stops when its time is over, though nobody says a word, and not before', () => {
    const stop: Stop = {
      kind: 'all',
      of: [
        { kind: 'time', ms: 1_000 },
        { kind: 'turns', least: 1 },
      ],
    };
    const rings = { type: 'timer', timer: { kind: 'team_due', task: 't', name: '#stop 1000' } } as const;
    const run = stopping(stop).at(500).when(rings).thenHappens();
    run.at(1_000).when(rings).thenHappens();
    run.commands(completes('t[1]', 5, handsTo('b')));
    expect(reasonOf(run)).toBe('it was to stop at 1 s and 1 turn');
    run.when(rings).thenHappens();
    const silent = stopping({ kind: 'time', ms: 1_000 }).commands(completes('t[1]', 5, handsTo('b')));
    silent.at(1_000).when(rings);
    expect(reasonOf(silent)).toBe('it was to stop at 1 s');
    expect(outputOf(silent)).toMatchObject({ output: 5 });
    const alone = given(aPlan(sketch({}))).commands(starts(), completes('t[1]', 1, handsTo('b')));
    alone.at(1_000).when(rings).thenHappens();
    alone.when(fires('team_due', 't')).thenHappens();
  });

  test('is asked after each step by what it sees of the last turn that is completed', () => {
    const seen: unknown[] = [];
    const stop = condition(({ input, output, turn, figures }) => {
      seen.push({ input, output, turn, ...figures });
      return false;
    });
    const run = given(aPlan(sketch({ stop })));
    run.commands(starts({ input: 'work' }), completes('t[1]', 'one', handsTo('b')), fails('t[2]'));
    expect(seen).toMatchObject([
      { input: 'work', output: null, turn: null, turns: 0 },
      { output: 'one', turn: { n: 1, to: 'a', by: 'a', role: 'agent', purpose: 'active' }, turns: 1 },
    ]);
    expect(seen[1]).toMatchObject({ hand_offs: 1, stalled: 0, open: 0, votes: 0, seconds: 0 });
  });
});

test('a condition of the end sees the answer of a person, who is of no team', () => {
  const seen: unknown[] = [];
  const run = stopping(condition(({ turn }) => seen.push(turn) === 0));
  run.commands(completes('t[1]', 1, { directives: [{ kind: 'ask_person', prompt: 'Well?' }] }));
  run.commands(answersPerson('t[2]'));
  expect(seen.at(-1)).toEqual({ n: 2, to: 'somebody', by: 'somebody', role: '', purpose: 'person' });
});

describe('what is counted of a team', () => {
  /** A pattern whose every reaction is the next of these. */
  const scripted = (...reactions: readonly Reaction[]): Pattern => {
    const left = [...reactions];
    return {
      ...(supervisor as unknown as Pattern),
      initial: () => ({}),
      react: () => left.shift() ?? { reason: 'nothing' },
    };
  };
  const work = (more: Partial<Reaction> = {}): Reaction => ({
    reason: 'more',
    moves: [{ move: 'turn', to: 'b', purpose: 'work' }],
    ...more,
  });

  test('is each vote once, and the last of each counts', () => {
    const votes = (by: string, choice: string): Partial<Reaction> => ({
      facts: [{ fact: 'voted', by, choice }],
      progress: false,
    });
    const pattern = scripted(work(votes('b-1', 'x')), work(votes('b-1', 'y')), work(votes('b-2', 'y')));
    const run = stopping({ kind: 'quorum', votes: 2 }, { pattern });
    run.commands(completes('t[1]'));
    expect(reasonOf(run)).toBeUndefined();
    run.commands(completes('t[2]', 'agreed'));
    expect(reasonOf(run)).toBe('it was to stop at 2 votes for y');
    const stalls = scripted(work(votes('a', 'x')), work({ progress: false }), work({ progress: false }));
    const standing = stopping({ kind: 'stall', steps: 3 }, { pattern: stalls });
    standing.commands(completes('t[1]'), completes('t[2]'));
    expect(reasonOf(standing)).toBe('it was to stop at 3 steps without progress');
  });

  test('is what was delegated, said and had to be done again, and how long agents were at work', () => {
    const facts: Reaction['facts'] = [
      { fact: 'delegated', by: 'a', to: 'b' },
      { fact: 'message_sent', by: 'a', to: 'b' },
      { fact: 'passed_over', by: 'a', to: 'b', ask: 'hand_off' },
    ];
    const pattern = scripted(work({ facts }), work());
    const run = given(aPlan(sketch({ pattern }, { retryPolicy: 'fixed' }))).commands(starts());
    run.at(100).commands(loses('t[1]'), fails('t[1]'));
    const retried = run.state.retrying.values().next().value;
    run.at(5_000).commands(fires('retry_due', 't[1]'));
    expect(retried).toBeDefined();
    run.at(5_200).commands(completes('t[1]', 1, { directives: [{ kind: 'vote', choice: 'x' }] }));
    expect(run.state.tasks[0]?.team?.figures).toMatchObject({
      delegations: 1,
      messages: 1,
      losses: 1,
      retries: 2,
      refused: 1,
      turns: 0,
      busyMs: 300,
    });
    expect(run.commands(checkpoints()).state.tasks[0]?.team?.figures.failed).toBe(0);
  });

  test('comes back with a snapshot', () => {
    const run = stopping({ kind: 'time', ms: 1_000 }).commands(completes('t[1]', 1, handsTo('b-2')));
    const plan = run.state.plan;
    const snapshot = JSON.parse(JSON.stringify(encodeExecution(run.state))) as never;
    const restored = restoreExecution('execution', plan, snapshot);
    expect(restored.tasks[0]?.team?.handedTo).toEqual(new Set(['b-2', 'b']));
    const arms = [...executionLaw.owed(restored)].filter(
      (effect) => effect.kind === 'arm' && 'name' in effect.timer && effect.timer.name === '#stop 1000',
    );
    expect(arms).toHaveLength(1);
  });
});
