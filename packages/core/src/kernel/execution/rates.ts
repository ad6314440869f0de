/**
 * Items that need a permit of a rate, each rate with its line. A line asks for a block of permits at a time, for those
 * who stand in it then, and for the next one when no permit of the last is for later. So an execution sends a message
 * for `MAX_BLOCK` items, and never holds more than that before its time. O(1) for every move.
 *
 * Y1 An item stands in the line of its rate if and only if a permit is all that it waits for, and it has none.
 * Y2 A line asks only while somebody stands in it. When the last one leaves, what was asked for goes back.
 */
import type { View } from '../law.ts';
import type { Claim } from '../resource/claim.ts';
import type { NeededRate } from './events.ts';
import { isRate } from './lookup.ts';
import type { ExecutionState, Item } from './state.ts';

export interface Rates {
  /** By what is needed; those that are empty are not kept. */
  readonly lines: Map<string, RateLine>;
  /** Lines that have asked, by the number of their block. */
  readonly asked: Map<number, RateLine>;
  /** Lines that are to ask for a block. */
  readonly askable: Set<RateLine>;
}

export interface RateLine {
  readonly need: NeededRate;
  /** Who has no permit yet, in the order in which they are served. */
  waiting: Set<Item>;
  /** For which block it has asked, and has no answer. */
  asked: Claim | undefined;
  /** Items whose permit is for later. */
  early: number;
}

export function newRates(): Rates {
  return { lines: new Map(), asked: new Map(), askable: new Set() };
}

/** What an item needs a permit of, if it does. */
export function rateOf({ claims }: View<Item>): NeededRate | undefined {
  return claims?.resources.find(isRate);
}

/** The line of an item's rate. */
export function lineOf({ rates }: View<ExecutionState>, item: View<Item>): View<RateLine> | undefined {
  const need = rateOf(item);
  return need === undefined ? undefined : rates.lines.get(keyOf(need));
}

/** It has all else that it needs. */
export function enterLine(state: ExecutionState, item: Item, need: NeededRate): void {
  const line = lineFor(state, need);
  line.waiting.add(item);
  refresh(state, line);
}

/** It does not wait for a permit any more, or not for the time of one. */
export function leaveLine(state: ExecutionState, item: Item): void {
  const line = lineOf(state, item) as RateLine | undefined;
  if (line === undefined || item.status.kind !== 'acquiring') return;
  line.waiting.delete(item);
  if (item.status.until !== undefined) line.early -= 1;
  refresh(state, line);
}

/** The line for what is needed, and a new one where there is none. */
export function lineFor({ rates }: ExecutionState, need: NeededRate): RateLine {
  const key = keyOf(need);
  const known = rates.lines.get(key);
  if (known !== undefined) return known;
  const line: RateLine = { need, waiting: new Set(), asked: undefined, early: 0 };
  rates.lines.set(key, line);
  return line;
}

export function ask({ rates }: ExecutionState, line: RateLine, claim: Claim): void {
  line.asked = claim;
  rates.asked.set(claim.block as number, line);
  rates.askable.delete(line);
}

/** The answer has come, or is not waited for. */
export function unask({ rates }: ExecutionState, line: RateLine): void {
  rates.asked.delete(line.asked?.block as number);
  line.asked = undefined;
}

/** Keeps Y2, and `askable`. */
export function refresh(state: ExecutionState, line: RateLine): void {
  const { rates, returns } = state;
  if (line.waiting.size > 0) {
    if (line.asked === undefined && line.early === 0) rates.askable.add(line);
    else rates.askable.delete(line);
    return;
  }
  rates.askable.delete(line);
  if (line.asked !== undefined) {
    returns.push({ resource: line.need.resource, claim: line.asked });
    unask(state, line);
  }
  if (line.early === 0) rates.lines.delete(keyOf(line.need));
}

function keyOf({ resource, limit, perMs }: NeededRate): string {
  return `${limit}/${perMs} ${resource}`;
}
