/** Real time. The only file of the engine that touches the platform's clock, timers and randomness. */
import { randomFillSync } from 'node:crypto';
import { type Clock, uuidv7 } from '@cantata/core';

/** Node's timers hold at most 2^31 - 1 ms; later ones are set in steps. */
const LONGEST_TIMER_MS = 2_147_483_647;
const POOLED_IDS = 256;

export function createSystemClock(): Clock {
  const random = new Uint8Array(10 * POOLED_IDS);
  let used = POOLED_IDS;
  return {
    now: () => Date.now(),
    defer: (work) => void setImmediate(work),
    at(at, work) {
      let timer: NodeJS.Timeout;
      const wait = (): void => {
        const left = at - Date.now();
        timer =
          left > LONGEST_TIMER_MS ? setTimeout(wait, LONGEST_TIMER_MS) : setTimeout(fire, Math.max(0, left));
      };
      // Node may fire up to a millisecond early; a timer of ours never does.
      const fire = (): void => (Date.now() < at ? wait() : work());
      wait();
      return () => clearTimeout(timer);
    },
    id() {
      if (used === POOLED_IDS) {
        randomFillSync(random);
        used = 0;
      }
      const bytes = random.subarray(used * 10, used * 10 + 10);
      used += 1;
      return uuidv7(Date.now(), bytes);
    },
  };
}
