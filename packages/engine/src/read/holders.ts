/** Who holds what a task waits for, and whether they wait for each other: it is in the logs of the resources. */
import { type Cause, type Instant, type ResourceState, taskLabel, whyClaimWaits } from '@cantata/core';
import type { Loader } from '../shell/loader.ts';
import { type Circle, circleAt } from './circle.ts';

/** Of so many resources is looked up who holds them. */
const MAX_RESOURCES = 20;

interface Held {
  readonly state: ResourceState;
  /** Sentences about holders that stand still; empty where all go on. */
  readonly standing: string;
  readonly circle: Circle | undefined;
}

/** Goes on with each sentence about a claim. What cannot be read is left out. O(resources x their logs). */
export async function withHolders(
  causes: readonly Cause[],
  now: Instant,
  loader: Loader,
  standingOf: (resource: ResourceState) => Promise<string>,
): Promise<readonly Cause[]> {
  const ids = new Set(causes.flatMap(({ claim, waits_for }) => (claim === undefined ? [] : waits_for)));
  const resources = new Map<string, Held>();
  for (const id of [...ids].slice(0, MAX_RESOURCES)) {
    const entity = await loader.load(id);
    if (entity?.kind !== 'resource') continue;
    const circle = await circleAt(id, (one) => loader.load(one)).catch(() => undefined);
    resources.set(id, { state: entity.state, standing: await standingOf(entity.state), circle });
  }
  return causes.map((cause) => {
    const { claim } = cause;
    const held = resources.get(cause.waits_for[0] ?? '');
    if (claim === undefined || held === undefined) return cause;
    const words = whyClaimWaits(held.state, claim, now);
    if (words === undefined) return cause;
    return { ...cause, sentence: `${cause.sentence} ${words}${circleWords(held, claim)}${held.standing}` };
  });
}

function circleWords({ circle }: Held, claim: string): string {
  const closed = circle?.wordsOf(claim);
  if (circle === undefined || closed === undefined) return '';
  const { execution, task, item } = circle.victim.claim;
  return ` That is a circle: ${closed}. Nobody in it can go on: ${taskLabel(task, item)} of execution ${execution} fails as deadlocked when it is noticed.`;
}
