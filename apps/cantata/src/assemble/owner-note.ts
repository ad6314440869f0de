/**
 * The owner of the data performs what others hand over, with the agents it has loaded. It leaves a note which those
 * are, so that nobody hands over what it would never do. The note is advice: without one, nobody is refused.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { listing, type Owner } from '@cantata/core';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';

const NOTE = 'owner.json';

interface Note {
  readonly host: string;
  readonly pid: number;
  /** The configuration it loaded. */
  readonly config: string;
  /** Agent types that are bound there. */
  readonly types: readonly string[];
}

export function leaveNote(dataDir: string, config: string, types: readonly string[]): void {
  const note: Note = { host: hostname(), pid: process.pid, config, types };
  try {
    writeFileSync(join(dataDir, NOTE), JSON.stringify(note));
  } catch {
    // A full disk is told by the store, which needs the room more.
  }
}

/** @throws Failure `agent_type_unbound` when the owner is known to have no agents for these types. */
export function refuseIfOwnerCannot(owner: Owner, dataDir: string, types: readonly string[]): void {
  const note = readNote(dataDir);
  if (note?.pid !== owner.pid || note.host !== owner.host) return;
  const missing = types.filter((type) => !note.types.includes(type));
  if (missing.length === 0) return;
  const message = `process ${note.pid} owns the data, and the ${note.config} it loaded binds no agent to ${listing(missing)}`;
  throw new Failure('agent_type_unbound', message, {
    exit: EXIT.conflict,
    help: ['Wait until it ends, or keep this run apart: --data DIR.'],
  });
}

function readNote(dataDir: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, NOTE), 'utf8')) as Note;
  } catch {
    // None, or half of one.
    return undefined;
  }
}
