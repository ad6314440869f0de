/** What scripted agents do with an assignment. Each is drawn by the place and the count of its performance alone. */
import type { AgentContext, AgentOutcome, Assignment, Json } from '@cantata/core';
import type { Dice } from '../dice.ts';
import type { VirtualProcess } from '../virtual-clock.ts';

export interface Turn {
  readonly assignment: Assignment;
  readonly context: AgentContext;
  /** Of the process the agent lives in. */
  readonly clock: VirtualProcess;
  readonly dice: Dice;
  /** Reaches for the world: the side effect. */
  readonly act: () => void;
}

export type Behaviour = (turn: Turn) => Promise<AgentOutcome>;

/** What an agent does that does nothing else. */
export const answersAtOnce: Behaviour = async ({ act, dice }) => {
  act();
  return completed(dice);
};

/** A new one is a line here. Whatever it does, it calls `act` before it says that it has completed. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'answers at once': answersAtOnce,
  'answers after a while': async ({ act, dice, clock }) => {
    if (dice.chance(0.5)) act();
    await pause(clock, dice.between(1, 4_000));
    act();
    return completed(dice);
  },
  'answers late': async ({ act, dice, clock }) => {
    await pause(clock, dice.between(4_000, 90_000));
    act();
    return completed(dice);
  },
  'answers twice': ({ act, dice }) => {
    act();
    const first = completed(dice);
    const second = completed(dice);
    const answer = (resolve: (outcome: AgentOutcome) => void): void => {
      resolve(first);
      resolve(second);
    };
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of one's own make is the point
    return { then: answer } as unknown as Promise<AgentOutcome>;
  },
  'throws before it acts': async () => {
    throw new Error('it broke');
  },
  'throws after it acted': async ({ act, clock, dice }) => {
    act();
    await pause(clock, dice.between(1, 2_000));
    throw new Error('it broke after it had done it');
  },
  'gives up': async () => ({ kind: 'failed', error: { code: 'no_use', message: 'no', retry: 'never' } }),
  'returns no JSON': async ({ act }) => {
    act();
    return { kind: 'completed', output: 1n };
  },
  /** Only where a deadline ends it: for ever is a reason to wait that has a name, and nothing to simulate. */
  hangs: (turn) =>
    turn.assignment.deadline === undefined ? answersAtOnce(turn) : new Promise(() => undefined),
  'works until it is told to stop': (turn) => {
    if (turn.assignment.deadline === undefined) return answersAtOnce(turn);
    const { signal } = turn.context;
    return new Promise((_, reject) => {
      const stop = (): void => reject(new Error('told to stop'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  },
};

function completed(dice: Dice): AgentOutcome {
  return { kind: 'completed', output: dice.pick<Json>([null, 1, [1, 2], { a: [] }]) };
}

function pause(clock: VirtualProcess, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
}
