/**
 * What a document computes: conditions, templates and schemas, compiled by `packages/definition` and called by
 * `decide` alone. Core knows their shape and never their language.
 */
import type { Json, JsonObject } from '../json.ts';

/** What an expression sees. Only what its `reads` lists has to be there. */
export interface Scope {
  /** The input of the execution. */
  readonly input: Json;
  /** By task id. A parallel task's output is the list of its items' outputs; of what is not completed it is null. */
  readonly tasks: Readonly<
    Record<
      string,
      {
        readonly output: Json;
        readonly status: string;
        /** Outputs of the tasks that it spawned, by their ids; null where one is not completed. */
        readonly spawned?: JsonObject;
      }
    >
  >;
  /** In the `input` of a task with `for_each`: the element, and its place from 0. */
  readonly item?: Json;
  readonly index?: number;
  /** In what undoes a step: what this one worked on and gave. */
  readonly step?: StepSeen;
  /** The data of the signal or event that is asked about, or that a task came with. */
  readonly event?: Json;
}

export interface StepSeen {
  readonly input: Json;
  /** Null where nobody knows. */
  readonly output: Json;
  /** Whether nobody knows if it had its effect. */
  readonly unknown: boolean;
}

export interface Reads {
  readonly input: boolean;
  /** Ids of the tasks whose output is read; unique, in the order of the first mention. */
  readonly tasks: readonly string[];
  /** Those of them whose spawned tasks are read; absent where none are. */
  readonly spawned?: readonly string[];
}

/** Pure and bounded: the same scope gives the same value, on every machine. */
export interface Computed<T extends Json> {
  /** As written. */
  readonly source: Json;
  readonly reads: Reads;
  /** @throws CantataError `expression_failed`: the message names the expression and what is wrong with the values. */
  evaluate(scope: Scope): T;
}

/** `when:`. */
export interface Condition extends Computed<boolean> {
  readonly source: string;
}

/** `input:` and `outputs:`: any JSON whose texts may hold `${...}`. */
export type Template = Computed<Json>;

/** A JSON Schema, made ready to check values. */
export interface Schema {
  readonly source: JsonObject;
  /** Empty if the value fits; else the first few reasons why not. */
  check(value: Json): readonly Mismatch[];
}

export interface Mismatch {
  /** `answers[2].text`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/** Why a value does not fit a schema, if there is one, in words; undefined if it fits. */
export function didNotFit(schema: Pick<Schema, 'check'> | undefined, value: Json): string | undefined {
  const mismatches = schema?.check(value) ?? [];
  return mismatches.length === 0 ? undefined : mismatchWords(mismatches);
}

/** `answers[2].text: should be text; size: ...`: for messages. */
export function mismatchWords(mismatches: readonly Mismatch[]): string {
  return mismatches.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
