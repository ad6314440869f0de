import {
  type AtItem,
  type Claim,
  claimKey,
  type ExecutionEvent,
  type Instant,
  prefixOf,
} from '@cantata/core';
import type { Finished, FinishedExecution, FinishedResource } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const circles: Invariant = {
  name: 'circles',
  says: 'Nobody waits in a circle for ever; who fails because of one waited for somebody who could not go on.',
  *check(finished) {
    const world = new Waits(finished);
    for (const { id, log } of finished.resources) {
      if (!isHeld(id)) continue;
      const { holders, waiting } = lineAt(log);
      if (
        waiting.size > 0 &&
        [...holders.values()].every((claim) => world.isStuck(claim)) &&
        holders.size > 0
      )
        yield `${[...waiting.keys()].join()} wait for ${id}, and whoever has it waits for them in the end`;
    }
    for (const resource of finished.resources) yield* checkBroken(resource, finished);
  },
};

/** Whoever was refused a lock because of a circle: nobody who had it was at work. */
function* checkBroken({ id, log }: FinishedResource, { executions }: Finished): Iterable<string> {
  if (!isHeld(id)) return;
  const byId = new Map(executions.map((execution) => [execution.id, execution]));
  for (const [n, { event, at }] of log.entries()) {
    if (event.type !== 'semaphore.withdrawn') continue;
    const { claim } = event;
    const failed = byId
      .get(claim.execution)
      ?.log.some((logged) => logged.event.type === 'deadlock.detected' && logged.at === at);
    if (failed !== true) continue;
    for (const holder of lineAt(log.slice(0, n)).holders.values()) {
      const last = lastOf(byId.get(holder.execution), holder, at);
      if (last?.type === 'agent.task_assigned')
        yield `${claimKey(claim)} fails as deadlocked in ${id}, and ${claimKey(holder)} has it and is at work`;
    }
  }
}

function isHeld(id: string): boolean {
  return prefixOf(id) === 'lock' || prefixOf(id) === 'quota';
}

function lineAt(log: FinishedResource['log']): { holders: Map<string, Claim>; waiting: Map<string, Claim> } {
  const holders = new Map<string, Claim>();
  const waiting = new Map<string, Claim>();
  for (const { event } of log) {
    if (event.type === 'semaphore.queued') waiting.set(claimKey(event.claim), event.claim);
    if (event.type === 'semaphore.granted') holders.set(claimKey(event.claim), event.claim);
    if (event.type === 'semaphore.granted' || event.type === 'semaphore.withdrawn')
      waiting.delete(claimKey(event.claim));
    if (event.type === 'semaphore.released') holders.delete(claimKey(event.claim));
  }
  return { holders, waiting };
}

/** What says how far an item has come. */
const STEPS: ReadonlySet<string> = new Set([
  'task.acquiring',
  'task.granted',
  'task.listening',
  'task.waiting',
  'human.requested',
  'agent.task_assigned',
  'task.retry_scheduled',
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.skipped',
]);

function lastOf(
  execution: FinishedExecution | undefined,
  { task, item, activation }: Claim,
  before: Instant,
): ExecutionEvent | undefined {
  return execution?.log.findLast(({ event, at }) => {
    if (!STEPS.has(event.type) || at >= before) return false;
    const place = event as AtItem & { readonly deed?: string };
    const isThere = place.task === task && place.item === item && (place.activation ?? 1) === activation;
    return isThere && place.deed === undefined;
  })?.event;
}

/** Who waits for whom when all is over, by logs alone. */
class Waits {
  readonly #executions: ReadonlyMap<string, FinishedExecution>;
  readonly #holders: ReadonlyMap<string, ReadonlyMap<string, Claim>>;

  constructor({ executions, resources }: Finished) {
    this.#executions = new Map(executions.map((execution) => [execution.id, execution]));
    this.#holders = new Map(resources.map(({ id, log }) => [id, lineAt(log).holders]));
  }

  /** Whether neither it nor whatever it waits for can go on. */
  isStuck(claim: Claim): boolean {
    const seen = new Map([[claimKey(claim), claim]]);
    for (const one of seen.values()) {
      const before = this.#before(one);
      if (before === undefined) return false;
      for (const other of before) seen.set(claimKey(other), other);
    }
    return true;
  }

  /** Those it waits for; undefined where it may go on without them. */
  #before(claim: Claim): readonly Claim[] | undefined {
    const execution = this.#executions.get(claim.execution);
    if (execution?.row.status !== 'running' || execution.row.parked) return undefined;
    const last = lastOf(execution, claim, Number.POSITIVE_INFINITY);
    if (last?.type === 'task.waiting' && last.on.kind === 'child') return this.#inside(last.on.execution);
    const [asked] = this.#missing(execution, claim);
    return asked === undefined ? undefined : [...(this.#holders.get(asked)?.values() ?? [])];
  }

  #missing({ log }: FinishedExecution, { task, item, activation }: Claim): readonly string[] {
    let missing: string[] = [];
    for (const { event } of log) {
      const place = event as AtItem;
      if (place.task !== task || place.item !== item || (place.activation ?? 1) !== activation) continue;
      if (event.type === 'task.acquiring') missing = event.resources.map(({ resource }) => resource);
      else if (event.type === 'task.granted') missing = missing.filter((one) => one !== event.resource);
      else if (STEPS.has(event.type)) missing = [];
    }
    return missing.every(isHeld) ? missing : [];
  }

  /** All that is open of an execution, where nothing of it can go on. */
  #inside(id: string): readonly Claim[] | undefined {
    const execution = this.#executions.get(id);
    if (execution?.row.status !== 'running' || execution.row.parked) return undefined;
    const open = new Map<string, Claim>();
    for (const { event } of execution.log) {
      if (!STEPS.has(event.type)) continue;
      const { task, item, activation = 1 } = event as AtItem;
      const claim: Claim = { execution: id, task, activation, ...(item === undefined ? {} : { item }) };
      open.set(claimKey(claim), claim);
    }
    const claims = [...open.values()].filter((claim) => !isOver(lastOf(execution, claim, Infinity)));
    const isWaiting = claims.every((claim) => this.#before(claim) !== undefined);
    return isWaiting && claims.length > 0 ? claims : undefined;
  }
}

function isOver(last: ExecutionEvent | undefined): boolean {
  return last !== undefined && ENDS.has(last.type);
}

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.skipped',
]);
