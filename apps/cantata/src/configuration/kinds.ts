/** How variables of the environment are written: what is allowed, and what it is read as. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Typed } from '@cantata/definition';
import { DATABASES } from './adapters.ts';

export interface Kind<Value> {
  /** What may be written: `a number above 0`. */
  readonly allowed: string;
  /** Undefined for what is not allowed. `cwd`: where relative paths begin. */
  readonly read: (written: string, cwd: string) => Value | undefined;
}

/** Longer than anybody waits, and far from where numbers lose their last digit. */
const MOST_MS = 100 * 365 * 86_400_000;

/** A length of time, read as milliseconds. */
export function time(unitMs: number, { least = 1 }: { readonly least?: 0 | 1 } = {}): Kind<number> {
  return {
    allowed: `a number ${least === 0 ? 'of at least' : 'above'} 0 and at most ${MOST_MS / unitMs}`,
    read(written) {
      const ms = Math.round(decimal(written) * unitMs);
      return ms >= least && ms <= MOST_MS ? ms : undefined;
    },
  };
}

export function whole(least: number, most: number): Kind<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    read(written) {
      const value = decimal(written);
      return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** May be a fraction. */
export function positive(most: number): Kind<number> {
  return {
    allowed: `a number above 0 and at most ${most}`,
    read(written) {
      const value = decimal(written);
      return value > 0 && value <= most ? value : undefined;
    },
  };
}

/** As on a command line, in the units of the language. */
export function amount(read: (written: string, name: string) => Typed, allowed: string): Kind<number> {
  return {
    allowed,
    read(written) {
      const typed = read(written, 'it');
      return 'amount' in typed ? typed.amount : undefined;
    },
  };
}

export const flag: Kind<boolean> = {
  allowed: '1 or 0',
  read: (written) => ({ 1: true, true: true, 0: false, false: false })[written.toLowerCase()],
};

/** Whatever it says, it says yes, unless that is a 0 (https://force-color.org). */
export const force: Kind<boolean> = {
  allowed: 'anything; 0 for no',
  read: (written) => !['0', 'false'].includes(written),
};

/** It counts whatever it says (https://no-color.org). */
export const mark: Kind<boolean> = { allowed: 'anything', read: () => true };

export const text: Kind<string> = { allowed: 'text', read: (written) => written };

export const list: Kind<readonly string[]> = {
  allowed: 'names with commas or blanks between',
  read(written) {
    const names = written.split(/[\s,]+/).filter((name) => name !== '');
    return names.length === 0 ? undefined : names;
  },
};

/** Of a service. Who calls is said by a token. */
export const address: Kind<string> = {
  allowed: 'an address that begins with http:// or https://, and has no password in it',
  read(written) {
    const { protocol, username, password } = URL.parse(written) ?? {};
    const isAddress = protocol === 'http:' || protocol === 'https:';
    return isAddress && username === '' && password === '' ? written : undefined;
  },
};

export const folder: Kind<string> = {
  allowed: 'the path of a folder',
  read: (written, cwd) => resolve(cwd, written),
};

/** A file of SQLite, as an absolute path: `sqlite:PATH`, or a `file:` URL. */
export const database: Kind<string> = {
  allowed: `${DATABASES.join(' or ')}: the adapters that this Cantata has`,
  read(written, cwd) {
    const [, scheme, path = ''] = /^(sqlite|file):(.*)$/i.exec(written) ?? [];
    // What follows a question mark would be options, and in memory nothing would outlast the command.
    if (scheme === undefined || path === '' || path.includes('?') || path.includes(':memory:'))
      return undefined;
    return path.startsWith('//') ? ofUrl(path) : resolve(cwd, path);
  },
};

/** For what no adapter is there yet: it is refused, so that nobody takes it for heeded. */
export function unheeded(instead: string): Kind<never> {
  return { allowed: `nothing: this Cantata has no adapter for it yet, ${instead}`, read: () => undefined };
}

function ofUrl(path: string): string | undefined {
  try {
    return fileURLToPath(`file:${path}`);
  } catch {
    // A host, or an escape that means nothing.
    return undefined;
  }
}

function decimal(written: string): number {
  return /^\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
}
