/** What may be told to many executions at once, and which ones it is for. */
import { OPEN_STATUSES } from '@cantata/core';
import type { Engine } from './engine.ts';

export const BULK_VERBS = ['pause', 'resume', 'cancel', 'retry'] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];

/** More at once are told in several calls. */
export const MAX_BULK = 1_000;

export interface Bulk {
  /** Statuses it is for, unless others are named. */
  readonly statuses: readonly string[];
  /** Resolves when it is accepted. */
  readonly tell: (engine: Engine, executionId: string, by: string, reason?: string) => Promise<unknown>;
}

export const BULK: Readonly<Record<BulkVerb, Bulk>> = {
  pause: { statuses: ['running'], tell: (engine, id, by, reason) => engine.pause(id, by, reason) },
  resume: { statuses: ['paused'], tell: (engine, id, by) => engine.resume(id, by) },
  cancel: { statuses: OPEN_STATUSES, tell: (engine, id, by, reason) => engine.cancel(id, by, reason) },
  retry: {
    statuses: ['failed'],
    tell: (engine, id, by, reason) => {
      const why = reason === undefined ? {} : { reason };
      return engine.operate(id, { type: 'retry', tasks: [], key: 'same', ...why }, by);
    },
  },
};
