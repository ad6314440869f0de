/** Each round of a task is an activation of its own, later than all before: its answers and keys are no other's. */
import type { Story } from './lives.ts';

export function* activations({ lives }: Story): Iterable<string> {
  for (const [task, each] of lives) {
    let before = 0;
    for (const { activation } of each.flatMap(({ rounds }) => rounds)) {
      if (activation === undefined) continue;
      if (activation <= before) yield `${task} has activation ${activation} after ${before}`;
      before = activation;
    }
  }
}
