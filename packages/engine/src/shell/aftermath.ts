/**
 * What becomes of the inputs of a commit that the store refused. Pure.
 *
 * A caller in this process is told at once and may ask again. Everything else has nobody who would repeat it, so it is
 * tried again: `attempts` times, then its execution is parked. What came by inbox is read again from there: the commit may
 * have gone through without an answer, and where it only refused something, no event would tell. Data that the store will
 * never take is found by giving each input of the commit one of its own; then the culprit alone is parked, or refused
 * where it came by inbox.
 */
import { type CantataError, isResource } from '@cantata/core';
import type { Input } from './input.ts';

export interface Aftermath {
  /** Tried again, in their order. */
  readonly retry: readonly Input[];
  /** Their callers are told the error. */
  readonly tell: readonly Input[];
  /** Their inbox rows are removed with the error as the outcome. */
  readonly refuse: readonly Input[];
  /** Their executions are parked. */
  readonly park: readonly Input[];
  /** Their inbox rows are read again. Resources are never parked for the store's sake: many depend on them. */
  readonly leave: readonly Input[];
}

export interface RefusedCommit {
  readonly inputs: readonly Input[];
  readonly error: CantataError;
  /** Whether the inputs are all there was in the commit. */
  readonly isWhole: boolean;
  /** How often an input is tried, the first time included. */
  readonly attempts: number;
}

export function aftermath({ inputs, error, isWhole, attempts }: RefusedCommit): Aftermath {
  const after = { retry: [], tell: [], refuse: [], park: [], leave: [] } as {
    [K in keyof Aftermath]: Input[];
  };
  const isData = error.code === 'store_data_refused';
  if (isData && (inputs.length > 1 || !isWhole)) {
    return { ...after, retry: inputs.map((input) => ({ ...input, alone: true })) };
  }
  for (const input of inputs) {
    const tried = (input.attempts ?? 0) + 1;
    if (input.reply !== undefined) after.tell.push(input);
    else if (isData) after[input.message === undefined ? 'park' : 'refuse'].push(input);
    else if (input.message !== undefined) after.leave.push(input);
    else if (tried < attempts) after.retry.push({ ...input, attempts: tried });
    else after[isResource(input.entity) ? 'leave' : 'park'].push(input);
  }
  return after;
}
