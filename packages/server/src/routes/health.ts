/** For whoever keeps the process alive, and whoever sends it work. */
import { CantataError, type Taken } from '@cantata/core';
import type { App } from '../app.ts';
import { leavingError } from '../front-door/leaving.ts';
import type { ServerParts, ServerSettings } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { Capacity, Health, Ready } from '../schemas/operations.ts';

export function healthRoutes(app: App, parts: ServerParts, settings: ServerSettings): void {
  app.get(
    '/health',
    {
      config: { role: 'anybody' },
      schema: {
        operationId: 'health',
        tags: ['Operations'],
        summary: 'Whether the process is alive',
        response: { 200: Health },
      },
    },
    () => ({ status: 'ok' as const, version: parts.version }),
  );

  app.get(
    '/ready',
    {
      config: { role: 'anybody' },
      schema: {
        operationId: 'ready',
        tags: ['Operations'],
        summary: 'Whether it can take work',
        description: 'The store answers, and this process decides or somebody who is alive does.',
        response: { 200: Ready, ...problems(503) },
      },
    },
    async () => {
      if (parts.engine.isLeaving) throw leavingError();
      await inTime(requireOwner(parts), settings.readyTimeoutMs);
      return { status: 'ready' as const, role: roleOf(parts) };
    },
  );

  app.get(
    '/workflow-capacity',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'workflowCapacity',
        tags: ['Operations'],
        summary: 'What it has in hand, and what it may have',
        response: { 200: Capacity, ...problems(401, 403, 503) },
      },
    },
    async () => {
      const { gauges, settings } = parts.engine;
      const { limits, used, waiting } = await parts.engine.capacity();
      const { executions, attempts, unbound, timers, queued, parked, inbox } = gauges;
      return {
        role: roleOf(parts),
        executions,
        max_executions_in_memory: settings.maxResidents,
        attempts,
        unbound,
        timers,
        queued,
        max_queued: settings.maxQueuedInputs,
        queue_free: Math.max(0, settings.maxQueuedInputs - queued),
        parked,
        inbox,
        limits: {
          executions: limits.maxExecutions ?? null,
          cpu_millis: limits.maxCpuMillis ?? null,
          memory_bytes: limits.maxMemoryBytes ?? null,
        },
        used: amounts(used),
        free: {
          executions: freeOf(limits.maxExecutions, used.executions),
          cpu_millis: freeOf(limits.maxCpuMillis, used.cpuMillis),
          memory_bytes: freeOf(limits.maxMemoryBytes, used.memoryBytes),
        },
        waiting,
      };
    },
  );
}

function amounts({ executions, cpuMillis, memoryBytes }: Taken) {
  return { executions, cpu_millis: cpuMillis, memory_bytes: memoryBytes };
}

/** Null where nothing is limited. */
function freeOf(limit: number | undefined, used: number): number | null {
  return limit === undefined ? null : Math.max(0, limit - used);
}

function roleOf({ engine }: ServerParts): 'owner' | 'client' {
  return engine.owns ? 'owner' : 'client';
}

/** Whoever asks does not wait for ever, and takes silence for no. @throws CantataError `not_ready` */
async function inTime(asked: Promise<void>, ms: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const error = new CantataError('not_ready', `the store has not answered for ${ms} ms`);
  const timer = setTimeout(() => reject(error), ms);
  try {
    await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws CantataError `not_ready`, or why the store does not answer. */
async function requireOwner({ engine, store }: ServerParts): Promise<void> {
  const leases = await store.leases.holders();
  const now = engine.now();
  if (engine.owns || leases.some(({ expiresAt }) => expiresAt > now)) return;
  throw new CantataError('not_ready', 'no engine that is alive owns the data; one takes it over shortly');
}
