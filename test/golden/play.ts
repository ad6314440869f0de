/** Plays a scenario against the law of today and writes down what happens, as a store would have it. */
import {
  type CapacityTerms,
  type Continue,
  EVENT_SCHEMA,
  type ExecutionCommand,
  executionLaw,
  isInline,
  type JsonObject,
  type Keep,
  newExecution,
  newResource,
  type ResourceCommand,
  referenceTo,
  resourceLaw,
  step,
} from '@cantata/core';
import { compile } from '@cantata/definition';
import type { Told } from '@cantata/testing';
import type { GoldenLog, GoldenRow } from './log.ts';

/** A number moves the time to so many milliseconds after the start; all else is told at that time. */
export type Line<Command> = number | Command;

export interface Scenario {
  readonly name: string;
  readonly play: () => GoldenLog;
}

const START = 1_764_000_000_000;

/** An execution of a document. Nothing it is told may be refused. */
export function execution(name: string, document: JsonObject, ...lines: readonly Line<Told>[]): Scenario {
  return upgraded(name, document, undefined, ...lines);
}

/** The same, with a version at hand that it can be upgraded to. */
export function upgraded(
  name: string,
  document: JsonObject,
  later: JsonObject | undefined,
  ...lines: readonly Line<Told>[]
): Scenario {
  const play = (): GoldenLog => {
    const whole = {
      name,
      version: '1',
      orchestration_pattern: 'custom',
      coordination: COORDINATION,
      ...document,
    };
    const entity = `golden-${name}`;
    const state = newExecution(entity, compile(whole));
    const next = later === undefined ? undefined : { ...whole, ...later, version: '2' };
    if (next !== undefined) state.versions = new Map([['next', compile(next)]]);
    let kept = 0;
    const keep: Keep = (value) =>
      isInline(value) ? value : referenceTo(`sha256:${(kept += 1)}`, JSON.stringify(value).length);
    const tell = (told: Told, now: number) => {
      const command: ExecutionCommand | Continue = typeof told === 'function' ? told(state) : told;
      return step(executionLaw, state, command, now, keep);
    };
    const rows = rowsOf(lines, tell);
    return { entity, document: whole, ...(next === undefined ? {} : { next }), rows };
  };
  return { name, play };
}
const COORDINATION = { type: 'graph_based', graph_based: ['dependencies'] } as const;

export function resource(name: string, entity: string, ...lines: readonly Line<ResourceCommand>[]): Scenario {
  return resourceUnder(undefined, name, entity, ...lines);
}

/** Where an operator has limited what runs. */
export function resourceUnder(
  capacity: CapacityTerms | undefined,
  name: string,
  entity: string,
  ...lines: readonly Line<ResourceCommand>[]
): Scenario {
  const play = (): GoldenLog => {
    const state = newResource(entity, { calendar: everyMinute, capacity });
    return { entity, rows: rowsOf(lines, (command, now) => step(resourceLaw, state, command, now)) };
  };
  return { name, play };
}

function everyMinute(_: unknown, after: number): number {
  return after + 60_000;
}

function rowsOf<Command extends object>(
  lines: readonly Line<Command>[],
  tell: (command: Command, now: number) => ReturnType<typeof step>,
): readonly GoldenRow[] {
  const rows: GoldenRow[] = [];
  let now = START;
  for (const line of lines) {
    if (typeof line === 'number') {
      now = START + line;
      continue;
    }
    const { events, rejection, at } = tell(line, now);
    if (rejection !== undefined) throw new Error(`${rejection.code}: ${rejection.message}`);
    for (const { type, ...data } of events)
      rows.push({ sequence: rows.length + 1, at, type, schema: EVENT_SCHEMA, data });
  }
  return rows;
}
