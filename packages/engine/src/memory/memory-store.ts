/**
 * The store port on plain maps: the reference that every adapter is compared with, and the specification to read.
 * Rows are copied on their way in and out (they are flat, so a shallow copy is a whole one): nobody shares a row with it.
 */
import {
  CantataError,
  type Ended,
  type EventRow,
  type FeedRow,
  type Instant,
  type MessageRow,
  type RequestAnswer,
  type RequestClaim,
  type SnapshotRow,
  type Store,
  type WakeupRow,
  type WorkflowVersion,
} from '@cantata/core';
import { checkMessages, commitTo, postTo, refused } from './memory-commit.ts';
import { createMemoryData, type MemoryData } from './memory-data.ts';
import { memoryLeases } from './memory-leases.ts';
import { memoryPatterns } from './memory-patterns.ts';
import { removeFrom } from './memory-removal.ts';

/** A store that forgets everything with the process. Stores over the same `data` see each other's commits. */
export function createMemoryStore(data: MemoryData = createMemoryData()): Store {
  let open = true;
  const whileOpen = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, verb) {
        if (open) return Reflect.get(target, verb) as unknown;
        return async () => {
          throw new CantataError('store_unavailable', 'The memory store was closed here. Open it again.');
        };
      },
    });
  return {
    workflows: whileOpen(memoryWorkflows(data)),
    leases: whileOpen(memoryLeases(data)),
    log: whileOpen(memoryLog(data)),
    inbox: whileOpen(memoryInbox(data)),
    executions: whileOpen(memoryExecutions(data)),
    wakeups: whileOpen(memoryWakeups(data)),
    blobs: whileOpen(memoryBlobs(data)),
    requests: whileOpen(memoryRequests(data)),
    patterns: whileOpen(memoryPatterns(data)),
    feed: whileOpen(memoryFeed(data)),
    async close() {
      open = false;
    },
  };
}

function memoryWorkflows({ workflows }: MemoryData): Store['workflows'] {
  const newest = (versions: readonly WorkflowVersion[]): WorkflowVersion | undefined =>
    versions.reduce<WorkflowVersion | undefined>(
      (best, row) => (best === undefined || row.createdAt >= best.createdAt ? row : best),
      undefined,
    );
  const copy = (row: WorkflowVersion | undefined): WorkflowVersion | undefined => row && { ...row };
  const ofTenant = (tenant: string): readonly WorkflowVersion[] =>
    workflows
      .filter((row) => row.tenant === tenant)
      .sort((a, b) => (a.name === b.name ? a.createdAt - b.createdAt : a.name < b.name ? -1 : 1))
      .map((row) => ({ ...row }));

  return {
    async put(offered) {
      const { tenant, name } = offered;
      const known = workflows.filter((row) => row.tenant === tenant && row.name === name);
      const same = known.find(({ version }) => version === offered.version);
      if (same !== undefined) return { ...same };
      if (known.length === 0 && workflows.some(({ workflowId }) => workflowId === offered.workflowId)) {
        throw refused(`The workflow id ${offered.workflowId} is taken by another name.`);
      }
      const row = { ...offered, workflowId: known[0]?.workflowId ?? offered.workflowId };
      workflows.push(row);
      return { ...row };
    },
    async find(tenant, nameOrId, version) {
      const own = workflows.filter((row) => row.tenant === tenant);
      const byId = own.filter(({ workflowId }) => workflowId === nameOrId);
      const found = byId.length > 0 ? byId : own.filter(({ name }) => name === nameOrId);
      return copy(newest(found.filter((row) => version === undefined || row.version === version)));
    },
    async byDigest(digest) {
      return copy(workflows.find((row) => row.digest === digest));
    },
    async list(tenant) {
      return ofTenant(tenant);
    },
    async newest(tenant, after, limit) {
      const rows = ofTenant(tenant).filter(({ name }) => name > after);
      return rows.filter(({ name }, n) => rows[n + 1]?.name !== name).slice(0, limit);
    },
    async versions(tenant, id) {
      return ofTenant(tenant)
        .filter(({ workflowId }) => workflowId === id)
        .toReversed();
    },
  };
}

