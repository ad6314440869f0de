/**
 * The text of a snapshot, sealed with its checksum. The state of a big run is written in segments, each named by its
 * digest in the text that stands for the whole, so that the checksum is one of everything; a segment that has not changed
 * since the last snapshot is named and not written. Tasks stand in segments by their places in the plan: what happens to
 * one task changes one segment.
 */
import { CantataError, type Codec, type Json, type JsonObject, type SnapshotRow } from '@cantata/core';
import { sha256 } from '../digest.ts';

/** Tasks of a segment. A run with no more of them is written in one piece. */
const SEGMENT_TASKS = 256;

export type Sealed = Pick<SnapshotRow, 'state' | 'checksum' | 'segments'>;

/** What stands in the place of the tasks of a state that is written in segments. */
interface InSegments {
  readonly segments: readonly string[];
}

/** `known` are the digests of segments that the store has. O(state). */
export function seal(encoded: Json, codec: Codec, known: ReadonlySet<string>): Sealed {
  const { tasks, ...rest } = encoded as JsonObject & { readonly tasks?: readonly Json[] };
  if (tasks === undefined || tasks.length <= SEGMENT_TASKS) return sealed(codec.encode(encoded), []);
  const segments: SnapshotRow['segments'][number][] = [];
  for (let from = 0; from < tasks.length; from += SEGMENT_TASKS) {
    const data = codec.encode(tasks.slice(from, from + SEGMENT_TASKS));
    const digest = sha256(data);
    segments.push({ digest, data: known.has(digest) ? null : data });
  }
  const inSegments: InSegments = { segments: segments.map(({ digest }) => digest) };
  return sealed(codec.encode({ ...rest, tasks: inSegments as unknown as JsonObject }), segments);
}

function sealed(state: string, segments: SnapshotRow['segments']): Sealed {
  return { state, checksum: sha256(state), segments };
}

/** The state as it was sealed. @throws CantataError `snapshot_corrupt`, `store_corrupt` */
export function unseal({ checkpointId, state, checksum, segments }: SnapshotRow, codec: Codec): Json {
  if (sha256(state) !== checksum) {
    throw new CantataError('snapshot_corrupt', `snapshot ${checkpointId} does not match its checksum`);
  }
  const encoded = codec.decode(state);
  const { tasks } = encoded as unknown as { readonly tasks?: readonly Json[] | InSegments };
  if (tasks === undefined || !('segments' in tasks)) return encoded;
  const texts = new Map(segments.map(({ digest, data }) => [digest, data]));
  const whole = tasks.segments.flatMap((digest, n) => {
    const data = texts.get(digest);
    if (typeof data === 'string' && sha256(data) === digest) return codec.decode(data);
    const what = data === undefined ? 'is missing' : 'does not match its digest';
    throw new CantataError('snapshot_corrupt', `segment ${n + 1} of snapshot ${checkpointId} ${what}`);
  });
  return { ...(encoded as JsonObject), tasks: whole };
}
