/**
 * The owner of the data performs what others hand over, with the agents it has loaded. It leaves a note which those
 * are, so that nobody hands over what it would never do. The note is advice: without one, nobody is refused.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { listing, type Store } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { liveHolders } from './driven.ts';

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

export interface HandOver {
  readonly engine: Engine;
  readonly store: Store;
  readonly dataDir: string;
  /** Agent types the run needs. */
  readonly types: readonly string[];
}

/** @throws Failure `agent_type_unbound` when another process owns the data and cannot perform the run. */
export async function refuseIfOwnerCannot({ engine, store, dataDir, types }: HandOver): Promise<void> {
  if (engine.owns) return;
  const [holder] = await liveHolders(store, Date.now());
  const note = readNote(dataDir);
  if (holder === undefined || note?.pid !== holder.owner.pid || note.host !== holder.owner.host) return;
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
