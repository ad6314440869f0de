import { aPlan, given, starts } from '@cantata/testing';
import { describe, test } from 'vitest';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';

const CLAIM: Claim = { execution: 'execution', task: 'a', activation: 1 };
const at = { resource: 'lock/default/stock', claim: CLAIM };
const GRANT: ResourceAnswer = { type: 'resource.granted', ...at };

describe('what nobody waits for', () => {
  test('is given back at once when a resource grants it', () => {
    given(aPlan())
      .commands(starts())
      .when(GRANT)
      .thenHappens()
      .thenSends({ to: at.resource, command: { type: 'semaphore.release', claim: CLAIM } });
  });

  test('is nothing to an execution when a resource denies it', () => {
    given(aPlan())
      .commands(starts())
      .when({ type: 'resource.denied', ...at, code: 'queue_full', message: 'too many wait' })
      .thenHappens()
      .thenSends();
  });
});
