import { expect, it } from 'vitest';
import { documentOf, found } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const task = (text: string): string => documentOf({ tasks: `  - id: x\n    agent: a\n    ${text}` });

it('bounds of time that fit into each other are kept', () => {
  const parsed = parseDefinition(
    documentOf({
      top: 'timeout: 2h',
      tasks: '  - { id: x, agent: a, timeout: 10s, task_timeout: 1m, heartbeat_timeout: 2s }',
    }),
  );
  expect(parsed).toMatchObject({
    definition: {
      timeoutMs: 7_200_000,
      tasks: [{ timeoutMs: 10_000, taskTimeoutMs: 60_000, heartbeatTimeoutMs: 2_000 }],
    },
  });
});

it.each([
  ['timeout: 10s\n    task_timeout: 5s', '9:14 value_out_of_range tasks[0].timeout'],
  ['timeout: 10s\n    heartbeat_timeout: 10s', '10:24 value_out_of_range tasks[0].heartbeat_timeout'],
])('%s is a mistake', (text, expected) => {
  expect(found(task(text))).toEqual([expected]);
});

it('nobody who only waits is listened to', () => {
  const text = documentOf({
    tasks: '  - { id: x, wait: { for: 5s }, heartbeat_timeout: 10s }\n  - { id: y, agent: a }',
  });
  expect(found(text)).toEqual(['7:33 kind_invalid tasks[0].heartbeat_timeout']);
});
