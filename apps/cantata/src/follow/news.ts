/** When it is worth looking at an execution again: told by the service that has it, else every now and then. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionRow, Store } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import { ServiceError } from '@cantata/sdk/client';
import { newsOfService } from '../remote/news.ts';
import { clientOf } from '../remote/store.ts';

const POLL_MS = 200;

export interface News {
  /** Resolves when something may have happened. @throws ServiceError of a service that is out of reach for good. */
  next(): Promise<void>;
  close(): void;
}

export interface Listener {
  /** A sentence about the connection. */
  readonly remark: (text: string) => void;
  /** An agent of the service said something. */
  readonly said?: (frame: LiveFrame) => void;
}

/** Of data of this machine, whose processes publish nothing here, the log is looked at. */
export function newsOf(
  store: Store,
  execution: Pick<ExecutionRow, 'executionId' | 'workflowId'>,
  listener: Listener,
): News {
  const client = clientOf(store);
  if (client !== undefined) return newsOfService(client, execution, listener);
  return { next: () => sleep(POLL_MS), close: () => undefined };
}

/** Undefined where the service cannot be reached: it is asked again with the next news, which say so if that is given up. */
export async function ifReachable<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ServiceError && error.retryable) return undefined;
    throw error;
  }
}
