import { type Claim, claimKey, nameOf, prefixOf } from '@cantata/core';
import type { FinishedExecution, FinishedResource } from '../finished.ts';
import { isOver } from '../over.ts';
import { QUOTAS } from '../programs/needs.ts';
import { TeamTurns } from '../team-turns.ts';
import type { Invariant } from './invariant.ts';

export const shared: Invariant = {
  name: 'shared',
  says: 'A lock has one holder at a time and a quota no more than its limit; nobody works without what the task needs; what has ended holds nothing, and no permit for later.',
  *check({ resources, executions }) {
    const open = new Set(executions.flatMap(({ id, row }) => (isOver(row) ? [] : [id])));
    const endOf = new Map(executions.map(({ id, log }) => [id, log.at(-1)?.at ?? 0]));
    for (const resource of resources) {
      yield* checkHolders(resource, open);
      yield* checkPermits(resource, open, endOf);
    }
    for (const execution of executions) yield* checkWork(execution);
  },
};

function* checkHolders({ id, log }: FinishedResource, open: ReadonlySet<string>): Iterable<string> {
  const prefix = prefixOf(id);
  if (prefix !== 'lock' && prefix !== 'quota') return;
  const most = prefix === 'lock' ? 1 : (QUOTAS[nameOf(id)] ?? 0);
  const held = new Map<string, { readonly claim: Claim; readonly count: number }>();
  const waiting = new Map<string, Claim>();
  for (const { event, sequence } of log) {
    if (event.type === 'semaphore.queued') waiting.set(claimKey(event.claim), event.claim);
    if (event.type === 'semaphore.withdrawn') waiting.delete(claimKey(event.claim));
    if (event.type === 'semaphore.released') held.delete(claimKey(event.claim));
    if (event.type !== 'semaphore.granted') continue;
    waiting.delete(claimKey(event.claim));
    held.set(claimKey(event.claim), event);
    const used = [...held.values()].reduce((sum, { count }) => sum + count, 0);
    if (used > most) yield `${id}: ${used} are held after event ${sequence}, and there are ${most}`;
  }
  for (const { claim } of held.values())
    if (!open.has(claim.execution)) yield `${id} is held by ${claimKey(claim)}, which is over`;
  if (waiting.size > 0 && held.size === 0) yield `${waiting.size} wait for ${id}, and nobody holds it`;
  for (const claim of waiting.values())
    if (!open.has(claim.execution)) yield `${claimKey(claim)} is over and waits for ${id}`;
}

/** What passes while it is on its way is lost to all: a late commit, a late read of the inbox and a takeover may take so long. */
const ON_ITS_WAY_MS = 60_000;

/** Of a permit for later that was used, its execution has a later event. */
function* checkPermits(
  { id, log }: FinishedResource,
  open: ReadonlySet<string>,
  endOf: ReadonlyMap<string, number>,
): Iterable<string> {
  if (prefixOf(id) !== 'rate') return;
  const leased = new Map<string, { readonly claim: Claim; readonly at: number; readonly times: number[] }>();
  for (const { event, at } of log) {
    if (event.type === 'rate.leased')
      leased.set(claimKey(event.claim), { claim: event.claim, at, times: [...event.times] });
    if (event.type !== 'rate.returned') continue;
    const left = leased.get(claimKey(event.claim))?.times ?? [];
    for (const time of event.times) left.splice(left.indexOf(time), 1);
  }
  for (const { claim, at, times } of leased.values()) {
    if (open.has(claim.execution)) continue;
    const last = Math.max(...times);
    if (last > Math.max(at, endOf.get(claim.execution) ?? 0) + ON_ITS_WAY_MS)
      yield `${claimKey(claim)} has a permit of ${id} for ${last}, and is over`;
  }
}

/** Between its grants and what it gives back, by its own log. */
function* checkWork({ id, log, workflow }: FinishedExecution): Iterable<string> {
  const needy = new Set(
    workflow.program.tasks
      .filter((task) => 'lock' in task || 'quota' in task || 'rate_limit' in task)
      .map((task) => task.id),
  );
  const limited = new Set(
    workflow.program.tasks.filter((task) => 'rate_limit' in task).map((task) => task.id),
  );
  const placeOf = ({
    task,
    item = 0,
    activation = 1,
  }: Pick<Claim, 'task' | 'item'> & { activation?: number }): string => `${task}[${item}]#${activation}`;
  /** By place: what is asked for and not granted; absent where nothing was asked for. */
  const missing = new Map<string, Set<string>>();
  const teams = new TeamTurns();
  for (const { event } of log) {
    teams.take(event);
    if (event.type === 'task.acquiring') {
      missing.set(placeOf(event), new Set(event.resources.map(({ resource }) => resource)));
    }
    if (event.type === 'task.granted') missing.get(placeOf(event))?.delete(event.resource);
    if (event.type === 'task.permits_granted')
      for (const permit of event.permits) missing.get(placeOf(permit))?.delete(event.resource);
    if (event.type === 'task.released')
      for (const { claim, resource } of event.claims) {
        // Without its breaker it has what else it had.
        if (prefixOf(resource) === 'breaker') missing.get(placeOf(claim))?.delete(resource);
        // Permits go back under the name of their block: whoever had them.
        else if (claim.block === undefined) missing.delete(placeOf(claim));
      }
    if (event.type !== 'agent.task_assigned' || !needy.has(event.task)) continue;
    // What undoes a step needs nothing of what the step needed.
    if (event.deed === 'compensate') continue;
    const isTurn = teams.items(event) !== undefined;
    // Of what a team needs, its lead holds all but the permits.
    const { item: _, ...lead } = event;
    const places = isTurn && !limited.has(event.task) ? [lead] : isTurn ? [lead, event] : [event];
    const all = places.map((place) => missing.get(placeOf(place)));
    const lacks = all.find((one) => one === undefined || one.size > 0) ?? all[0];
    if (lacks === undefined || lacks.size > 0) {
      yield `${id}: ${placeOf(event)} was handed out without ${[...(lacks ?? ['anything'])].join()}`;
    }
  }
}
