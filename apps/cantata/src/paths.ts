/** Paths as people read and type them. */
import { isAbsolute, relative } from 'node:path';

/** Relative to where they stand, unless that leads far up and away. */
export function readablePath(cwd: string, path: string): string {
  const written = relative(cwd, path);
  if (written === '') return '.';
  return written.startsWith('../..') || isAbsolute(written) ? path : written;
}

/** The same as a word of a command line. */
export function typedPath(cwd: string, path: string): string {
  const written = readablePath(cwd, path);
  return /^[\w./@:=+-]+$/.test(written) ? written : `'${written.replaceAll("'", String.raw`'\''`)}'`;
}
