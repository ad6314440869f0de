/** `circuit_breaker`: agents of a type that keep failing are not asked for a while, in all executions of all programs. */
import type { Json } from '@cantata/core';
import type { Construct } from './program.ts';

export const circuitBreaker: Construct = {
  name: 'circuit breaker',
  // Of a paused execution, the one that was let through is given up only when its time is over.
  mayWaitFor: ['waits_for_resource'],
  add({ document }, dice) {
    const others = (document['fault_tolerance'] ?? {}) as Readonly<Record<string, Json>>;
    document['fault_tolerance'] = {
      ...others,
      circuit_breaker: {
        failure_threshold: dice.between(1, 3),
        timeout_seconds: dice.pick(['500ms', '2s', '6s']),
      },
    };
  },
};
