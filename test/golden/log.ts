/**
 * A golden log: what one entity wrote in some release, and what it must fold to for ever. A file has one JSON a line: the
 * entity with the document of its workflow, its events as rows, and at last what its state says.
 */
import {
  type EventRow,
  type ExecutionEvent,
  type ExecutionState,
  encodeResource,
  executionLaw,
  type Json,
  type JsonObject,
  NO_VALUES,
  newExecution,
  newResource,
  type ResourceEvent,
  resourceLaw,
  upcast,
  ValuesMissing,
  viewExecution,
  violations,
} from '@cantata/core';
import { compile } from '@cantata/definition';

export interface GoldenLog {
  readonly entity: string;
  /** Undefined for a resource. */
  readonly document?: JsonObject;
  /** Of a version it is upgraded to, which has the digest `next`. */
  readonly next?: JsonObject;
  readonly rows: readonly GoldenRow[];
}

export type GoldenRow = Pick<EventRow, 'sequence' | 'at' | 'type' | 'schema'> & { readonly data: JsonObject };

export function textOf({ entity, document, next, rows }: GoldenLog, expected: Json): string {
  const lines = [
    { entity, ...(document === undefined ? {} : { document }), ...(next === undefined ? {} : { next }) },
    ...rows,
    { expected },
  ];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

export function logOf(text: string): GoldenLog & { readonly expected: JsonObject } {
  const lines = text.trimEnd().split('\n');
  const head = JSON.parse(lines[0] as string) as Pick<GoldenLog, 'entity' | 'document' | 'next'>;
  const { expected } = JSON.parse(lines.at(-1) as string) as { expected: JsonObject };
  return { ...head, rows: lines.slice(1, -1).map((line) => JSON.parse(line) as GoldenRow), expected };
}

/** What the state says of itself to people, and what the world owes it. Estimates are left out: they may get better. */
export function folded({ entity, document, next, rows }: GoldenLog): JsonObject {
  const events = rows.map(({ at, type, schema, data }) => ({ at, event: upcast(type, schema, data) }));
  if (document === undefined) {
    const state = newResource(entity);
    for (const { at, event } of events) resourceLaw.evolve(state, event as unknown as ResourceEvent, at);
    return plain({ state: encodeResource(state), owed: [...resourceLaw.owed(state)] });
  }
  const state = newExecution(entity, compile(document));
  if (next !== undefined) state.versions = new Map([['next', compile(next)]]);
  for (const { at, event } of events) executionLaw.evolve(state, event as unknown as ExecutionEvent, at);
  const broken = violations(state);
  if (broken.length > 0) throw new Error(`${entity} is broken: ${broken.join('; ')}`);
  return plain({ view: viewOf(state), sequence: state.sequence, owed: [...executionLaw.owed(state)] });
}

function viewOf(state: ExecutionState): object {
  atHand(state);
  const { performance_metrics: metrics, ...view } = viewExecution(state, state.lastAt);
  const {
    planned_ms: _,
    critical_path_ms: __,
    critical_path: ___,
    expected_finish: ____,
    ...counted
  } = metrics;
  return { ...view, performance_metrics: counted };
}

/** Values beside the log are not in it: each is shown as its digest. */
function atHand(state: ExecutionState): void {
  for (;;) {
    try {
      viewExecution(state, state.lastAt);
      return;
    } catch (error) {
      if (!(error instanceof ValuesMissing)) throw error;
      const missing = error.digests.map((digest) => [digest, digest] as const);
      state.values = new Map([...(state.values === NO_VALUES ? [] : state.values), ...missing]);
    }
  }
}

function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
