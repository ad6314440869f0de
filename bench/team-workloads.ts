/**
 * Teams whose agents do no work: what is measured is what is between them. Each run of {@link SCENARIOS} is eleven turns
 * in a row, and every agent says when it has answered and the next one when it is asked.
 */
import type { AgentDirectory, JsonObject } from '@cantata/core';
import { type AgentDefinition, agentDirectory, defineAgent } from '@cantata/sdk';

/** Turns of a run, so that there are as many as TURNS - 1 times from an answer to the next agent. */
export const TURNS = 11;
const ROUNDS = (TURNS - 1) / 2;

/** The times from an answer to the next agent of the same run. */
export class Stopwatch {
  readonly #answeredAt = new Map<string, number>();
  readonly #ms: number[] = [];

  entered(run: string): void {
    const answeredAt = this.#answeredAt.get(run);
    if (answeredAt !== undefined) this.#ms.push(performance.now() - answeredAt);
  }

  answered(run: string): void {
    this.#answeredAt.set(run, performance.now());
  }

  ended(run: string): void {
    this.#answeredAt.delete(run);
  }

  /** What was measured since it was last asked. */
  take(): Float64Array {
    return Float64Array.from(this.#ms.splice(0));
  }
}

export interface Scenario {
  readonly name: string;
  readonly document: JsonObject;
  agents(watch: Stopwatch): AgentDirectory;
}

type Perform = AgentDefinition['perform'];

function watched(watch: Stopwatch, perform: Perform): AgentDefinition {
  return defineAgent((input, context) => {
    watch.entered(context.executionId);
    const output = perform(input, context);
    watch.answered(context.executionId);
    return output;
  });
}

function directory(agents: Readonly<Record<string, AgentDefinition>>): AgentDirectory {
  return agentDirectory({ agents }, 'the benchmark');
}

/** A supervisor delegates one part after the other, and looks at what it got. */
const supervisor: Scenario = {
  name: 'supervisor',
  document: team('supervisor', {
    agents: { boss: { type: 'boss' }, workers: { type: 'worker', count: 4 } },
    // It is the same two who take turns, and that is wanted here.
    pattern: { limits: { repeats: 8 } },
    tasks: [{ id: 'lead', agent: 'boss' }],
  }),
  agents: (watch) =>
    directory({
      boss: watched(watch, (_, { team: { results, turn = 1, delegate } }) => {
        if (turn < TURNS) delegate('workers', { part: turn });
        return results.length;
      }),
      worker: watched(watch, (input) => input),
    }),
};

/** Each of four hands on to the next one. */
const handoff: Scenario = {
  name: 'handoff',
  document: team('handoff', {
    agents: Object.fromEntries([0, 1, 2, 3].map((n) => [`member${n}`, { type: `member${n}` }])),
    pattern: { limits: { repeats: 8 } },
    tasks: [{ id: 'solve', agent: 'member0' }],
  }),
  agents: (watch) =>
    directory(
      Object.fromEntries(
        [0, 1, 2, 3].map((n) => [
          `member${n}`,
          watched(watch, (_, { team: { turn = 1, handOff } }) => {
            if (turn < TURNS) handOff(`member${(n + 1) % 4}`, { input: { turn } });
            return turn;
          }),
        ]),
      ),
    ),
};

/** Somebody offers work, who is called claims it, and with its answer it offers the next: two turns a work. */
const swarm: Scenario = {
  name: 'swarm',
  document: team('swarm', {
    agents: { members: { type: 'member', count: 4 } },
    pattern: {},
    tasks: [{ id: 'solve', agent: 'members' }],
  }),
  agents: (watch) =>
    directory({
      member: watched(watch, (input, { team: { purpose, turn = 1, claim, offer } }) => {
        if (purpose === 'call') claim((input as { readonly work: string }).work);
        else if (turn < TURNS) offer(`work${(turn + 1) / 2} of ${ROUNDS}`, { turn });
        return turn;
      }),
    }),
};

export const SCENARIOS = { supervisor, swarm, handoff } as const;
export type ScenarioName = keyof typeof SCENARIOS;

/** Of `seats` peers each begins, and writes to the next of the ring until a chain has `hops` messages. */
export function ring(seats: number, hops: number): JsonObject {
  return team('network', {
    agents: { peers: { type: 'peer', count: seats } },
    pattern: { options: { topology: 'ring', start: 'all', max_hops: hops, merge: 'last' }, limits: MANY },
    tasks: [{ id: 'talk', agent: 'peers' }],
  });
}

/** Of `seats` members each begins by offering one work, and does what it is called for. */
export function hive(seats: number): JsonObject {
  return team('swarm', {
    agents: { members: { type: 'hive', count: seats } },
    pattern: { options: { start: 'all' }, limits: MANY },
    tasks: [{ id: 'solve', agent: 'members' }],
  });
}

const MANY = { turns: 1_000_000, hand_offs: 1_000_000, stall: 1_000_000 };

/** Agents of {@link ring} and {@link hive}, who all go through a gate. */
export function teamAgents(gate: Gate): AgentDirectory {
  return directory({
    peer: defineAgent(async (_, { team: { purpose, shown, send } }) => {
      const [next] = shown['neighbours'] as readonly string[];
      const isLast = shown['hops_left'] === 0;
      await gate.pass(isLast ? 'last' : purpose === 'start' ? 'first' : 'other');
      if (!isLast) send(next as string, null);
      return null;
    }),
    hive: defineAgent(async (input, { seat, team: { purpose, claim, offer } }) => {
      await gate.pass(purpose === 'start' ? 'first' : 'other');
      if (purpose === 'call') claim((input as { readonly work: string }).work);
      if (purpose === 'start') offer(`work of ${seat}`, null);
      return null;
    }),
  });
}

/** Counts turns, and holds some of them: the first of each agent, or the last of each chain of messages. */
export class Gate {
  passed = 0;
  #closed: { readonly turns: string; readonly opened: Promise<void>; readonly open: () => void } | undefined;
  #held = 0;
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  pass(turn: 'first' | 'last' | 'other'): Promise<void> | undefined {
    this.passed += 1;
    if (turn !== this.#closed?.turns) return undefined;
    this.#held += 1;
    if (this.#held === this.#awaited?.count) this.#awaited.resolve();
    return this.#closed.opened;
  }

  /** Resolves when so many are held. Those that were held before go on. */
  close(turns: 'first' | 'last', count: number): Promise<void> {
    this.open();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    this.#closed = { turns, opened, open };
    this.#held = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { count, resolve };
    return promise;
  }

  open(): void {
    this.#closed?.open();
    this.#closed = undefined;
  }
}

interface Parts {
  readonly agents: JsonObject;
  readonly pattern: JsonObject;
  readonly tasks: readonly { readonly id: string; readonly agent: string }[];
}

function team(pattern: string, { agents, tasks, pattern: how }: Parts): JsonObject {
  return {
    name: `team-${pattern}`,
    version: '1',
    orchestration_pattern: pattern,
    agents,
    tasks: tasks.map((task): JsonObject => ({ ...task, pattern: how })),
    coordination: { type: 'graph_based' },
    max_concurrent_executions: 1_000_000,
  };
}
