/**
 * Which ready item gets which free seat. Picking is a decision (`pick`, read-only); the other moves only write down.
 * The cost of each grows with the pools of one group, never with the number of tasks.
 */
import { nth } from '../../nth.ts';
import type { Needs } from '../../plan/definition.ts';
import type { PlanGroup } from '../../plan/plan.ts';
import type { Instant } from '../../ports/clock.ts';
import type { View } from '../law.ts';
import { hasRoom, load } from './ceiling.ts';
import { servedBefore } from './ready-queue.ts';
import type { ExecutionState, Item, Seating } from './state.ts';

/** The item to serve next and the seat for it, or undefined when no ready item has a free seat. */
export function pick(
  state: View<ExecutionState>,
): { readonly item: View<Item>; readonly seat: number } | undefined {
  const { seating, plan } = state;
  for (const called of seating.callable) {
    const seat = freeSeatOf(state, called) as number;
    if (hasRoom(state, nth(plan.seats, seat).group)) return { item: firstReserved(state, called), seat };
  }
  for (const candidate of seating.assignable) {
    const group = freestGroup(state, candidate);
    if (group !== -1)
      return { item: firstFor(state, group), seat: nth(seating.freeOfGroup, group).head as number };
  }
  return undefined;
}

/** Of all pools that share the seats of a group, the work that the plan puts first. */
function firstFor({ seating, plan }: View<ExecutionState>, group: number): View<Item> {
  let first: View<Item> | undefined;
  for (const pool of nth(plan.groups, group).pools) {
    const { head } = nth(seating.readyOfPool, pool);
    if (head !== undefined && (first === undefined || servedBefore(plan.places, head, first))) first = head;
  }
  return first as View<Item>;
}

/** The first item that is ready and needs no seat. */
export function nextSeatless({ plan, seating }: View<ExecutionState>): View<Item> | undefined {
  return plan.seatless === undefined ? undefined : nth(seating.readyOfPool, plan.seatless).head;
}

/** Of the work that is somebody's by name, the first of whoever is free. */
function firstReserved({ seating }: View<ExecutionState>, to: string): View<Item> {
  const [first] = seating.reserved.get(to) as ReadonlySet<View<Item>>;
  return first as View<Item>;
}

function freeSeatOf({ seating, plan }: View<ExecutionState>, to: string): number | undefined {
  const group = groupsCalled(plan, to);
  if (group !== undefined) return nth(seating.freeOfGroup, group.index).head;
  const seat = plan.seatIndex.get(to);
  return seat === undefined || seating.occupant[seat] !== undefined ? undefined : seat;
}

/** The group or seat whose work a ready item is: by the word of an operator, else because other agents fail. */
export function reservedFor({ reassigned, diverted, attempt }: View<Item>): string | undefined {
  return reassigned ?? (diverted?.attempt === attempt + 1 ? diverted.to : undefined);
}

/** A group of one is called like its seat. */
export function groupsCalled(plan: View<ExecutionState>['plan'], name: string): View<PlanGroup> | undefined {
  const index = plan.groupIndex.get(name);
  return index === undefined ? undefined : nth(plan.groups, index);
}

/** The group of a pool with most free seats: the least loaded, the first of equals; -1 where none has room. */
function freestGroup(state: View<ExecutionState>, pool: number): number {
  let best = -1;
  let most = 0;
  for (const group of nth(state.plan.pools, pool).groups) {
    const free = nth(state.seating.freeOfGroup, group).size;
    if (free > most && hasRoom(state, group)) {
      most = free;
      best = group;
    }
  }
  return best;
}

/** It may be served, once it has the resources it needs. */
export function makeReady(state: ExecutionState, item: Item, at: Instant): void {
  const { needs } = nth(state.plan.tasks, item.task).definition;
  if (needs === undefined || !isInNeed(needs, item)) return queue(state, item, at);
  item.status = { kind: 'acquiring', since: at };
  state.acquiring.add(item);
  state.unasked.push(item);
}

/**
 * What undoes a step needs none of what the step needed. What a task holds its team holds, by its lead: a turn needs a
 * permit alone, and a person or a team nothing.
 */
