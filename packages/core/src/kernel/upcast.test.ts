import { describe, expect, test } from 'vitest';
import { EVENT_SCHEMA } from './execution/events.ts';
import { SCHEMA_STEPS, type SchemaStep, upcast } from './upcast.ts';

const STEPS: readonly SchemaStep[] = [
  { 'task.done': ({ result, ...rest }) => ({ ...rest, output: result ?? null }) },
  { 'task.done': (fields) => ({ ...fields, type: 'task.completed', attempt: 1 }) },
  { 'task.completed': (fields) => ({ ...fields, usage: {} }) },
];

describe('an event that was stored', () => {
  test('in the newest schema stays as it is', () => {
    expect(upcast('task.completed', EVENT_SCHEMA, { task: 'a' })).toEqual({
      type: 'task.completed',
      task: 'a',
    });
    expect(upcast('task.done', 4, { result: 1 }, STEPS, 4)).toEqual({ type: 'task.done', result: 1 });
  });

  test('in an older one goes through every schema since, under its new name from there on', () => {
    expect(upcast('task.done', 1, { task: 'a', result: 7 }, STEPS, 4)).toEqual({
      type: 'task.completed',
      task: 'a',
      output: 7,
      attempt: 1,
      usage: {},
    });
    expect(upcast('task.done', 2, { output: 7 }, STEPS, 3)).toEqual({
      type: 'task.completed',
      output: 7,
      attempt: 1,
    });
  });

  test('of a type that did not change stays as it is', () => {
    expect(upcast('task.skipped', 1, { task: 'a' }, STEPS, 4)).toEqual({ type: 'task.skipped', task: 'a' });
  });

  test('by a newer Cantata is refused, with the way out', () => {
    expect(() => upcast('task.done', EVENT_SCHEMA + 1, {})).toThrow(
      expect.objectContaining({
        code: 'store_version',
        message: expect.stringMatching(/use the newer Cantata/) as string,
      }),
    );
  });
});

test('there is a step to every schema', () => {
  expect(SCHEMA_STEPS).toHaveLength(EVENT_SCHEMA - 1);
});
