/** What may be told to many executions at once, and which ones it is for. */
import { OPEN_STATUSES } from '@cantata/core';
import type { Engine } from './engine.ts';
import type { CallOptions } from './shell/commander.ts';

export const BULK_VERBS = ['pause', 'resume', 'cancel', 'retry'] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];

/** More at once are told in several calls. */
export const MAX_BULK = 1_000;

export interface BulkCall extends CallOptions {
  readonly by: string;
  readonly reason?: string;
}

type Told = Pick<Engine, 'pause' | 'resume' | 'cancel' | 'operate'>;

export interface Bulk {
  /** Statuses it is for, unless others are named. */
  readonly statuses: readonly string[];
  /** Resolves when it is accepted. */
  readonly tell: (engine: Told, executionId: string, call: BulkCall) => Promise<unknown>;
}

export const BULK: Readonly<Record<BulkVerb, Bulk>> = {
  pause: {
    statuses: ['running'],
    tell: (engine, id, { by, reason, ...call }) => engine.pause(id, by, reason, call),
  },
  resume: {
    statuses: ['paused'],
    tell: (engine, id, { by, reason: _, ...call }) => engine.resume(id, by, call),
  },
  cancel: {
    statuses: OPEN_STATUSES,
    tell: (engine, id, { by, reason, ...call }) => engine.cancel(id, by, reason, call),
  },
  retry: {
    statuses: ['failed'],
    tell: (engine, id, { by, reason, ...call }) => {
      const why = reason === undefined ? {} : { reason };
      return engine.operate(id, { type: 'retry', tasks: [], key: 'same', ...why }, by, call);
    },
  },
};