function memoryLog(data: MemoryData): Store['log'] {
  return {
    async commit(commit) {
      commitTo(data, commit);
    },
    async readEntity(entity, afterSequence, limit) {
      const events = data.entities.get(entity) ?? [];
      return events.slice(afterSequence, afterSequence + limit).map((row) => ({ ...row }));
    },
    async readShard(shard, afterPosition, limit) {
      const events = data.shards[shard]?.events ?? [];
      return events.slice(afterPosition, afterPosition + limit).map((row) => ({ ...row }));
    },
    async snapshot(entity, before = Number.POSITIVE_INFINITY) {
      const rows = data.snapshots.get(entity) ?? new Map<number, SnapshotRow>();
      const sequences = [...rows.keys()].filter((sequence) => sequence < before);
      const row = rows.get(Math.max(...sequences));
      return row && { ...row, segments: row.segments.map((segment) => ({ ...segment })) };
    },
    async snapshots(entity) {
      return Array.from(data.snapshots.get(entity)?.values() ?? [])
        .sort((a, b) => a.sequence - b.sequence)
        .map(({ state: _, segments: __, ...row }) => row);
    },
  };
}

function memoryInbox(data: MemoryData): Store['inbox'] {
  return {
    async post(messages) {
      checkMessages(messages);
      postTo(data, messages);
    },
    async read(shards, limit) {
      const wanted = shards === 'all' ? undefined : new Set(shards);
      const rows: MessageRow[] = [];
      for (const row of data.inbox.values()) {
        if (rows.length >= limit) break;
        if (wanted === undefined || wanted.has(row.shard)) rows.push({ ...row });
      }
      return rows;
    },
    async of(entity) {
      return Array.from(data.inbox.values(), (row) => ({ ...row })).filter((row) => row.entity === entity);
    },
    async outcome(id) {
      const row = data.outcomes.get(id);
      return row && { ...row };
    },
    async prune(before, limit) {
      const ids = new Set([...data.consumed.keys(), ...data.outcomes.keys()]);
      const timed = Array.from(ids, (id) => ({ id, at: data.outcomes.get(id)?.at ?? data.consumed.get(id) }));
      return oldestOf(timed, before, limit).map(({ id }) => {
        data.outcomes.delete(id);
        return data.consumed.delete(id);
      }).length;
    },
  };
}

function memoryExecutions(data: MemoryData): Store['executions'] {
  const { executions, removals } = data;
  return {
    async remove(removal) {
      return removeFrom(data, removal);
    },
    async removals({ tenant, workflowId, executionId, afterOffset = -1, limit }) {
      return removals
        .toReversed()
        .filter(
          (row) =>
            (tenant === undefined || row.tenant === tenant) &&
            (workflowId === undefined || row.workflowId === workflowId) &&
            (executionId === undefined || row.executionId === executionId) &&
            row.offset > afterOffset,
        )
        .slice(0, limit)
        .map((row) => ({ ...row }));
    },
    async expired(before, limit, after) {
      return Array.from(executions.values())
        .filter(({ completedAt }) => completedAt !== null && completedAt < before)
        .filter((row) => after === undefined || inOrderOfEnds(row, after) > 0)
        .sort(inOrderOfEnds)
        .slice(0, limit)
        .map((row) => ({ ...row }));
    },
    async get(executionId) {
      const row = executions.get(executionId);
      return row && { ...row };
    },
    async list({ tenant, workflowId, statuses, asleep, before, limit }) {
      return Array.from(executions.values())
        .filter(
          (row) =>
            (tenant === undefined || row.tenant === tenant) &&
            (workflowId === undefined || row.workflowId === workflowId) &&
            (statuses === undefined || statuses.includes(row.status)) &&
            (asleep === undefined || row.asleep === asleep) &&
            (before === undefined || row.executionId < before),
        )
        .sort((a, b) => (a.executionId < b.executionId ? 1 : -1))
        .slice(0, limit)
        .map((row) => ({ ...row }));
    },
  };
}

