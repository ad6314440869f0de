/**
 * Every protection is taken away once, and the simulator must notice: within a bounded number of runs it breaks what the
 * protection is for. With all of them in place the same seeds keep every promise, which is the simulator's own test.
 */
import {
  accept,
  type Clock,
  type Commit as CommitRows,
  type ExecutionEvent,
  type ExecutionState,
  executionLaw,
  NO_EVENTS,
  type Plan,
  type PlanTask,
  resourceLaw,
  type Store,
  type View,
} from '@cantata/core';
import { type Script, scriptOf, simulate, type UniverseOptions } from '@cantata/testing/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TurnAssignment } from './agents/assignment.ts';
import { Attempts } from './agents/attempts.ts';
import { sha256 } from './digest.ts';
import { createMemoryData, type MemoryData } from './memory/memory-data.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import { Order } from './shell/order.ts';
import { Residents } from './shell/residents.ts';

const MOST_RUNS = 250;
const BOUND_MS = 300_000;
const NO_SABOTAGE = (): UniverseOptions => ({});

afterEach(() => vi.restoreAllMocks());

/** The first seed with which one of these invariants breaks; undefined if none does. */
async function firstRed(
  invariants: readonly string[],
  options: () => UniverseOptions = NO_SABOTAGE,
  happenings: readonly string[] = [],
  always: readonly string[] = [],
  adapt: (script: Script) => Script = (script) => script,
): Promise<number | undefined> {
  for (let seed = 1; seed <= MOST_RUNS; seed++) {
    const { broken } = await simulate(adapt(happening(scriptOf(seed, always), happenings)), options());
    if (broken.some(({ invariant }) => invariants.includes(invariant))) return seed;
  }
  return undefined;
}

/** Other events than the law decides on. */
interface Twist {
  readonly what: string;
  readonly breaks: string;
  readonly twist: (event: ExecutionEvent, state: View<ExecutionState>) => readonly ExecutionEvent[];
}

/** Another plan than the document says. */
interface Bend {
  readonly what: string;
  readonly bend: (plan: Bent) => void;
}

/** Where budgets stand in a plan. */
interface Generous {
  readonly definition: { budget?: unknown };
  readonly tasks: readonly { readonly definition: { budget?: unknown } }[];
}

type Bent = Pick<Plan, 'metBy'> & { readonly tasks: readonly { join?: PlanTask['join'] }[] };

/** The same script with nothing but these happenings, in turn, where some are named. */
function happening(script: Script, names: readonly string[]): Script {
  if (names.length === 0) return script;
  const happenings = script.happenings.map((one, n) => ({ ...one, name: names[n % names.length] as string }));
  return { ...script, happenings };
}

/** The same script with programs that want the same locks, and one thing happening right after the other. */
function jostling(script: Script): Script {
  const constructs = ['tasks', 'needs', 'needs'];
  const programs = script.programs.map(([first], n) =>
    constructs.map((construct, m) => ({ construct, seed: (first?.seed ?? 0) + n * 100 + m })),
  );
  const happenings = script.happenings.map((one, n) => ({ ...one, thenMs: [0, 10, 100][n % 3] ?? 0 }));
  return { ...script, programs, happenings };
}

/** Whether it is one of the first rounds of a task in an execution. */
function isEarly({ executionId }: View<ExecutionState>, task: string): boolean {
  const key = `${executionId}/${task}`;
  const round = (ROUNDS.get(key) ?? 0) + 1;
  ROUNDS.set(key, round);
  return round < 10;
}
const ROUNDS = new Map<string, number>();

type Commit = Store['log']['commit'];

interface AtTask {
  readonly task: string;
  readonly item?: number;
  readonly activation?: number;
}

interface Sabotaged {
  readonly commit: Commit;
  readonly data: MemoryData;
  readonly store: Store;
  /** A moment in which the process may die. */
  readonly moment: () => Promise<void>;
}

/** Stores over the same data whose commits do something else. */
function committing(change: (given: Sabotaged) => Commit): () => UniverseOptions {
  return () => {
    const data = createMemoryData();
    const open = async (clock: Clock): Promise<Store> => {
      const store = createMemoryStore(data);
      const moment = (): Promise<void> => new Promise((resolve) => void clock.at(clock.now() + 300, resolve));
      const commit = change({ commit: (given) => store.log.commit(given), data, store, moment });
      const log = new Proxy(store.log, {
        get: (port, verb) => (verb === 'commit' ? commit : (Reflect.get(port, verb) as unknown)),
      });
      return { ...store, log };
    };
    return { open };
  };
}

