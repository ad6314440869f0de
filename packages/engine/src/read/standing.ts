/** Of those who have what somebody waits for, the ones that stand still: in the words of their own first cause. */
import type { Cause, ResourceState } from '@cantata/core';

const STANDING: ReadonlySet<Cause['code']> = new Set(['paused', 'parked', 'not_driven']);

/** As many as are named. */
const MAX_LOOKED_UP = 3;

/** Sentences that go on behind those about the resource; none where all go on. What cannot be read is left out. */
export async function standingWords(
  resource: ResourceState,
  causeOf: (execution: string) => Promise<Cause | undefined>,
): Promise<string> {
  const words: string[] = [];
  for (const holder of holdersOf(resource).slice(0, MAX_LOOKED_UP)) {
    const cause = await causeOf(holder).catch(() => undefined);
    if (cause === undefined || !STANDING.has(cause.code)) continue;
    words.push(` But ${holder} stands still: ${cause.sentence}`);
  }
  return words.join('');
}

function holdersOf(resource: ResourceState): readonly string[] {
  if (resource.kind === 'admission') return [...resource.holders.keys()];
  if (resource.kind !== 'semaphore') return [];
  return [...new Set([...resource.holders.values()].map(({ claim }) => claim.execution))];
}
