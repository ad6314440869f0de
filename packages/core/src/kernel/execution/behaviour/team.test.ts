import {
  type AgentSketch,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  pauses,
  resumes,
  retries,
  starts,
  type TaskSketch,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import type { Ask } from '../../../patterns/asks.ts';
import type { Pattern, PatternView, Reaction } from '../../../patterns/pattern.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { Schema } from '../../../plan/expression.ts';
import type { TeamUse } from '../../../plan/team.ts';
import { ValuesMissing } from '../../values.ts';
import type { ExecutionCommand } from '../commands.ts';
import { react } from '../decide/team.ts';
import { executionLaw } from '../law.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import { newExecution, type Task } from '../state.ts';
import type { TeamRun } from '../team.ts';

const use: TeamUse = { pattern: supervisor, options: { max_parallel: 100, on_worker_failure: 'report' } };
const agents: Record<string, AgentSketch> = { boss: { role: 'supervisor' }, hands: { count: 2 } };
const sketch = (more: DefinitionSketch = {}): DefinitionSketch => ({
  agents,
  tasks: { a: { team: use }, b: ['a'] },
  ...more,
});
const part = (input: number): Ask => ({ kind: 'delegate', to: 'hands', input });
const two = { directives: [part(1), part(2)] };
const atWork = (more?: DefinitionSketch): Given =>
  given(aPlan(sketch(more))).commands(starts(), completes('a[1]', 'plan', two));
const limited = (limits: TeamUse['limits']): DefinitionSketch => ({
  agents,
  tasks: { a: { team: { ...use, ...(limits === undefined ? {} : { limits }) } } },
});

describe('a task of a team', () => {
  test('begins with the first turn of its pattern', () => {
    given(aPlan(sketch()))
      .when(starts())
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        'pattern.started',
        'pattern.reacted',
        'agent.task_assigned',
      );
  });

  test('goes on after a pause with what came in meanwhile', () => {
    atWork()
      .commands(pauses())
      .when(completes('a[2]'))
      .thenHappens('task.completed')
      .when(completes('a[3]'))
      .thenHappens('task.completed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'pattern.reacted', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is cancelled with all of its turns', () => {
    atWork()
      .commands(cancels(), fails('a[2]', { code: 'agent_aborted' }))
      .when(fails('a[3]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'workflow.cancelled')
      .when(retries())
      .thenHappens('workflow.reopened', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('hears of a turn that is cancelled, failed or completed by hand', () => {
    atWork()
      .when(cancelsTask('a[2]'))
      .thenHappens('task.cancelling')
      .when(fails('a[2]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'pattern.reacted');
    atWork().when(failsByHand('a[2]')).thenHappens('task.overridden', 'task.failed', 'pattern.reacted');
    atWork().when(completesByHand('a[2]', 5)).thenHappens('task.overridden', 'pattern.reacted');
  });

  test('is completed by hand as a whole', () => {
    const run = atWork().when(completesByHand('a', 5)).thenHappens('task.overridden', 'agent.task_assigned');
    expect(run.state.tasks[0]?.status).toBe('completed');
  });

  test('is retried from its beginning, under new keys', () => {
    const run = given(aPlan(sketch())).commands(starts(), fails('a[1]'));
    expect(run.state.status.kind).toBe('failed');
    run
      .when(retries())
      .thenHappens('workflow.reopened', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
    expect(run.log.at(-1)).toMatchObject({ task: 'a', item: 1, activation: 2 });
  });

  test('goes on by a version that has the same team, and begins anew by one that has another', () => {
    const same = aPlan(sketch({ version: '2' }));
    atWork().knows('next', same).when(upgrades()).thenHappens('workflow.upgraded');
    const other = aPlan(sketch({ version: '2', agents: { ...agents, more: {} } }));
    atWork()
      .knows('next', other)
      .when(upgrades('stop'))
      .thenHappens('workflow.upgraded', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('ends at a limit with what its last turn gave, or fails', () => {
    const complete = given(aPlan(limited({ turns: 2 }))).commands(starts());
    complete
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
    expect(complete.log.at(-2)).toMatchObject({ task: 'a', output: 'plan' });
    expect(complete.state.tasks[0]?.stopReason).toBe('limit of the pattern supervisor: 2 turns');
    given(aPlan(limited({ turns: 2, onLimit: 'fail' })))
      .commands(starts())
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('ends when its time is over', () => {
    given(aPlan(limited({ wallTimeMs: 1_000 })))
      .commands(starts(), completes('a[1]', 'plan', two))
      .at(1_000)
      .when(fires('team_due', 'a'))
      .thenHappens('pattern.finished', 'task.completed', 'workflow.completed');
  });

  test('that is cancelled hears no more of turns that stop later', () => {
    const aborted = { code: 'agent_aborted' };
    const run = atWork().commands(cancelsTask('a'));
    run.when(fails('a[2]', aborted)).thenHappens('task.cancelled');
    run.when(fails('a[3]', aborted)).thenHappens('task.cancelled', 'task.skipped', 'workflow.completed');
  });

  test('that has ended is not ended once more by its time', () => {
    given(
      aPlan(
        sketch({
          ...limited({ wallTimeMs: 1_000 }),
          tasks: { ...limited({ wallTimeMs: 1_000 }).tasks, b: ['a'] },
        }),
      ),
    )
      .commands(starts(), completes('a[1]', 'plan', two))
      .at(1_000)
      .commands(fires('team_due', 'a'))
      .when(fires('team_due', 'a'))
      .thenHappens();
  });

  test('takes turns, and spawns no tasks among them', () => {
    const spawn = { kind: 'spawn', tasks: [{ id: 'more', agent: 'hands' }] } as const;
    const refused = { error: { code: 'spawn_invalid' } };
    const run = atWork().when(completes('a[2]', null, { directives: [spawn] }));
    expect(run.log.at(-2)).toMatchObject({ type: 'task.failed', item: 2, ...refused });
    const opening = given(aPlan({ agents, team: use, tasks: { a: { agent: 'boss' } } }))
      .commands(starts())
      .when(completes('a', null, { directives: [part(1), spawn] }));
    expect(opening.log.at(-3)).toMatchObject({ type: 'task.failed', ...refused });
  });

  test('ends with what there is when its budget is spent', () => {
    const run = given(aPlan(sketch({ tasks: { a: { team: use, budget: { turns: 1 } } } })))
      .commands(starts())
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'budget.exceeded',
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
    expect(run.log.at(-2)).toMatchObject({ output: 'plan' });
  });

  test('that does the same again and again has reached a limit', () => {
    const run = atWork();
    for (const from of [2, 5]) {
      run.commands(completes(`a[${from}]`), completes(`a[${from + 1}]`), completes(`a[${from + 2}]`, 0, two));
    }
    expect(run.state.tasks[0]?.stopReason).toContain('times in a row');
  });
});

function nested(depth: number): Json {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** A pattern whose every reaction is the next of these; after them it has nothing to say. */
function scripted(...reactions: readonly (Reaction | Error)[]): DefinitionSketch {
  const left = [...reactions];
  const pattern: Pattern = {
    ...(supervisor as unknown as Pattern),
    initial: () => ({}),
    react: () => {
      const next = left.shift() ?? { reason: 'it has nothing to say' };
      if (next instanceof Error) throw next;
      return next;
    },
  };
  return { agents, tasks: { a: { team: { pattern, options: {} } } } };
}

function withOutput(sketched: DefinitionSketch, output: Schema): DefinitionSketch {
  return { ...sketched, tasks: { a: { ...(sketched.tasks?.['a'] as TaskSketch), output } } };
}

const turn = (to: string, more: object = {}): Reaction => ({
  reason: 'it wants a turn',
  moves: [{ move: 'turn', to, purpose: 'work', ...more }],
});

describe('a pattern', () => {
  test('that falls silent is asked once more, and ended', () => {
    const run = given(aPlan(scripted(turn('hands'))))
      .commands(starts())
      .when(completes('a[1]', 7));
    run.thenHappens(
      'task.completed',
      'pattern.reacted',
      'pattern.reacted',
      'pattern.finished',
      'task.completed',
      'workflow.completed',
    );
    expect(run.log.at(-2)).toMatchObject({ output: 7 });
    expect(run.state.tasks[0]?.stopReason).toContain('nobody is at work');
  });

  test('that only clears a timer again and again when nobody is at work is ended', () => {
    const vain = { reason: 'x', moves: [{ move: 'clear_timer', name: 't' }] } as const;
    const run = given(aPlan(scripted(turn('hands'), ...Array.from({ length: 50 }, () => vain)))).commands(
      starts(),
    );
    run.commands(completes('a[1]', 7));
    expect(run.state.tasks[0]?.stopReason).toContain('nobody is at work');
    expect(run.log.filter(({ type }) => type === 'pattern.reacted')).toHaveLength(3);
  });

  test('without a single completed turn has nothing to show at its end', () => {
    const run = given(aPlan(scripted())).when(starts());
    expect(run.log.at(-2)).toMatchObject({ type: 'task.completed', output: null });
  });

  test.each([
    ['gives a turn to a stranger', turn('nobody'), 'nobody, who is not of the team'],
    ['speaks of a turn that is not', turn('hands', { results: [1] }), 'the turn 1, and there are 0'],
    [
      'ends with a turn that is not',
      { reason: 'x', moves: [{ move: 'finish_with', turn: 3 }] },
      'the turn 3',
    ],
    ['throws', new Error('oh no'), 'oh no'],
    [
      'changes too much at once',
      { reason: 'x', change: { all: 'x'.repeat(270_000) } },
      '270010 bytes at once, and 262144 are allowed',
    ],
    ['nests its state without end', { reason: 'x', change: { all: nested(68) } }, 'is nested deeper than 68'],
    ['makes a move that is none', { reason: 'x', moves: [{ move: 'fly' } as never] }, 'there is no move fly'],
    ['keeps what is no JSON', { reason: 'x', change: { all: Number.NaN } }, 'at all is not JSON'],
  ] as const)('that %s fails its task', (_, reaction, words) => {
    const run = given(aPlan(scripted(reaction))).commands(starts());
    expect(run.state.status).toMatchObject({ error: { code: 'pattern_broken' } });
    expect(run.state.status).toMatchObject({ error: { message: expect.stringContaining(words) } });
  });

  /** So many of them are more than may be kept. */
  const LARGE = 250_000;
  const MANY = 17;
  const keeping = (keyOf: (n: number) => string): ReturnType<typeof given> => {
    const keep = Array.from(
      { length: MANY },
      (_, n): Reaction => ({ ...turn('hands'), change: { [keyOf(n)]: 'x'.repeat(LARGE) } }),
    );
    const run = given(aPlan(scripted(...keep))).commands(starts());
    for (let n = 1; n < MANY; n++) run.commands(completes(`a[${n}]`, n));
    return run;
  };

  test('may replace what it keeps as often as it likes', () => {
    expect(keeping(() => 'text').state.tasks[0]?.team?.bytes).toBe(LARGE + '{"text":""}'.length);
  });

  test('that keeps too much fails its task', () => {
    const { status } = keeping((n) => `k${n}`).state;
    expect(status).toMatchObject({ error: { code: 'pattern_broken' } });
    expect(status).toMatchObject({ error: { message: expect.stringContaining('4194304 are allowed') } });
    // Every step of it is checked with all that is kept by then.
  }, 120_000);

  test('brings its team no further, until that is a limit', () => {
    const idle: Reaction = { ...turn('hands'), progress: false };
    const run = given(aPlan(scripted(idle, idle, idle, idle, idle))).commands(starts());
    for (const n of [1, 2, 3, 4]) run.commands(completes(`a[${n}]`, n));
    expect(run.state.tasks[0]?.stopReason).toContain('5 steps without progress');
  });

  test('hands work on, tells of it, and its result must fit the document', () => {
    const handsOff: Reaction = { ...turn('hands'), facts: [{ fact: 'handed_off', by: 'boss', to: 'hands' }] };
    const run = given(aPlan(scripted(turn('boss'), handsOff))).commands(starts(), completes('a[1]', 1));
    expect(run.state.tasks[0]?.team?.figures.handOffs).toBe(1);
    const sketchOf = scripted(turn('boss'), { reason: 'done', moves: [{ move: 'finish', output: 5 }] });
    const output = { source: {}, check: () => [{ path: '', message: 'is no text' }] };
    given(aPlan(withOutput(sketchOf, output)))
      .commands(starts())
      .when(completes('a[1]'))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('of another version than the log says is not asked: the execution stands still, loudly', () => {
    const run = given(aPlan(sketch())).commands(starts());
    const plan = aPlan(
      sketch({ tasks: { a: { team: { ...use, pattern: { ...supervisor, version: '2' } } }, b: ['a'] } }),
    );
    const state = newExecution('execution', plan);
    expect(() => {
      for (const event of run.log) executionLaw.evolve(state, event, 0);
    }).toThrow('a is at work by the pattern supervisor 1, and here is supervisor 2');
    expect(() => restoreExecution('execution', plan, encodeExecution(run.state))).toThrow(
      'there is no pattern supervisor 1 any more',
    );
  });

  test('is not asked for anything by what was spawned, or by items', () => {
    const plan = aPlan({ agents, team: use, tasks: { a: { parallel: true, agent: 'hands' } } });
    const run = given(plan).commands(starts(), completes('a[0]', 1, { directives: [part(1)] }));
    expect(run.log).toContainEqual(expect.objectContaining({ type: 'task.failed' }));
  });

  test('a timer of it that rings early or late means nothing', () => {
    const waits: Reaction = { reason: 'it waits', moves: [{ move: 'set_timer', name: 'x', afterMs: 100 }] };
    const rings = (name?: string): ExecutionCommand => ({
      type: 'timer',
      timer: name === undefined ? { kind: 'team_due', task: 'a' } : { kind: 'team_due', task: 'a', name },
    });
    const run = given(aPlan(scripted(waits))).commands(starts());
    run.when(rings('x')).thenHappens().when(rings('y')).thenHappens().when(rings()).thenHappens();
    run
      .at(100)
      .when(rings('x'))
      .thenHappens(
        'pattern.timer_due',
        'pattern.reacted',
        'pattern.reacted',
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
    run.when(rings('x')).thenHappens();
  });

  test('sees the work, and what came of its turns', () => {
    const seen: unknown[] = [];
    const look = ({ input, opener, turns, output, asks, turn: at }: PatternView): void =>
      void seen.push(
        turns === 0 ? [input, opener] : [input, opener, output(turns), asks(turns), at(turns).status],
      );
    const looking: Pattern = {
      ...(supervisor as unknown as Pattern),
      asks: ['finish'],
      initial: () => ({}),
      whyNot: (view) => {
        look(view);
        return undefined;
      },
      react: (view) => {
        look(view);
        return view.turns === 2 ? { reason: 'done', moves: [{ move: 'finish', output: 1 }] } : turn('hands');
      },
    };
    const plan = aPlan({ agents, team: { pattern: looking, options: {} }, tasks: { a: { agent: 'boss' } } });
    const finish: Ask = { kind: 'finish' };
    given(plan).commands(
      starts({ input: 'work' }),
      completes('a', 5, { directives: [finish], usage: { tokens: 9 } }),
      completes('a[2]', 6, { directives: [finish] }),
    );
    expect(seen).toEqual([
      ['work', 'boss', null, [], 'open'],
      ['work', 'boss', 5, [finish], 'completed'],
      ['work', 'boss', null, [], 'open'],
      ['work', 'boss', 6, [finish], 'completed'],
    ]);
  });

  test('that throws a text fails its task, and one that lacks a value is asked again', () => {
    const text = 'oh' as unknown as Error;
    const pattern: Pattern = {
      ...(supervisor as unknown as Pattern),
      react: () => {
        throw text;
      },
    };
    const run = given(aPlan({ agents, tasks: { a: { team: { pattern, options: {} } } } })).commands(starts());
    expect(run.state.status).toMatchObject({ error: { code: 'pattern_broken' } });
    const lacks = given(aPlan(sketch())).commands(starts());
    const task = lacks.state.tasks[0] as Task;
    task.team?.pending.push({ kind: 'started' });
    const missing = (): never => {
      throw new ValuesMissing(['x']);
    };
    const its = task.team as TeamRun;
    Object.assign(its, { plan: { ...its.plan, pattern: { ...supervisor, react: missing } } });
    expect(() => react(lacks.state, its, 0)).toThrow(ValuesMissing);
  });

  test('remembers the last marks alone', () => {
    const marked = Array.from({ length: 20 }, (_, n): Reaction => ({ ...turn('hands'), mark: `m${n}` }));
    const run = given(aPlan(scripted(...marked))).commands(starts());
    for (let n = 1; n < 20; n++) run.commands(completes(`a[${n}]`));
    expect(run.state.tasks[0]?.team?.marks).toHaveLength(16);
  });

  test('whose timers nobody waits for any more are off', () => {
    const waits: Reaction = { reason: 'it waits', moves: [{ move: 'set_timer', name: 'x', afterMs: 100 }] };
    given(aPlan(scripted(waits)))
      .commands(starts())
      .when(cancels())
      .thenHappens('workflow.cancelling', 'workflow.cancelled');
  });

  test('of a task without a team no timer means anything', () => {
    const rings = { type: 'timer', timer: { kind: 'team_due', task: 'b' } } as const;
    given(aPlan(sketch())).commands(starts()).when(rings).thenHappens();
    for (const timer of [{ kind: 'team_due', task: 'none' }, { kind: 'team_due' }] as const)
      given(aPlan(sketch())).commands(starts()).when({ type: 'timer', timer }).thenHappens();
  });
});