function inOrderOfEnds(a: Ended, b: Ended): number {
  return (
    Number(a.completedAt) - Number(b.completedAt) ||
    (a.executionId < b.executionId ? -1 : Number(a.executionId > b.executionId))
  );
}

function memoryWakeups({ wakeups }: MemoryData): Store['wakeups'] {
  const timed = (row: WakeupRow): row is WakeupRow & { readonly at: number } => row.at !== null;
  const order = (a: { at: number; entity: string }, b: { at: number; entity: string }): number =>
    a.at - b.at || (a.entity < b.entity ? -1 : Number(a.entity > b.entity));
  return {
    async next(shards, limit, after) {
      return Array.from(wakeups.values())
        .filter(timed)
        .filter((row) => shards === 'all' || shards.includes(row.shard))
        .filter((row) => after === undefined || order(row, after) > 0)
        .sort(order)
        .slice(0, limit)
        .map((row) => ({ ...row }));
    },
    async of(entities) {
      return entities.flatMap((entity) => wakeups.get(entity) ?? []).map((row) => ({ ...row }));
    },
  };
}

function memoryRequests({ requests }: MemoryData): Store['requests'] {
  const nameOf = ({ tenant, key }: Pick<RequestClaim, 'tenant' | 'key'>): string =>
    JSON.stringify([tenant, key]);
  return {
    async claim(request) {
      const known = requests.get(nameOf(request));
      if (known === undefined) {
        requests.set(nameOf(request), { ...request });
        return { kind: 'new', id: request.id };
      }
      const { id, digest, answer } = known;
      if (digest !== request.digest) return { kind: 'other' };
      return { kind: 'again', id, ...(answer === undefined ? {} : { answer: copyOf(answer) }) };
    },
    async settle(id, answer) {
      for (const request of requests.values()) if (request.id === id) request.answer ??= copyOf(answer);
    },
    async release(id) {
      for (const [name, request] of requests)
        if (request.id === id && request.answer === undefined) requests.delete(name);
    },
    async prune(before, limit) {
      return oldestOf([...requests.values()], before, limit).filter((one) => requests.delete(nameOf(one)))
        .length;
    },
  };
}

function copyOf({ headers, ...answer }: RequestAnswer): RequestAnswer {
  return { ...answer, headers: { ...headers } };
}

function oldestOf<Row extends { readonly at: Instant | undefined }>(
  rows: readonly Row[],
  before: Instant,
  limit: number,
): readonly Row[] {
  return rows
    .filter(({ at = before }) => at < before)
    .toSorted((a, b) => (a.at as Instant) - (b.at as Instant))
    .slice(0, limit);
}

function memoryBlobs({ blobs }: MemoryData): Store['blobs'] {
  return {
    async read(digests) {
      return [...new Set(digests)].flatMap((digest) => {
        const data = blobs.get(digest)?.data;
        return data === undefined ? [] : [{ digest, data }];
      });
    },
    async heldBy(entity) {
      return Array.from(blobs).flatMap(([digest, { holders }]) => (holders.has(entity) ? [digest] : []));
    },
  };
}

function memoryFeed({ feed, entities, offsets }: MemoryData): Store['feed'] {
  return {
    async end() {
      return feed.length;
    },
    async timeAfter(offset) {
      return feed[offset]?.at;
    },
    async read(after, limit, entity) {
      const rows: FeedRow[] = [];
      if (entity === undefined) {
        for (let n = after; n < feed.length && rows.length < limit; n++) {
          const row = feed[n] as EventRow;
          if (row.entity !== '') rows.push({ ...row, offset: n + 1 });
        }
        return rows;
      }
      const places = offsets.get(entity) ?? [];
      const first = places.findLastIndex((offset) => offset <= after) + 1;
      for (const row of (entities.get(entity) ?? []).slice(first, first + limit)) {
        rows.push({ ...row, offset: places[row.sequence - 1] as number });
      }
      return rows;
    },
  };
}
