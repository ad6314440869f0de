/** What scripted agents do with an assignment. Each is drawn by the place and the count of its performance alone. */
import {
  type AgentContext,
  type AgentOutcome,
  type Assignment,
  type Directive,
  type Json,
  MAX_INLINE_BYTES,
} from '@cantata/core';
import type { Dice } from '../dice.ts';
import type { VirtualProcess } from '../virtual-clock.ts';
import { said } from './asks.ts';

export interface Turn {
  readonly assignment: Assignment;
  readonly context: AgentContext;
  /** Of the process the agent lives in. */
  readonly clock: VirtualProcess;
  readonly dice: Dice;
  /** Reaches for the world: the side effect. */
  readonly act: () => void;
}

export type Perform = (turn: Turn) => Promise<AgentOutcome>;

export interface Behaviour {
  /** How often it is drawn, against the others. */
  readonly weight: number;
  readonly perform: Perform;
}

/** Made once: where they were thrown is of no interest, and to find it out costs more than the rest of the turn. */
const BROKE = new Error('it broke');
const BROKE_LATE = new Error('it broke after it had done it');

const answersAtOnce: Perform = async (turn) => {
  turn.act();
  return completed(turn);
};

/** A new one is an entry here. Whatever it does, it calls `act` before it says that it has completed. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'answers at once': { weight: 10, perform: answersAtOnce },
  'answers after a while': {
    weight: 12,
    perform: async (turn) => {
      const { act, dice, clock } = turn;
      if (dice.chance(0.5)) act();
      await pause(clock, dice.between(1, 4_000));
      act();
      return completed(turn);
    },
  },
  'answers late': {
    weight: 2,
    perform: async (turn) => {
      const { act, dice, clock } = turn;
      await pause(clock, dice.between(4_000, 90_000));
      act();
      return completed(turn);
    },
  },
  'answers at length': {
    weight: 2,
    perform: async ({ act, dice }) => {
      act();
      // Too large for the log; the same text twice is one blob.
      const text = dice.pick(['a', 'b']).repeat(MAX_INLINE_BYTES);
      return { kind: 'completed', output: dice.chance(0.5) ? text : [text, 2] };
    },
  },
  'answers twice': { weight: 1, perform: answersTwice },
  'throws before it acts': {
    weight: 2,
    perform: async () => {
      throw BROKE;
    },
  },
  'throws after it acted': {
    weight: 2,
    perform: async ({ act, clock, dice }) => {
      act();
      await pause(clock, dice.between(1, 2_000));
      throw BROKE_LATE;
    },
  },
  'adds items to its task': {
    weight: 1,
    perform: async (turn) => {
      const { act, assignment } = turn;
      act();
      // Where the task takes none, the turn fails. The end comes, because only the first items add any.
      const items = (assignment.item ?? 0) < 4 ? [1] : [];
      return beside(completed(turn), { kind: 'add_items', task: assignment.task, items });
    },
  },
  'spawns others': {
    weight: 1,
    perform: async (turn) => {
      const { act, dice, assignment } = turn;
      act();
      // Where the task may not, the turn fails. Those that were spawned ask for less and less.
      const many = assignment.spawned === undefined ? dice.between(1, 4) : dice.between(0, 1);
      const names = Array.from({ length: many }, (_, n) => `${assignment.spawned ?? 's'}${n}`);
      const tasks = names.map((id, n) => ({
        id,
        ...(dice.chance(0.5) ? { agent: dice.pick(['few', 'many']) } : { requires: ['think'] }),
        ...(n > 0 && dice.chance(0.5) ? { dependsOn: [names[n - 1] as string] } : {}),
        ...(dice.chance(0.3) ? { retryPolicy: 'fixed' as const } : {}),
        timeoutMs: 60_000,
      }));
      return beside(completed(turn), { kind: 'spawn', tasks });
    },
  },
  'is down now and then': {
    weight: 4,
    perform: async (turn) => {
      if (Math.floor(turn.clock.now() / 7_000) % 3 !== 0) return answersAtOnce(turn);
      throw new Error('it is down');
    },
  },
  'gives up': {
    weight: 1,
    perform: async () => ({ kind: 'failed', error: { code: 'no_use', message: 'no', retry: 'never' } }),
  },
  'returns no JSON': {
    weight: 1,
    perform: async ({ act }) => {
      act();
      return { kind: 'completed', output: 1n };
    },
  },
  hangs: {
    weight: 1,
    perform: (turn) => (isUnbounded(turn) ? answersAtOnce(turn) : new Promise(() => undefined)),
  },
  'works until it is told to stop': {
    weight: 1,
    perform: (turn) => (isUnbounded(turn) ? answersAtOnce(turn) : obeys(turn)),
  },
};

/** Without a deadline an agent that never answers is waited for for ever: a reason with a name, and nothing to simulate. */
function isUnbounded({ assignment }: Turn): boolean {
  return assignment.deadline === undefined;
}

function answersTwice(turn: Turn): Promise<AgentOutcome> {
  turn.act();
  const outcomes = [completed(turn), completed(turn)];
  const answer = (resolve: (outcome: AgentOutcome) => void): void => {
    for (const outcome of outcomes) resolve(outcome);
  };
  // oxlint-disable-next-line unicorn/no-thenable -- a promise of one's own make is the point
  return { then: answer } as unknown as Promise<AgentOutcome>;
}

function obeys({ context: { signal } }: Turn): Promise<AgentOutcome> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('told to stop'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

/** One of those a run allows; an agent that may do nothing else answers at once. */
export function drawBehaviour(allowed: readonly string[], dice: Dice): Perform {
  const known = allowed.flatMap((name) => BEHAVIOURS[name] ?? []);
  let drawn = dice.unit() * known.reduce((sum, { weight }) => sum + weight, 0);
  return known.find(({ weight }) => (drawn -= weight) < 0)?.perform ?? answersAtOnce;
}

type Completed = Extract<AgentOutcome, { kind: 'completed' }>;

function completed({ dice, assignment }: Turn): Completed {
  const output = dice.pick<Json>([null, 1, [1, 2], { a: [] }]);
  const usage = dice.chance(0.5)
    ? { usage: { tokens: dice.between(0, 15), cost: dice.pick([0, 0.5, 1]) } }
    : {};
  const { asks, ...other } = said(assignment.team, dice);
  return {
    kind: 'completed',
    output,
    ...usage,
    ...other,
    ...(asks === undefined ? {} : { directives: asks }),
  };
}

function beside({ directives = [], ...completed }: Completed, directive: Directive): Completed {
  return { ...completed, directives: [...directives, directive] };
}

function pause(clock: VirtualProcess, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
}
