/** Identifiers: how they are formed, and how an entity finds its shard. Time and randomness come in as arguments. */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A UUIDv7 (RFC 9562) from a Unix time in milliseconds and ten random bytes.
 * Version 7 because random keys cost a B-tree a factor of three in inserts.
 */
export function uuidv7(unixMs: number, random: Uint8Array): string {
  const high = Math.floor(unixMs / 0x1_0000_0000);
  const low = unixMs >>> 0;
  const b = (i: number): string => HEX[(random[i] as number) & 0xff] as string;
  const versioned = HEX[((random[0] as number) & 0x0f) | 0x70] as string;
  const variant = HEX[((random[2] as number) & 0x3f) | 0x80] as string;
  return (
    `${hex(high >>> 8)}${hex(high)}${hex(low >>> 24)}${hex(low >>> 16)}-${hex(low >>> 8)}${hex(low)}` +
    `-${versioned}${b(1)}-${variant}${b(3)}-${b(4)}${b(5)}${b(6)}${b(7)}${b(8)}${b(9)}`
  );
}

function hex(byte: number): string {
  return HEX[byte & 0xff] as string;
}

/**
 * A UUIDv7 that follows from what it is for: the same time and text give the same id. Ten bytes of hash, mixed as in
 * MurmurHash3's finalizer (Appleby); no secret, and nobody gains by a collision of what he makes himself.
 */
export function derivedUuid(unixMs: number, of: string): string {
  const bytes = new Uint8Array(12);
  for (let lane = 0; lane < 3; lane++) {
    let hash = Math.imul(lane + 1, 0x9e3779b1);
    for (let i = 0; i < of.length; i++) {
      hash = Math.imul(hash ^ of.charCodeAt(i), 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    hash ^= hash >>> 16;
    for (let byte = 0; byte < 4; byte++) bytes[lane * 4 + byte] = hash >>> (byte * 8);
  }
  return uuidv7(unixMs, bytes);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The number of shards every store is created with; stored there and checked at open. */
export const SHARD_COUNT = 256;

/** The shard of an entity: FNV-1a over the UTF-16 units of its id, folded to `count`. Stable for ever. */
export function shardOf(entityId: string, count: number = SHARD_COUNT): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < entityId.length; i++) {
    hash = Math.imul(hash ^ entityId.charCodeAt(i), 0x01000193);
  }
  // FNV's low bits mix poorly for short suffix changes; fold the high half in.
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

/** The place of a turn inside its execution. `item` is set for the items of a parallel task only. */
export interface TurnAddress {
  readonly task: string;
  readonly item?: number | undefined;
  readonly activation?: number;
  readonly turn?: number;
}

/** `research[2]` or `decompose`: how people read a task or one of its items. */
export function taskLabel(task: string, item?: number): string {
  return item === undefined ? task : `${task}[${item}]`;
}

/** The task or the item that a label names. */
export function placeOfLabel(label: string): { readonly task: string; readonly item?: number } {
  const [, task, item] = /^(.+)\[(\d{1,9})\]$/.exec(label) ?? [];
  return task === undefined ? { task: label } : { task, item: Number(item) };
}

/** `execution/task-path[item]#activation.turn`: stable over attempts and re-dispatch. */
export function turnAddress(executionId: string, at: TurnAddress): string {
  return `${executionId}/${taskLabel(at.task, at.item)}#${at.activation ?? 1}.${at.turn ?? 1}`;
}

/** What an agent may use to make its side effect happen once: the address and what is being done there. */
export function idempotencyKey(executionId: string, at: TurnAddress, deed: 'perform' | 'compensate'): string {
  return `${turnAddress(executionId, at)}/${deed}`;
}
