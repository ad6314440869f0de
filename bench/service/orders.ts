/** What a process of clients is told to do, what it tells of it, and the process as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Request } from './http.ts';

interface Orders {
  /** Executions, as many. */
  readonly start: { readonly workflow: string; readonly count: number; readonly ms: number } & Connected;
  readonly flood: { readonly requests: readonly Request[]; readonly status: number } & Connected & Lasting;
  readonly steadily: { readonly requests: readonly Request[]; readonly perSecond: number } & Connected &
    Lasting;
  /** WebSockets; `keeps` what they hear. */
  readonly read: {
    readonly url: string;
    readonly workflow: string;
    readonly count: number;
    readonly keeps: boolean;
  };
  readonly leave: object;
}
interface Connected {
  readonly url: string;
  readonly connections: number;
}
interface Lasting {
  readonly seconds: number;
}

export interface Outcomes {
  readonly start: { readonly executions: readonly string[] };
  readonly flood: { readonly answers: number; readonly perSecond: number };
  /** In milliseconds. */
  readonly steadily: { readonly latencies: readonly number[] };
  readonly read: { readonly open: number };
  readonly leave: { readonly open: number; readonly heard: readonly Heard[] };
}

/** A message, and when it was there, in nanoseconds of the machine's monotonic clock. */
export interface Heard {
  readonly key: string;
  readonly what: 'agent.assigned' | 'task.completed';
  readonly at: number;
}

type Name = keyof Orders;
export type Order<N extends Name = Name> = { [K in N]: { readonly order: K } & Orders[K] }[N];
export type Outcome = Outcomes[Name];

/** Nanoseconds of the clock that all processes of a machine share. */
export function now(): number {
  return Number(process.hrtime.bigint());
}

export class Crowd {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('crowd.ts', import.meta.url)), {
    serialization: 'advanced',
  });

  async tell<N extends Name>(order: N, what: Orders[N]): Promise<Outcomes[N]> {
    const [told, ended] = [once(this.#child, 'message'), once(this.#child, 'exit')];
    this.#child.send({ order, ...what });
    const outcome = await Promise.race([told, ended.then(() => undefined)]);
    if (outcome === undefined) throw new Error(`the clients could not ${order}`);
    return outcome[0] as Outcomes[N];
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
