/** What an agent does in a test beside its own work: takes time, does something else each time, or never answers. */
import type { Agent } from '@cantata/core';
import { typedDuration } from '@cantata/definition';

export type ScriptedAgent = Agent | Script;

/** How an agent is told to behave. Made by `takes`, `inTurn` and `hangs`. */
export class Script {
  /** What it does the n-th time, from 0: how long that takes, and who then does it; nobody, if it never answers. */
  readonly turn: (n: number) => { readonly ms: number; readonly agent: Agent | undefined };

  constructor(turn: Script['turn']) {
    this.turn = turn;
  }
}

/** Answers after so long in virtual time: `takes('5m', agent)`. */
export function takes(duration: string | number, agent: ScriptedAgent): Script {
  const ms = milliseconds(duration);
  const inner = scriptOf(agent);
  return new Script((n) => {
    const turn = inner.turn(n);
    return { ...turn, ms: turn.ms + ms };
  });
}

/** The first time the first one, and so on; the last one from then on. Each execution begins anew. */
export function inTurn(...agents: readonly [ScriptedAgent, ...ScriptedAgent[]]): Script {
  const scripts = agents.map(scriptOf);
  return new Script((n) => {
    const place = Math.min(n, scripts.length - 1);
    return (scripts[place] as Script).turn(n - place);
  });
}

/** Never answers, and does not listen. */
export function hangs(): Script {
  return new Script(() => ({ ms: 0, agent: undefined }));
}

export function scriptOf(agent: ScriptedAgent): Script {
  return agent instanceof Script ? agent : new Script(() => ({ ms: 0, agent }));
}

/** @throws RangeError for what is no duration */
export function milliseconds(duration: string | number): number {
  if (typeof duration === 'number' && Number.isSafeInteger(duration) && duration >= 0) return duration;
  const read = typedDuration(String(duration), 'the duration');
  if (typeof duration === 'string' && 'amount' in read) return read.amount;
  throw new RangeError(`${duration} is no duration: write milliseconds, or a text such as "5m" or "1h30m"`);
}