function isInNeed({ rate }: View<Needs>, { claims, undoes, spawned }: Item): boolean {
  if (claims?.isComplete === true || undoes !== undefined) return false;
  const turn = spawned?.turn;
  return turn === undefined || (turn.person === undefined && turn.team !== true && rate !== undefined);
}

/** Puts an item into its pool's ready queue. */
export function queue(state: ExecutionState, item: Item, at: Instant): void {
  const { seating } = state;
  item.status = { kind: 'ready', since: at, order: orderOf(seating, item) };
  const to = reservedFor(item);
  if (to !== undefined) return reserve(state, item, to);
  const pool = poolOf(state, item);
  nth(seating.readyOfPool, pool).push(item);
  refresh(seating, pool);
}

function reserve(state: ExecutionState, item: Item, to: string): void {
  const { reserved, reservedFor } = state.seating;
  const items = reserved.get(to);
  if (items === undefined) reserved.set(to, new Set([item]));
  else items.add(item);
  reservedFor.set(item, to);
  recall(state, to);
}

/** Whether it was reserved. */
function unreserve(state: ExecutionState, item: Item): boolean {
  const { reserved, reservedFor } = state.seating;
  const to = reservedFor.get(item);
  if (to === undefined) return false;
  reservedFor.delete(item);
  const items = reserved.get(to) as Set<Item>;
  items.delete(item);
  if (items.size === 0) reserved.delete(to);
  recall(state, to);
  return true;
}

/** Keeps X7: whoever is callable has work of their own and a free seat. */
function recall(state: ExecutionState, to: string): void {
  const { reserved, callable } = state.seating;
  if (reserved.has(to) && freeSeatOf(state, to) !== undefined) callable.add(to);
  else callable.delete(to);
}

/** A seat is taken or free: whoever is called like it, or like its group. */
function recallSeat(state: ExecutionState, seat: number, group: number): void {
  if (state.seating.reserved.size === 0) return;
  const { plan } = state;
  recall(state, nth(plan.groups, group).definition.name);
  recall(state, nth(plan.seats, seat).id);
}

/** As they come; what is undone, the last of it first. */
function orderOf(seating: Seating, { undoes }: Item): number {
  return undoes === undefined ? seating.nextOrder++ : -undoes.endedAt;
}

/** Takes an item out of its ready queue. */
export function takeReady(state: ExecutionState, item: Item): void {
  if (state.seating.reserved.size > 0 && unreserve(state, item)) return;
  const pool = poolOf(state, item);
  nth(state.seating.readyOfPool, pool).remove(item);
  refresh(state.seating, pool);
}

export function occupy(state: ExecutionState, item: Item, seat: number): void {
  const { seating, plan } = state;
  const { group } = nth(plan.seats, seat);
  seating.occupant[seat] = item;
  load(seating.used, plan, group, 1);
  nth(seating.freeOfGroup, group).remove(seat);
  for (const pool of nth(plan.groups, group).pools) {
    seating.freeInPool[pool] = (seating.freeInPool[pool] as number) - 1;
    refresh(seating, pool);
  }
  recallSeat(state, seat, group);
}

export function vacate(state: ExecutionState, seat: number): void {
  const { seating, plan } = state;
  const { group } = nth(plan.seats, seat);
  seating.occupant[seat] = undefined;
  load(seating.used, plan, group, -1);
  nth(seating.freeOfGroup, group).push(seat);
  for (const pool of nth(plan.groups, group).pools) {
    seating.freeInPool[pool] = (seating.freeInPool[pool] as number) + 1;
    refresh(seating, pool);
  }
  recallSeat(state, seat, group);
}

/** Keeps X3: a pool is assignable if and only if it has ready items and a free seat. */
function refresh(seating: Seating, pool: number): void {
  const ready = nth(seating.readyOfPool, pool).size;
  if (ready > 0 && (seating.freeInPool[pool] as number) > 0) seating.assignable.add(pool);
  else seating.assignable.delete(pool);
}

/** In which of the plan's queues it is ready. */
export function poolOf(state: View<ExecutionState>, item: View<Item>): number {
  if (item.spawned?.pool !== undefined) return item.spawned.pool;
  const { pool, compensation } = nth(state.plan.tasks, item.task);
  return item.undoes === undefined ? pool : (compensation?.pool ?? pool);
}
