/** The state of a resource as JSON and back. */
import { CantataError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { newResource, type ResourceState } from './law.ts';

const FORMAT = 1;

interface Snapshot {
  readonly format: number;
  readonly sequence: number;
  readonly lastAt: number;
  readonly holders: readonly (readonly [string, number])[];
}

/** O(holders). */
export function encodeResource(state: ResourceState): Json {
  const { sequence, lastAt, holders } = state;
  return { format: FORMAT, sequence, lastAt, holders: [...holders] } satisfies Snapshot;
}

/** @throws CantataError `snapshot_corrupt` when it is of another format. */
export function restoreResource(resourceId: string, encoded: Json): ResourceState {
  const snapshot = encoded as unknown as Snapshot;
  if (snapshot.format !== FORMAT) {
    throw new CantataError(
      'snapshot_corrupt',
      `a snapshot of ${resourceId} has the format ${snapshot.format}`,
    );
  }
  const state = newResource(resourceId);
  state.sequence = snapshot.sequence;
  state.lastAt = snapshot.lastAt;
  for (const [execution, since] of snapshot.holders) state.holders.set(execution, since);
  return state;
}
