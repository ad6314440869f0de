import { isReference, type Json } from '@cantata/core';
import type { Invariant } from './invariant.ts';

export const values: Invariant = {
  name: 'values',
  says: 'Every large value that a log refers to is in the store, is what it was, and is held by its execution.',
  *check({ executions }) {
    for (const { id, log, blobs } of executions) {
      for (const { sequence, event } of log) {
        for (const field of Object.values(event) as readonly Json[]) {
          if (isReference(field) && !blobs.has(field.$blob))
            yield `${id} refers to ${field.$blob} in event ${sequence}, which it does not hold`;
        }
      }
    }
  },
};
