/** Reads executions without becoming part of any: for commands that change nothing. */
import type { AgentDirectory, JsonObject, Lease, PatternLibrary, Plan, Store } from '@cantata/core';
import { compile, STANDARD } from '@cantata/definition';
import { createSystemClock, Plans, plainCodec, Reader, type ReaderParts, SILENT } from '@cantata/engine';
import type { Host } from '../host.ts';
import { RemoteReader } from '../remote/reader.ts';
import { clientOf } from '../remote/store.ts';
import { isDead } from './owner.ts';

export interface ReaderOptions {
  /** Those that come with Cantata unless given. */
  readonly patterns?: PatternLibrary;
  readonly stallTimeoutMs?: number | undefined;
  readonly agents?: AgentDirectory | undefined;
}

/** What the command was told. */
export function readerOf({ patterns, environment: { stallTimeoutMs } }: Host): ReaderOptions {
  return { patterns, stallTimeoutMs };
}

export function createReader(store: Store, options: ReaderOptions = {}): Reader {
  const { patterns, stallTimeoutMs, agents } = options;
  const parts: ReaderParts = {
    store: withoutDead(store),
    plans: createPlans(store, patterns),
    codec: plainCodec,
    clock: createSystemClock(),
    log: SILENT,
    ...(agents === undefined ? {} : { agents }),
    ...(stallTimeoutMs === undefined ? {} : { stalls: { stalledAfterMs: stallTimeoutMs } }),
  };
  const client = clientOf(store);
  return client === undefined ? new Reader(parts) : new RemoteReader(client, parts);
}

/** With estimates from past runs; where those cannot be read, a guess does. */
export function createPlans(store: Store, patterns: PatternLibrary = STANDARD): Plans {
  const compiled = (document: JsonObject): Plan => compile(document, { patterns });
  return new Plans(store.workflows, compiled, (workflow) =>
    createReader(store, { patterns })
      .history(workflow)
      .catch(() => new Map()),
  );
}

/** A process that was killed drives nothing, though its lease has not run out yet. */
function withoutDead(store: Store): Store {
  const holders = async (): Promise<readonly Lease[]> =>
    (await store.leases.holders()).filter(({ owner }) => !isDead(owner));
  return { ...store, leases: { ...bound(store.leases), holders } };
}

function bound(leases: Store['leases']): Omit<Store['leases'], 'holders'> {
  return {
    claim: (...args) => leases.claim(...args),
    renew: (...args) => leases.renew(...args),
    release: (...args) => leases.release(...args),
  };
}