describe('the simulator turns red', { timeout: BOUND_MS }, () => {
  it('when a commit is fenced by an epoch that its engine does not have', async () => {
    const unfenced = committing(({ commit, data }) => (given) => {
      const epochs = given.epochs.map(({ shard }) => ({ shard, epoch: data.shards[shard]?.epoch ?? 0 }));
      return commit({ ...given, epochs });
    });
    expect(await firstRed(['healthy', 'dense', 'once'], unfenced)).toBeDefined();
  });

  it('when an inbox row is consumed after the commit of what it caused', async () => {
    const late = committing(({ commit, moment }) => async (given) => {
      await commit({ ...given, consumed: [] });
      if (given.consumed.length === 0) return;
      await moment();
      await commit({ ...emptied(given), consumed: given.consumed });
    });
    const busy = ['start', 'open', 'operate', 'operate', 'crash'];
    expect(await firstRed(['dealt with once', 'healthy', 'admissions'], late, busy)).toBeDefined();
  });

  it('when a message is inserted after the commit of the event that caused it', async () => {
    const late = committing(({ commit, store, moment }) => async (given) => {
      await commit({ ...given, messages: [] });
      if (given.messages.length > 0) await moment();
      await store.inbox.post(given.messages);
    });
    expect(await firstRed(['admissions'], late)).toBeDefined();
  });

  it('when entities stay in memory after their commit was refused', async () => {
    const { evict } = Residents.prototype;
    vi.spyOn(Residents.prototype, 'evict').mockImplementation(function (this: Residents, id) {
      if (new Error('from where?').stack?.includes('#refused') !== true) evict.call(this, id);
    });
    expect(await firstRed(['healthy', 'folds', 'ends'])).toBeDefined();
  });

  it('when the idempotency key changes with the assignment', async () => {
    const key = Object.getOwnPropertyDescriptor(TurnAssignment.prototype, 'idempotencyKey')?.get;
    vi.spyOn(TurnAssignment.prototype, 'idempotencyKey', 'get').mockImplementation(function (
      this: TurnAssignment,
    ) {
      return `${key?.call(this)}/${this.assignment}`;
    });
    expect(await firstRed(['once'])).toBeDefined();
  });

  it('when the end of an attempt does not discharge it', async () => {
    vi.spyOn(Attempts.prototype, 'delete').mockImplementation(() => undefined);
    expect(await firstRed(['leaks'])).toBeDefined();
  });

  it('when what depends on a skipped task is not skipped', async () => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((...given) => {
      const decision = decide(...given);
      if (decision.kind === 'rejected') return decision;
      const events = decision.events.filter(
        (event) => event.type !== 'task.skipped' || event.dependency === undefined,
      );
      return { ...decision, events };
    });
    expect(await firstRed(['ends', 'outcomes'])).toBeDefined();
  });

  it.each<Twist>([
    {
      what: 'a join cancels nothing of what remains',
      breaks: 'cancels',
      twist: (event, { plan }) =>
        event.type === 'task.cancelling' && plan.taskIndex.has(event.by) ? [] : [event],
    },
    {
      what: 'a failure that leads back leads nowhere',
      breaks: 'failures',
      twist: (event) => (event.type === 'task.reentered' ? [] : [event]),
    },
    {
      what: 'a failure ends an execution that was to go on',
      breaks: 'failures',
      twist: (event) => {
        if (event.type !== 'task.failed' || event.handled !== 'continue') return [event];
        const { handled: _, attempt: __, type: ___, ...cause } = event;
        return [event, { type: 'workflow.failing', ...cause }];
      },
    },
    {
      what: 'a loop has a round that nobody wants',
      breaks: 'loops',
      twist: (event, state) => {
        if (event.type !== 'task.loop_ended') return [event];
        const { activation = 1 } = state.tasks[state.plan.taskIndex.get(event.task) ?? 0] ?? {};
        return activation > 5
          ? [event]
          : [{ type: 'task.repeated', task: event.task, activation: activation + 1 }];
      },
    },
    {
      what: 'a round of a loop is no activation of its own',
      breaks: 'activations',
      twist: (event, state) => {
        if (event.type !== 'task.repeated') return [event];
        // Rounds are counted by their activations: without an end to it a loop of nothing would never let go.
        const activation = isEarly(state, event.task) ? 1 : 1_000_000;
        return [{ ...event, activation }];
      },
    },
    {
      what: 'an upgrade stops whatever is at work',
      breaks: 'upgrades',
      twist: (event, { plan, inFlight }) => {
        if (event.type !== 'workflow.upgraded') return [event];
        const atWork = new Set([...inFlight].map(({ task }) => plan.tasks[task]?.id ?? ''));
        return [{ ...event, stopped: [...atWork] }];
      },
    },
    {
      what: 'a join that has to wait does not',
      breaks: 'order',
      twist: (event) =>
        event.type === 'task.awaited' ? [{ type: 'task.opened', task: event.task }] : [event],
    },
  ])('when $what', async ({ breaks, twist }) => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((state, command, now) => {
      const decision = decide(state, command, now);
      if (decision.kind === 'rejected') return decision;
      return { ...decision, events: decision.events.flatMap((event) => twist(event, state)) };
    });
    expect(await firstRed([breaks])).toBeDefined();
  });

  it.each<Bend>([
    {
      what: 'a join fires with the first of several that it waits for',
      bend: (plan) => {
        for (const task of plan.tasks) if (task.join?.kind === 'at_least') task.join = { kind: 'any' };
      },
    },
    {
      what: 'a dependency is met however it ends',
      bend: ({ metBy }) => void metBy?.fill(0xff),
    },
  ])('when $what', async ({ bend }) => {
    const { evolve } = executionLaw;
    vi.spyOn(executionLaw, 'evolve').mockImplementation((state, event, at) => {
      bend(state.plan);
      evolve(state, event, at);
    });
    expect(await firstRed(['order'])).toBeDefined();
  });

  it('when nobody looks at what is left of a budget', async () => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((state, ...given) => {
      const { definition, tasks } = state.plan as Generous;
      for (const one of [definition, ...tasks.map((task) => task.definition)]) delete one.budget;
      return decide(state, ...given);
    });
    expect(await firstRed(['budgets'])).toBeDefined();
  });

  it('when what an item held is not given back', async () => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((...given) => {
      const decision = decide(...given);
      if (decision.kind === 'rejected') return decision;
      const messages = decision.messages.filter(({ command }) => command.type !== 'semaphore.release');
      return { ...decision, messages };
    });
    expect(await firstRed(['shared'])).toBeDefined();
  });

  it('when a lock is granted to whoever asks', async () => {
    const { decide } = resourceLaw;
    vi.spyOn(resourceLaw, 'decide').mockImplementation((state, command, now) =>
      decide(state, command.type === 'semaphore.acquire' ? { ...command, capacity: 1_000 } : command, now),
    );
    expect(await firstRed(['shared'])).toBeDefined();
  });

  it('when an end does not give back what it took of the capacity', async () => {
    const { decide } = resourceLaw;
    vi.spyOn(resourceLaw, 'decide').mockImplementation((state, command, now) =>
      command.type === 'pool.release' ? NO_EVENTS : decide(state, command, now),
    );
    expect(await firstRed(['capacity'])).toBeDefined();
  });

  it('when a place is given to whoever asks', async () => {
    const { decide } = resourceLaw;
    vi.spyOn(resourceLaw, 'decide').mockImplementation((state, command, now) =>
      decide(state, command.type === 'pool.request' ? { ...command, limits: {} } : command, now),
    );
    expect(await firstRed(['capacity'])).toBeDefined();
  });

  it('when a message overtakes one that waits in the inbox', async () => {
    vi.spyOn(Order.prototype, 'isNext').mockReturnValue(true);
    const busy = ['start', 'delay', 'operate'];
    expect(await firstRed(['shared'], NO_SABOTAGE, busy, [], jostling)).toBeDefined();
  });

  it('when nobody breaks a circle of those who wait for each other', async () => {
    const { decide } = resourceLaw;
    vi.spyOn(resourceLaw, 'decide').mockImplementation((state, command, now) =>
      command.type === 'semaphore.break' ? NO_EVENTS : decide(state, command, now),
    );
    expect(await firstRed(['circles'])).toBeDefined();
  });

  it('when a circuit breaker lets everybody try', async () => {
    const { decide } = resourceLaw;
    vi.spyOn(resourceLaw, 'decide').mockImplementation((state, command, now) => {
      if (command.type !== 'breaker.ask' || state.kind !== 'breaker' || state.status.kind === 'closed')
        return decide(state, command, now);
      const { claim } = command;
      const grant = { type: 'resource.granted', resource: state.resourceId, claim, isProbe: true } as const;
      return accept(
        [{ type: 'agent.circuit_half_opened', claim }],
        [{ to: claim.execution, command: grant }],
      );
    });
    expect(await firstRed(['breakers'])).toBeDefined();
  });

  it('when an attempt that was diverted is spent', async () => {
    const { evolve } = executionLaw;
    vi.spyOn(executionLaw, 'evolve').mockImplementation((state, event, at) => {
      evolve(state, event, at);
      if (event.type !== 'task.rerouted') return;
      const item = state.tasks[state.plan.taskIndex.get(event.task) ?? -1]?.items[event.item ?? 0];
      if (item !== undefined) item.attempt += 1;
    });
    expect(await firstRed(['breakers'])).toBeDefined();
  });

  it('when the undoing of a step is registered only once the step is completed', async () => {
    const { decide } = executionLaw;
    const late = new Map<string, ExecutionEvent>();
    vi.spyOn(executionLaw, 'decide').mockImplementation((state, ...given) => {
      const decision = decide(state, ...given);
      if (decision.kind === 'rejected') return decision;
      const keyOf = ({ task, item, activation }: AtTask): string =>
        [state.executionId, task, item, activation].join();
      const events = decision.events.flatMap((event): readonly ExecutionEvent[] => {
        if (event.type === 'task.compensation_registered') {
          late.set(keyOf(event), event);
          return [];
        }
        const registered = event.type === 'task.completed' ? late.get(keyOf(event)) : undefined;
        return registered === undefined ? [event] : [registered, event];
      });
      return { ...decision, events };
    });
    expect(await firstRed(['undone'])).toBeDefined();
  });

  it('when the state of a pattern is not in the snapshot', async () => {
    const forgetful = committing(({ commit }) => (given) => {
      const snapshots = given.snapshots.map((row) => {
        // Nothing else in a snapshot is called so; a small one has no object in it.
        const state = row.state.replaceAll(/"state":\{[^{}]*\}/gu, '"state":{}');
        return { ...row, state, checksum: sha256(state) };
      });
      return commit({ ...given, snapshots });
    });
    expect(await firstRed(['folds'], forgetful, [], ['team'])).toBeDefined();
  });

  it('when what a turn asked for happens twice', async () => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((...given) => {
      const decision = decide(...given);
      if (decision.kind === 'rejected') return decision;
      const events = decision.events.map((event): ExecutionEvent => {
        if (event.type !== 'pattern.reacted' || event.to !== 'completed') return event;
        const { turns = [], inputs = [] } = event;
        if (turns.length === 0) return event;
        return { ...event, turns: [...turns, ...turns], inputs: [inputs, inputs].flat() };
      });
      return { ...decision, events };
    });
    expect(await firstRed(['teams'], NO_SABOTAGE, [], ['team'])).toBeDefined();
  });

  it('when a pattern is not told what became of a turn', async () => {
    const { evolve } = executionLaw;
    vi.spyOn(executionLaw, 'evolve').mockImplementation((state, event, at) => {
      evolve(state, event, at);
      if (event.type !== 'task.completed' || event.item === undefined) return;
      const task = state.tasks[state.plan.taskIndex.get(event.task) ?? -1];
      const run = task?.team;
      const last = run?.pending.at(-1);
      if (run === undefined || last?.kind !== 'completed' || last.turn !== event.item) return;
      run.pending.pop();
      if (run.pending.length === 0) state.reacting.remove(run);
    });
    expect(await firstRed(['teams'], NO_SABOTAGE, [], ['team'])).toBeDefined();
  });

  it('when a team goes by another state than was written down', async () => {
    const { evolve } = executionLaw;
    vi.spyOn(executionLaw, 'evolve').mockImplementation((state, event, at) => {
      const isChange = event.type === 'pattern.reacted' && event.change !== undefined;
      evolve(state, isChange ? { ...event, change: {} } : event, at);
    });
    expect(await firstRed(['team states'], NO_SABOTAGE, [], ['team'])).toBeDefined();
  });

  it('when an agent is shown something else than other turns gave', async () => {
    const { evolve } = executionLaw;
    vi.spyOn(executionLaw, 'evolve').mockImplementation((state, event, at) => {
      const isTurn = event.type === 'task.completed' && event.item !== undefined;
      evolve(state, isTurn ? { ...event, output: 'something else' } : event, at);
    });
    expect(await firstRed(['teams see'], NO_SABOTAGE, [], ['team'])).toBeDefined();
  });

  it('when nobody counts the turns of a team', async () => {
    const { decide } = executionLaw;
    vi.spyOn(executionLaw, 'decide').mockImplementation((state, ...given) => {
      const { tasks, teams } = state.plan;
      for (const { definition } of tasks) {
        const limits = teams.of(definition)?.limits as { turns: number } | undefined;
        if (limits !== undefined) limits.turns = 1_000;
      }
      return decide(state, ...given);
    });
    expect(await firstRed(['teams'], NO_SABOTAGE, [], ['team'])).toBeDefined();
  });

  it('when timers do not come back with their execution', async () => {
    const { owed } = executionLaw;
    vi.spyOn(executionLaw, 'owed').mockImplementation((state) =>
      [...owed(state)].filter(({ kind }) => kind !== 'arm'),
    );
    expect(await firstRed(['ends'])).toBeDefined();
  });
});

/** The same shards, and nothing written to them. */
function emptied(commit: CommitRows): CommitRows {
  const nothing = Object.keys(commit).map((rows) => [rows, []] as const);
  return { ...(Object.fromEntries(nothing) as unknown as CommitRows), epochs: commit.epochs };
}
