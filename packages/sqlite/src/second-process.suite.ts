/** What the tests run as another process on the same file: `node second-process.suite.ts <deed> <file>`. */
import { once } from 'node:events';
import { type Commit, type EventRow, type MessageRow, type ShardClaim, shardOf } from '@cantata/core';
import { openSqliteStore, type SqliteStore } from './index.ts';

export const ALPHA = 'execution-alpha';
export const BETA = 'execution-beta';
/** Events of each entity in one commit of `commit-forever`. */
/** SQLite's lock is not fair: beside a process that commits without a pause, one may wait long on a busy machine. */
export const BUSY_MS = 20_000;
export const PER_COMMIT = 3;

const LEASE_MS = 60_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function event(entity: string, sequence: number, position: number): EventRow {
  return {
    entity,
    sequence,
    shard: shardOf(entity),
    position,
    at: sequence,
    type: 'task.completed',
    schema: 1,
    causation: '',
    actor: 'child',
    traceparent: null,
    data: JSON.stringify({ text: 'x'.repeat(sequence % 500) }),
  };
}

export function message(entity: string, id: string): MessageRow {
  return {
    id,
    tenant: 'default',
    entity,
    shard: shardOf(entity),
    at: 1,
    type: 'signal',
    causation: '',
    actor: 'child',
    traceparent: null,
    replies: false,
    data: '{}',
  };
}

/** The n-th commit since the file was made: three events of each entity, one message consumed and the next one posted. */
export function nthCommit(n: number, claims: readonly ShardClaim[]): Commit {
  const first = (n - 1) * PER_COMMIT;
  const epochs = [ALPHA, BETA].map((entity) => claims[shardOf(entity)] as ShardClaim);
  return {
    epochs,
    events: [1, 2, 3].flatMap((i) => [event(ALPHA, first + i, first + i), event(BETA, first + i, first + i)]),
    messages: [message(ALPHA, `message-${n}`)],
    consumed: [`message-${n - 1}`],
    outcomes: [{ id: `answer-${n}`, at: n, outcome: String(n) }],
    executions: [],
    snapshots: [
      {
        entity: ALPHA,
        sequence: first + 3,
        checkpointId: `c-${n}`,
        occasion: 'asked',
        at: n,
        checksum: '',
        state: String(n),
        segments: [],
      },
    ],
    wakeups: [],
    woken: [],
    blobs: [],
  };
}

type Claim = () => Promise<readonly ShardClaim[]>;

const deeds: Readonly<Record<string, (store: SqliteStore, claim: Claim) => Promise<void>>> = {
  async 'commit-forever'(store, claim) {
    const claims = await claim();
    const written = (await store.log.readEntity(ALPHA, 0, 1_000_000)).length / PER_COMMIT;
    for (let n = written + 1; ; n++) {
      await store.log.commit(nthCommit(n, claims));
      say(String(n));
    }
  },
  async post(store) {
    for (let n = 0; n < 200; n++) await store.inbox.post([message(ALPHA, `${process.pid}-${n}`)]);
    say('posted');
  },
  async read(store) {
    say(String((await store.log.readEntity(ALPHA, 0, 1_000_000)).length));
  },
  async 'own-then-wait'(store, claim) {
    const claims = await claim();
    await store.log.commit(nthCommit(1, claims));
    say('committed');
    await once(process.stdin, 'data');
    process.stdin.destroy();
    const late = await store.log.commit(nthCommit(2, claims)).then(
      () => 'written',
      (error: unknown) => (error as { code: string }).code,
    );
    say(late);
  },
};

async function main(deed: string | undefined, path: string): Promise<void> {
  const store = await openSqliteStore({ path, busyTimeoutMs: BUSY_MS });
  const owner = { id: `child-${process.pid}`, host: 'host', pid: process.pid };
  const claim: Claim = async () => {
    const dead = (await store.leases.holders()).map((lease) => lease.owner.id);
    return store.leases.claim(owner, Date.now(), LEASE_MS, dead);
  };
  await deeds[deed ?? '']?.(store, claim);
  await store.close();
}

if (import.meta.main) await main(process.argv[2], process.argv[3] ?? '');
