/** The only place where SQLite's result codes become Cantata's errors. It never guesses: an unknown code is `store_unavailable`. */
import { dirname } from 'node:path';
import { CantataError, type ErrorCode } from '@cantata/core';

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  /** What happened and what to do, about the file at `path`. */
  readonly sentence: (path: string) => string;
}

const BUSY: Meaning = {
  code: 'store_busy',
  retryable: true,
  sentence: (path) =>
    `${path} is locked by another process. Try again, or end the process that holds it (a backup, a database browser).`,
};
const FULL: Meaning = {
  code: 'store_full',
  retryable: true,
  sentence: (path) =>
    `${path} cannot grow: the disk, a quota or the page limit is reached. Free space; nothing was written.`,
};
const DAMAGED: Meaning = {
  code: 'store_corrupt',
  sentence: (path) =>
    `${path} is damaged. Stop what uses it and restore a backup; \`doctor\` says what is wrong.`,
};
const FOREIGN: Meaning = {
  code: 'store_corrupt',
  sentence: (path) => `${path} is not a Cantata database. Name another file, or restore a backup.`,
};
const UNREACHABLE: Meaning = {
  code: 'store_unavailable',
  sentence: (path) =>
    `${path} cannot be opened. Its folder ${dirname(path)} must exist and be writable, and it must be a file.`,
};
const READ_ONLY: Meaning = {
  code: 'store_unavailable',
  sentence: (path) =>
    `${path} cannot be written. Give this user write permission to the file and to its folder.`,
};
const BROKEN_DISK: Meaning = {
  code: 'store_unavailable',
  sentence: (path) => `Reading or writing ${path} failed. Check the disk and the system's log.`,
};
const REFUSED: Meaning = {
  code: 'store_data_refused',
  sentence: (path) => `${path} refused a row for its data.`,
};

/** By primary result code (https://sqlite.org/rescode.html). */
const PRIMARY: Readonly<Record<number, Meaning>> = {
  // ERROR: our statements are fixed, so what is missing is missing in the file.
  1: DAMAGED,
  3: READ_ONLY, // PERM
  5: BUSY,
  6: BUSY, // LOCKED
  8: READ_ONLY,
  10: BROKEN_DISK, // IOERR
  11: DAMAGED, // CORRUPT
  13: FULL,
  14: UNREACHABLE, // CANTOPEN
  18: REFUSED, // TOOBIG
  19: REFUSED, // CONSTRAINT
  20: REFUSED, // MISMATCH
  26: FOREIGN, // NOTADB
};

/** Extended codes that mean something else than their primary code. */
const EXTENDED: Readonly<Record<number, Meaning>> = {
  [10 | (2 << 8)]: DAMAGED, // IOERR_SHORT_READ: the file ends too early
  [10 | (19 << 8)]: FULL, // IOERR_SHMSIZE: no room for the index of the write-ahead log
  [10 | (33 << 8)]: DAMAGED, // IOERR_CORRUPTFS
};

/** Turns whatever was thrown while the file at `path` was used into a CantataError; one that is one already stays. */
export function storeError(error: unknown, path: string): CantataError {
  if (error instanceof CantataError) return error;
  if (!(error instanceof Error)) return new CantataError('store_unavailable', `${path}: ${String(error)}`);
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  if (code === 'ERR_INVALID_STATE') {
    return new CantataError('store_unavailable', `${path} was closed here. Open it again.`, { cause: error });
  }
  // A value that SQLite has no type for, or one outside its range: the row's fault, not the file's.
  if (code?.startsWith('ERR_INVALID_ARG') === true || code === 'ERR_OUT_OF_RANGE')
    return explain(REFUSED, error, path);
  if (errcode === undefined)
    return new CantataError('store_unavailable', `${path}: ${error.message}`, { cause: error });
  return explain(EXTENDED[errcode] ?? PRIMARY[errcode & 0xff] ?? BROKEN_DISK, error, path);
}

function explain(meaning: Meaning, error: Error, path: string): CantataError {
  return new CantataError(meaning.code, `${meaning.sentence(path)} (${error.message})`, {
    cause: error,
    retryable: meaning.retryable ?? false,
  });
}

/** A commit or message that contradicts the log or itself: nothing was written, and the same call never succeeds. */
export function refused(message: string): CantataError {
  return new CantataError('store_data_refused', message);
}
