/** The steps of an agent: each is shown as progress, stops when told to, and takes its share of the pace. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@cantata/sdk';

export type Step = (note: string) => Promise<void>;

/** Of `count` steps, each call is the next. @throws AbortError when the run no longer wants the answer. */
export function paced(context: Context, paceMs: number, count: number): Step {
  let done = 0;
  return async (note) => {
    context.progress(done / count, note);
    done += 1;
    // Also at full speed: it lets the other seats of this process have their turn.
    await sleep(paceMs / count, undefined, { signal: context.signal });
  };
}
