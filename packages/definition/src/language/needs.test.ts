/** What an item must have before it is served: `lock`, `quota`, `rate_limit`. */
import type { Needs } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const workflow = (...keys: readonly string[]): string => `name: w
version: "1"
orchestration_pattern: custom
agents: { a: { type: t } }
tasks:
  - id: x
    agent: a
${keys.map((key) => `    ${key}\n`).join('')}coordination: { type: hybrid }
`;

function needsOf(...keys: readonly string[]): Needs | undefined {
  const parsed = parseDefinition(workflow(...keys));
  if (parsed.kind !== 'valid') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.definition.tasks[0]?.needs;
}

describe('what a task needs', () => {
  test('is nothing unless it says so', () => {
    expect(needsOf()).toBeUndefined();
  });

  test('is a lock or several, whose names may be computed', () => {
    const [one] = needsOf('lock: stock')?.locks ?? [];
    expect(one?.evaluate({ input: null, tasks: {} })).toBe('stock');
    const [first, second] = needsOf('lock: [stock, "row ${input.row}"]')?.locks ?? [];
    expect(first?.source).toBe('stock');
    expect(second?.evaluate({ input: { row: 3 }, tasks: {} })).toBe('row 3');
    expect(second?.reads).toEqual({ input: true, tasks: [] });
  });

  test('is a share of a quota, one unless it says more', () => {
    expect(needsOf('quota: { name: gpus, limit: 4 }')?.quotas).toMatchObject([{ limit: 4, count: 1 }]);
    expect(
      needsOf('quota: [{ name: gpus, limit: 4, count: 2 }, { name: disks, limit: 1 }]')?.quotas,
    ).toMatchObject([
      { limit: 4, count: 2 },
      { limit: 1, count: 1 },
    ]);
  });

  test('is a permit of a rate, its own or shared', () => {
    expect(needsOf('rate_limit: { limit: 10, per: 1m }')).toEqual({
      locks: [],
      quotas: [],
      rate: { limit: 10, perMs: 60_000 },
    });
    const key = needsOf('rate_limit: { limit: 1, per: 2s, key: search }')?.rate?.key;
    expect(key?.evaluate({ input: null, tasks: {} })).toBe('search');
  });
});

describe('a problem is', () => {
  test.each([
    [['lock: []'], 'empty tasks[0].lock'],
    [['lock: 7'], 'type_wrong tasks[0].lock'],
    [['lock: ""'], 'empty tasks[0].lock'],
    [[`lock: ${'x'.repeat(129)}`], 'name_invalid tasks[0].lock'],
    [['lock: [a, a]'], 'listed_twice tasks[0].lock[1]'],
    [['lock: "${item}"'], 'expression_unknown_name tasks[0].lock'],
    [['lock: "${tasks.y.output}"'], 'task_unknown tasks[0].lock'],
    [['quota: { limit: 4 }'], 'key_missing tasks[0].quota.name'],
    [['quota: { name: gpus }'], 'key_missing tasks[0].quota.limit'],
    [['quota: { name: gpus, limit: 2, count: 3 }'], 'value_out_of_range tasks[0].quota.count'],
    [['quota: 4'], 'type_wrong tasks[0].quota'],
    [['rate_limit: { limit: 0, per: 1s }'], 'value_out_of_range tasks[0].rate_limit.limit'],
    [['rate_limit: { limit: 5 }'], 'key_missing tasks[0].rate_limit.per'],
  ])('%j', (keys, expected) => {
    const { code, path } = onlyProblemOf(workflow(...keys));
    expect(`${code} ${path}`).toBe(expected);
  });
});
