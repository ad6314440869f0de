/** Reads executions without becoming part of any: for commands that change nothing. */
import type { AgentDirectory, Lease, Store } from '@cantata/core';
import { compile } from '@cantata/definition';
import { createSystemClock, Plans, plainCodec, Reader, SILENT } from '@cantata/engine';
import { isDead } from './owner.ts';

export function createReader(store: Store, stallTimeoutMs?: number, agents?: AgentDirectory): Reader {
  return new Reader({
    store: withoutDead(store),
    plans: createPlans(store),
    codec: plainCodec,
    clock: createSystemClock(),
    log: SILENT,
    ...(agents === undefined ? {} : { agents }),
    ...(stallTimeoutMs === undefined ? {} : { stalls: { stalledAfterMs: stallTimeoutMs } }),
  });
}

/** With estimates from past runs; where those cannot be read, a guess does. */
export function createPlans(store: Store): Plans {
  return new Plans(store.workflows, compile, (workflow) =>
    createReader(store)
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
