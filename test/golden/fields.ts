/**
 * Which fields of recorded events the fold reads: without one of them some state on the way would be another one. What a
 * log comes to in the end does not tell: who was asked what is forgotten by then.
 */
import {
  type ExecutionEvent,
  encodeExecution,
  encodeResource,
  executionLaw,
  newExecution,
  newResource,
  type ResourceEvent,
  resourceLaw,
  upcast,
} from '@cantata/core';
import { compile } from '@cantata/definition';
import type { GoldenLog } from './log.ts';

/** Tries so many events for one that needs the field. */
const MAX_TRIED = 12;

/** `type.field`, sorted. O(events² · fields) for each log. */
export function fieldsRead(logs: readonly GoldenLog[]): readonly string[] {
  const read = new Set<string>();
  const tried = new Map<string, number>();
  for (const log of logs) {
    const steps = [...stepsOf(log)];
    for (const [n, row] of log.rows.entries()) {
      for (const field of Object.keys(row.data)) {
        const name = `${row.type}.${field}`;
        const times = tried.get(name) ?? 0;
        if (read.has(name) || times >= MAX_TRIED) continue;
        tried.set(name, times + 1);
        const { [field]: _, ...data } = row.data;
        if (!isSame({ ...log, rows: log.rows.with(n, { ...row, data }) }, steps)) read.add(name);
      }
    }
  }
  return [...read].sort();
}

function isSame(log: GoldenLog, steps: readonly string[]): boolean {
  let n = 0;
  try {
    for (const step of stepsOf(log)) if (step !== steps[n++]) return false;
  } catch {
    // What cannot be folded without the field needs it.
    return false;
  }
  return true;
}

/** The state after each event, whole, with what the world owes it. */
function* stepsOf({ entity, document, next, rows }: GoldenLog): Iterable<string> {
  if (document === undefined) {
    const state = newResource(entity);
    for (const { at, type, schema, data } of rows) {
      resourceLaw.evolve(state, upcast(type, schema, data) as unknown as ResourceEvent, at);
      yield JSON.stringify([encodeResource(state), [...resourceLaw.owed(state)]]);
    }
    return;
  }
  const state = newExecution(entity, compile(document));
  if (next !== undefined) state.versions = new Map([['next', compile(next)]]);
  for (const { at, type, schema, data } of rows) {
    executionLaw.evolve(state, upcast(type, schema, data) as unknown as ExecutionEvent, at);
    yield JSON.stringify([encodeExecution(state), [...executionLaw.owed(state)]]);
  }
}
