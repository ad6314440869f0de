/** What is told from outside is looked at before anybody relies on it: no law meets what it has no rule for. */
import type { CantataError, Operation } from '@cantata/core';
import { hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';
import { requireShape } from './shapes.ts';

const by = 'ann';
const codeOf = (told: object): unknown => {
  try {
    requireShape(told as never);
    return undefined;
  } catch (error) {
    return (error as CantataError).message;
  }
};

it.each([
  [{ type: 'retry', tasks: [], key: 'same', by }, undefined],
  [{ type: 'retry', tasks: ['a'], key: 'new', by, reason: '' }, undefined],
  [{ type: 'task.cancel', task: 'a', item: 0, extent: 'task', by }, undefined],
  [{ type: 'task.complete', task: 'a', output: null, by }, undefined],
  [{ type: 'compensation.skip', step: { task: 'a', activation: 2 }, by, reason: 'no' }, undefined],
  [{ type: 'pattern.switch', task: 'a', to: 'swarm', options: {}, by }, undefined],
  [{ type: 'continue' }, undefined],
  [{ type: 'retry', key: 'same', by }, 'its tasks must be a list of texts'],
  [{ type: 'retry', tasks: [5], key: 'same', by }, 'its tasks must be a list of texts'],
  [{ type: 'retry', tasks: [], key: 'old', by }, 'its key must be one of same, new'],
  [{ type: 'retry', tasks: [], key: 'same' }, 'its by must be a text'],
  [{ type: 'cancel', by, reason: 5 }, 'its reason must be a text'],
  [{ type: 'task.fail', task: 'a', item: -1, by }, 'its item must be a whole number from 0 on'],
  [{ type: 'task.complete', task: 'a', by }, 'its output must be given'],
  [{ type: 'items.add', task: 'a', items: 'b', by }, 'its items must be a list'],
  [{ type: 'pattern.switch', task: 'a', to: 'swarm', options: [], by }, 'its options must be an object'],
  [{ type: 'compensation.retry', step: 'a', by }, 'its step must be an object'],
  [
    { type: 'compensation.retry', step: { task: 5 }, by },
    'its step must be an object whose task must be a text',
  ],
  [
    { type: 'upgrade', workflow: {}, running: 'stop', by },
    'its workflow must be an object whose id must be a text',
  ],
  [{ type: 'timer', timer: {} }, 'an execution cannot be told timer'],
  [{ type: 'toString' }, 'an execution cannot be told toString'],
  [{ type: undefined }, 'an execution cannot be told undefined'],
])('%j: %s', (told, problem) => {
  const message = codeOf(told);
  if (problem === undefined) expect(message).toBeUndefined();
  else expect(message).toContain(problem);
});

describe.each(STORES)('the door, with the %s store', (_, share) => {
  it(
    'refuses what is malformed before anybody is told: nothing is parked, and nothing is kept for later',
    inWorld(share, async (world) => {
      world.agents.otherwise(hangs());
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process));
      const malformed = [{ type: 'retry' }, { type: 'turn.lost', task: 'a' }, { type: 'dance' }, {}];
      for (const operation of malformed as unknown as Operation[]) {
        for (const options of [{}, { requestId: process.engine.newId() }])
          await expect(
            world.clock.of(process.engine.operate(id, operation, by, options)),
          ).rejects.toMatchObject({ code: 'input_invalid' });
      }
      await world.clock.advance(1_000);
      expect(await process.store.inbox.of(id)).toEqual([]);
      expect(process.engine.gauges).toMatchObject({ parked: 0, inbox: 0, executions: 1 });
    }),
  );
});
