/** Servers that have a name, and which one is in use: a file of this user alone. A token stands there only when asked for. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CantataError } from '@cantata/core';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';

export interface Context {
  readonly server: string;
  /** Absolute. */
  readonly token_file?: string;
  readonly token?: string;
}

export interface Contexts {
  readonly current?: string | undefined;
  readonly contexts: Readonly<Record<string, Context>>;
}

const NONE: Contexts = { contexts: {} };

/** Of a folder that is not known there are none. @throws CantataError `config_invalid` for a file that is none. */
export function readContexts(folder: string | undefined): Contexts {
  if (folder === undefined) return NONE;
  const file = fileIn(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NONE;
    throw unreadable(file, error);
  }
  try {
    const found = JSON.parse(text) as Partial<Contexts> | null;
    if (typeof found?.contexts === 'object') return found as Contexts;
  } catch (error) {
    throw unreadable(file, error);
  }
  throw new CantataError('config_invalid', `${file} holds no contexts; remove it and add them again`);
}

/** Whole or not at all, and readable by nobody else. */
export function writeContexts(folder: string | undefined, contexts: Contexts): void {
  if (folder === undefined)
    throw new Failure(
      'config_invalid',
      'there is no folder for settings: neither XDG_CONFIG_HOME nor HOME is set',
      {
        exit: EXIT.invalid,
      },
    );
  const file = fileIn(folder);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

function fileIn(folder: string): string {
  return join(folder, 'cantata', 'contexts.json');
}

function unreadable(file: string, cause: unknown): CantataError {
  return new CantataError('config_invalid', `${file} cannot be read: ${(cause as Error).message}`, { cause });
}
