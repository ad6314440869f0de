/** Opens an engine for a moment, to tell an execution something: through the inbox where another process owns the data. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionRow, Store } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import type { CommonOptions, Host } from '../host.ts';
import { findExecution } from '../ids.ts';
import { clientOf } from '../remote/store.ts';
import { createRemoteTeller } from '../remote/teller.ts';
import { remarkLines } from '../render/text.ts';
import { NOBODY } from './directories.ts';
import { openEngine } from './engine.ts';
import { engineLog } from './log.ts';
import { readingOne } from './reading.ts';
import type { Teller } from './teller.ts';

export interface Told {
  readonly engine: Teller;
  readonly store: Store;
  readonly row: ExecutionRow;
}

export async function telling<T>(
  host: Host,
  named: string,
  options: CommonOptions,
  work: (told: Told) => Promise<T>,
): Promise<T> {
  return withEngine(host, options, async ({ engine, store }) =>
    work({ engine, store, row: await findExecution(store, named) }),
  );
}

/** The same for several executions, or where it is not known which one it is for. */
export async function withEngine<T>(
  host: Host,
  options: CommonOptions,
  work: (opened: Omit<Told, 'row'>) => Promise<T>,
): Promise<T> {
  return readingOne(host, { ...options, access: 'write' }, (store) => passing(host, options, store, work));
}

/** The same on a store that is open. */
export async function passing<T>(
  host: Host,
  { verbose }: CommonOptions,
  store: Store,
  work: (opened: Omit<Told, 'row'>) => Promise<T>,
): Promise<T> {
  const client = clientOf(store);
  if (client !== undefined) return work({ engine: createRemoteTeller(client, store), store });
  const log = engineLog((text) => remarkLines(text, host.err), verbose === true);
  const engine = await openEngine({
    store,
    agents: NOBODY,
    log,
    environment: host.environment,
    drives: 'nothing',
    patterns: host.patterns,
  });
  try {
    return await work({ engine, store });
  } finally {
    await engine.close();
  }
}

const PASSING_MS = 500;
const LOOK_MS = 20;

/**
 * A command like the above owns the data for the blink of an eye. Whoever comes to stay waits that long before it
 * takes the owner for one that stays.
 */
export async function outlastPassingOwner(engine: Engine): Promise<void> {
  const until = performance.now() + PASSING_MS;
  while (!engine.owns && performance.now() < until) await sleep(LOOK_MS);
}
