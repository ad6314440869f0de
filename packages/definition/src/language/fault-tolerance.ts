/** `fault_tolerance:`: circuit breakers and the undoing of what was done. Both are read and not enforced yet. */
import type { FaultTolerance } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional, required, unenforced } from '../shape/object.ts';
import { truth, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { certain } from './certain.ts';
import { retryPolicy } from './retry-policy.ts';

const CIRCUIT_BREAKER = {
  failure_threshold: required(
    wholeNumber(1, LIMITS.failureThreshold),
    'How many failures in a row open the circuit.',
  ),
  timeout_seconds: required(duration, 'How long the circuit stays open before an attempt is let through.'),
};

const SAGA_PATTERN = {
  compensation_enabled: required(truth, 'Whether tasks that completed can be undone.'),
  rollback_on_failure: required(truth, 'Whether a failure undoes what had completed.'),
};

const FAULT_TOLERANCE = {
  retry_policy: optional(retryPolicy, 'For tasks that name none.'),
  circuit_breaker: unenforced(
    optional(
      object({ name: 'a circuit breaker', fields: CIRCUIT_BREAKER }),
      'When an agent that keeps failing is no longer asked.',
    ),
  ),
  saga_pattern: unenforced(
    optional(object({ name: 'a saga pattern', fields: SAGA_PATTERN }), 'How completed work is undone.'),
  ),
};

export const faultTolerance = object({ name: 'fault_tolerance', fields: FAULT_TOLERANCE });

export function defineFaultTolerance(draft: Draft<typeof FAULT_TOLERANCE>): FaultTolerance {
  const { retry_policy: retry, circuit_breaker: breaker, saga_pattern: saga } = draft;
  return {
    ...(retry === undefined ? {} : { retryPolicy: retry }),
    ...(breaker === undefined ? {} : { circuitBreaker: defineBreaker(breaker) }),
    ...(saga === undefined ? {} : { sagaPattern: defineSaga(saga) }),
  };
}

function defineBreaker(draft: Draft<typeof CIRCUIT_BREAKER>): NonNullable<FaultTolerance['circuitBreaker']> {
  return {
    failureThreshold: certain(draft.failure_threshold),
    timeoutSeconds: certain(draft.timeout_seconds) / 1000,
  };
}

function defineSaga(draft: Draft<typeof SAGA_PATTERN>): NonNullable<FaultTolerance['sagaPattern']> {
  return {
    compensationEnabled: certain(draft.compensation_enabled),
    rollbackOnFailure: certain(draft.rollback_on_failure),
  };
}
