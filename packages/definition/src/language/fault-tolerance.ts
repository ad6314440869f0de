/** `fault_tolerance:`: retries, circuit breakers and the undoing of what was done. */
import type { FaultTolerance } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { truth, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { certain } from './certain.ts';
import { retryPolicy } from './retry-policy.ts';

const CIRCUIT_BREAKER = {
  failure_threshold: optional(
    wholeNumber(1, LIMITS.failureThreshold),
    'How many failures in a row open the circuit of an agent type. Default: CIRCUIT_BREAKER_FAILURE_THRESHOLD, else 5.',
  ),
  timeout_seconds: required(duration, 'How long the circuit stays open before one attempt is let through.'),
};

const SAGA_PATTERN = {
  compensation_enabled: required(
    truth,
    'Whether tasks that say how are undone, when the execution is cancelled or a failure asks for it.',
  ),
  rollback_on_failure: required(
    truth,
    'Whether a failure undoes what was done, unless its task says otherwise in `on_failure`.',
  ),
};

const FAULT_TOLERANCE = {
  retry_policy: optional(retryPolicy, 'For tasks that name none.'),
  circuit_breaker: optional(
    object({ name: 'a circuit breaker', fields: CIRCUIT_BREAKER }),
    'When agents of a type that keep failing are not asked for a while. Default: never.',
  ),
  saga_pattern: optional(
    object({ name: 'a saga pattern', fields: SAGA_PATTERN }),
    'When what was done is undone. Default: whenever an execution fails in which a task says how.',
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
    ...(draft.failure_threshold === undefined ? {} : { failureThreshold: draft.failure_threshold }),
    timeoutSeconds: certain(draft.timeout_seconds) / 1000,
  };
}

function defineSaga(draft: Draft<typeof SAGA_PATTERN>): NonNullable<FaultTolerance['sagaPattern']> {
  return {
    compensationEnabled: certain(draft.compensation_enabled),
    rollbackOnFailure: certain(draft.rollback_on_failure),
  };
}
