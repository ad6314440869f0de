import {
  type AtItem,
  type BreakerEvent,
  type Claim,
  claimKey,
  type Instant,
  prefixOf,
  taskLabel,
} from '@cantata/core';
import type { FinishedExecution, FinishedResource, Logged } from '../finished.ts';
import { isOver } from '../over.ts';
import type { Invariant } from './invariant.ts';

export const breakers: Invariant = {
  name: 'breakers',
  says: 'One attempt at a time tries agents that fail, in its time; nobody waits for a closed breaker; who is diverted loses no attempt.',
  *check({ resources, executions }) {
    const open = new Set(executions.flatMap(({ id, row }) => (isOver(row) ? [] : [id])));
    for (const resource of resources)
      if (prefixOf(resource.id) === 'breaker') yield* checkBreaker(resource, open);
    for (const execution of executions) yield* checkAttempts(execution);
  },
};

/** By its log alone: who tries, until when nobody may, and who waits. */
function* checkBreaker({ id, log }: FinishedResource, open: ReadonlySet<string>): Iterable<string> {
  let probe: Claim | undefined;
  let isClosed = true;
  let until: Instant = 0;
  const waiting = new Map<string, Claim>();
  for (const { event, at, sequence } of log as readonly Logged<BreakerEvent>[]) {
    const key = 'claim' in event ? claimKey(event.claim) : '';
    switch (event.type) {
      case 'breaker.queued':
        if (isClosed) yield `${id}: ${key} waits after event ${sequence}, and it is closed`;
        waiting.set(key, event.claim);
        break;
      case 'breaker.let_through':
        if (!isClosed) yield `${id}: ${key} is let through with event ${sequence}, and it is not closed`;
        waiting.delete(key);
        break;
      case 'breaker.withdrawn':
        waiting.delete(key);
        break;
      case 'agent.circuit_opened':
        probe = undefined;
        isClosed = false;
        until = at + event.openMs;
        break;
      case 'agent.circuit_half_opened':
        if (probe !== undefined || isClosed)
          yield `${id}: ${key} tries with event ${sequence}, and needs not`;
        if (at < until) yield `${id}: ${key} tries ${until - at} ms before the time`;
        probe = event.claim;
        waiting.delete(key);
        break;
      case 'breaker.probe_given_up':
        probe = undefined;
        break;
      case 'agent.circuit_closed':
        if (probe === undefined) yield `${id} is closed with event ${sequence}, and nobody has tried`;
        probe = undefined;
        isClosed = true;
        break;
      default:
        break;
    }
  }
  if (isClosed && waiting.size > 0) yield `${waiting.size} wait for ${id}, which is closed`;
  for (const claim of waiting.values())
    if (!open.has(claim.execution)) yield `${claimKey(claim)} is over and waits for ${id}`;
  if (probe !== undefined && !open.has(probe.execution)) yield `${claimKey(probe)} is over and tries ${id}`;
}

/** Who is handed out again after a diversion is the same attempt, elsewhere or let through. */
function* checkAttempts({ id, log, workflow }: FinishedExecution): Iterable<string> {
  const { plan } = workflow;
  const typeOf = (seat: string): string => {
    const group = plan.seats[plan.seatIndex.get(seat) ?? -1]?.group ?? -1;
    return plan.groups[group]?.definition.type ?? '';
  };
  const seats = new Map<string, string>();
  const diverted = new Map<string, { readonly attempt: number; readonly from: string }>();
  const waits = new Set<string>();
  const placeOf = ({ task, item, activation = 1 }: AtItem): string =>
    `${taskLabel(task, item)}#${activation}`;
  for (const { event, sequence } of log) {
    if (event.type === 'task.released') for (const { claim } of event.claims) waits.delete(placeOf(claim));
    if (!('task' in event) || event.task === undefined || ('deed' in event && event.deed !== undefined))
      continue;
    const place = placeOf(event as AtItem);
    switch (event.type) {
      case 'task.rerouted':
        diverted.set(place, { attempt: event.attempt, from: typeOf(seats.get(place) ?? '') });
        break;
      case 'task.acquiring':
        if (!event.resources.some((need) => 'group' in need)) break;
        diverted.set(place, { attempt: event.attempt, from: '' });
        waits.add(place);
        break;
      case 'task.granted':
        waits.delete(place);
        break;
      case 'agent.task_assigned': {
        const before = diverted.get(place);
        if (waits.has(place)) yield `${id}: ${place} waits for a breaker, and event ${sequence} hands it out`;
        if (before !== undefined && before.attempt !== event.attempt)
          yield `${id}: attempt ${before.attempt} of ${place} was diverted, and attempt ${event.attempt} follows`;
        if (before?.from === typeOf(event.seat))
          yield `${id}: ${place} goes to ${event.seat}, whose agents it was taken from`;
        diverted.delete(place);
        seats.set(place, event.seat);
        break;
      }
      default:
        break;
    }
  }
}
