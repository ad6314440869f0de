import { expect, test } from 'vitest';
import { speaksWell } from './circuit-breaker.ts';

test.each([
  ['an output', 'completed' as const],
  ['an error it meant', { code: 'not_found', retry: 'never' as const }],
  ['an output that does not fit its schema', { code: 'output_invalid' }],
])('%s is an answer of an agent that is well', (_, end) => {
  expect(speaksWell(end)).toBe(true);
});

test.each([
  ['an error', { code: 'agent_error' }],
  ['an error it wants to try again', { code: 'rate_limited', retry: 'wanted' as const }],
  ['an attempt that took too long', { code: 'task_timed_out' }],
  ['silence', { code: 'heartbeat_missed' }],
])('%s speaks against the agent', (_, end) => {
  expect(speaksWell(end)).toBe(false);
});

test.each([
  ['that it was told to stop', { code: 'agent_aborted' }],
  ['that its process was lost', { code: 'agent_lost' }],
  ['that the time of its task was up', { code: 'task_timed_out', retry: 'never' as const }],
])('%s says nothing about the agent', (_, end) => {
  expect(speaksWell(end)).toBeUndefined();
});
