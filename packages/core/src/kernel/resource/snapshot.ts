/** The state of a resource as JSON and back. */
import { CantataError } from '../../errors.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Surroundings } from './kind.ts';
import { kindOf, newResource, type ResourceState } from './law.ts';

const FORMAT = 1;

interface Snapshot extends JsonObject {
  readonly format: number;
  readonly sequence: number;
  readonly lastAt: number;
}

/** O(its parts). */
export function encodeResource(state: ResourceState): Json {
  const { sequence, lastAt } = state;
  return { format: FORMAT, sequence, lastAt, ...kindOf(state).encode(state) } satisfies Snapshot;
}

/** @throws CantataError `snapshot_corrupt` when it is of another format. */
export function restoreResource(
  resourceId: string,
  encoded: Json,
  around?: Partial<Surroundings>,
): ResourceState {
  const snapshot = encoded as Snapshot;
  if (snapshot.format !== FORMAT) {
    throw new CantataError(
      'snapshot_corrupt',
      `a snapshot of ${resourceId} has the format ${snapshot.format}`,
    );
  }
  const state = newResource(resourceId, around);
  state.sequence = snapshot.sequence;
  state.lastAt = snapshot.lastAt;
  kindOf(state).restore(state, snapshot);
  return state;
}
