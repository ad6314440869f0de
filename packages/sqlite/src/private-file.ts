/** Data may be anything, and so are for their owner alone, unless whoever owns them says otherwise of the file. */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of the owner alone: to be read and written. */
const PRIVATE = 0o600;

/**
 * Makes an empty file where there is none. What SQLite makes beside it has the rights of the file. That there is no folder
 * is left for SQLite to say.
 */
export function makePrivately(path: string): void {
  if (existsSync(dirname(path)) && !existsSync(path)) closeSync(openSync(path, 'a', PRIVATE));
}

/** `copy` is for those whom `original` was for, and for its owner alone where there was none. */
export function protectLike(copy: string, original: string): void {
  chmodSync(copy, (statSync(original, { throwIfNoEntry: false })?.mode ?? PRIVATE) & 0o777);
}
