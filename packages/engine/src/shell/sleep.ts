/** A pause by the clock of the engine. */
import type { Clock } from '@cantata/core';

export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
}
