/**
 * What commands read of a store, of a service: executions, their logs and workflows. It writes nothing, and the rest of a
 * store is the business of whoever owns it.
 */
import {
  CantataError,
  DEFAULT_TENANT,
  type ErrorCode,
  type ExecutionFilter,
  type ExecutionRow,
  type Lease,
  type Store,
  type WorkflowVersion,
} from '@cantata/core';
import {
  type Client,
  type ExecutionSummary,
  ServiceError,
  type WorkflowVersion as Version,
} from '@cantata/sdk/client';

const MOST_OF_A_PAGE = 200;
/** Behind every id that begins with a prefix. */
const END = '~';

export interface RemoteStore extends Store {
  readonly client: Client;
}

/** Of a store that is a service. */
export function clientOf(store: Store): Client | undefined {
  return 'client' in store ? (store as RemoteStore).client : undefined;
}

export function createRemoteStore(client: Client): RemoteStore {
  const versions = new Versions(client);
  const executions = new Executions(client, versions);
  const nothing: unknown = new Proxy({}, { get: (_, name) => () => Promise.reject(unheld(String(name))) });
  return {
    client,
    workflows: {
      put: () => Promise.reject(unheld('put')),
      find: (_, nameOrId, version) => versions.find(nameOrId, version),
      byDigest: (digest) => versions.byDigest(digest),
      list: () => versions.all(),
      newest: () => Promise.reject(unheld('newest')),
      versions: () => Promise.reject(unheld('versions')),
    },
    executions: {
      get: (id) => executions.get(id),
      list: (filter) => executions.list(filter),
      expired: () => Promise.reject(unheld('expired')),
      remove: () => Promise.reject(unheld('remove')),
      removals: () => Promise.reject(unheld('removals')),
    },
    log: {
      commit: () => Promise.reject(unheld('commit')),
      readShard: () => Promise.reject(unheld('readShard')),
      snapshot: () => Promise.resolve(undefined),
      snapshots: () => Promise.resolve([]),
      async readEntity(entity, after, limit) {
        const found = client.executions.log(entity, { after, limit: Math.min(limit, 1_000) });
        const { items } = await unlessMissing(found, 'execution_not_found', { items: [] });
        return items.map((row) => ({ ...row, entity }));
      },
    },
    leases: {
      claim: () => Promise.reject(unheld('claim')),
      renew: () => Promise.reject(unheld('renew')),
      release: () => Promise.reject(unheld('release')),
      // Whoever serves drives what is open, or knows who does.
      holders: () => Promise.resolve([SERVICE]),
    },
    inbox: nothing as Store['inbox'],
    wakeups: nothing as Store['wakeups'],
    blobs: nothing as Store['blobs'],
    requests: nothing as Store['requests'],
    patterns: nothing as Store['patterns'],
    feed: nothing as Store['feed'],
    close: () => Promise.resolve(),
  };
}

const SERVICE: Lease = {
  owner: { id: '00000000-0000-7000-8000-000000000000', host: 'the server', pid: 0 },
  expiresAt: Number.MAX_SAFE_INTEGER,
  shards: 1,
};

function unheld(what: string): CantataError {
  return new CantataError('store_unavailable', `a service does not offer ${what} to commands`);
}

/** What is not there is no error to who asks a store. */
async function unlessMissing<T, M>(asked: Promise<T>, code: ErrorCode, missing: M): Promise<T | M> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceError && error.code === code) return missing;
    throw error;
  }
}

class Executions {
  readonly #client: Client;
  readonly #versions: Versions;

  constructor(client: Client, versions: Versions) {
    this.#client = client;
    this.#versions = versions;
  }

  async get(id: string): Promise<ExecutionRow | undefined> {
    const { items } = await this.#client.executions.list({ limit: 1 }).page(`${id}${END}`);
    const [found] = items;
    return found?.execution_id === id ? this.#row(found) : undefined;
  }

  async list({ workflowId, statuses, before, limit }: ExecutionFilter): Promise<readonly ExecutionRow[]> {
    const listed = this.#client.executions.list({
      workflow: workflowId,
      status: statuses,
      limit: Math.min(limit, MOST_OF_A_PAGE),
    });
    const found: ExecutionSummary[] = [];
    for (let cursor = before; found.length < limit; ) {
      const { items, next_cursor: next } = await listed.page(cursor);
      found.push(...items);
      if (next === null) break;
      cursor = next;
    }
    return Promise.all(found.slice(0, limit).map((one) => this.#row(one)));
  }

  async #row(one: ExecutionSummary): Promise<ExecutionRow> {
    return {
      executionId: one.execution_id,
      workflowId: one.workflow_id,
      tenant: DEFAULT_TENANT,
      name: one.name,
      version: one.version,
      digest: (await this.#versions.find(one.workflow_id, one.version))?.digest ?? '',
      status: one.status,
      phase: one.current_phase,
      tasksTotal: one.tasks_total,
      tasksCompleted: one.tasks_completed,
      tasksFailed: one.tasks_failed,
      sequence: 0,
      startedAt: Date.parse(one.started_at),
      completedAt: one.completed_at === null ? null : Date.parse(one.completed_at),
      reason: one.reason,
      parked: one.parked,
      // Of one that sleeps nobody asks whether it has gone on lately.
      asleep: true,
    };
  }
}

/** A version never changes, so it is asked for once. */
class Versions {
  readonly #client: Client;
  readonly #found = new Map<string, Promise<WorkflowVersion | undefined>>();

  constructor(client: Client) {
    this.#client = client;
  }

  find(nameOrId: string, version?: string): Promise<WorkflowVersion | undefined> {
    if (version === undefined) return this.#fetch(nameOrId);
    const key = JSON.stringify([nameOrId, version]);
    const found = this.#found.get(key) ?? this.#fetch(nameOrId, version);
    this.#found.set(key, found);
    return found;
  }

  async #fetch(nameOrId: string, version?: string): Promise<WorkflowVersion | undefined> {
    const got = this.#client.workflows.get(nameOrId, version);
    const found = await unlessMissing(got, 'workflow_not_found', undefined);
    if (found === undefined) return undefined;
    const { definition, ...row } = found;
    return { ...rowOf(row), document: JSON.stringify(definition) };
  }

  /** Those that were met first, then all of them. */
  async byDigest(digest: string): Promise<WorkflowVersion | undefined> {
    const met = await Promise.all(this.#found.values());
    const found = met.find((one) => one?.digest === digest);
    if (found !== undefined) return found;
    for await (const { workflow_id: workflow } of this.#client.workflows.list({ limit: MOST_OF_A_PAGE }))
      for await (const one of this.#client.workflows.versions(workflow))
        if (one.digest === digest) return this.find(workflow, one.version);
    return undefined;
  }

  /** By name, the versions of a name from the oldest to the newest. */
  async all(): Promise<readonly WorkflowVersion[]> {
    const all: WorkflowVersion[] = [];
    for await (const { workflow_id: workflow } of this.#client.workflows.list({ limit: MOST_OF_A_PAGE })) {
      const versions = await this.#client.workflows.versions(workflow).all();
      for (const { version } of versions.toReversed()) {
        const found = await this.find(workflow, version);
        if (found !== undefined) all.push(found);
      }
    }
    return all;
  }
}

function rowOf(row: Version): Omit<WorkflowVersion, 'document'> {
  return {
    workflowId: row.workflow_id,
    tenant: DEFAULT_TENANT,
    name: row.name,
    version: row.version,
    pattern: row.orchestration_pattern,
    digest: row.digest,
    createdAt: Date.parse(row.created_at),
  };
}
