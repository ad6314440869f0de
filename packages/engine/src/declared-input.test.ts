/** What a workflow declares about its input holds at every door: a start here, and a start from another process. */
import { createPlan, type Definition, type Json } from '@cantata/core';
import { answersLate, aSchema } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

const inputs = aSchema((value) => value === 'a question', 'should be a question');
/** Schemas are code and do not travel through a store: both processes compile the same. */
const compile = (document: object) => createPlan({ ...(document as Definition), inputs });

describe.each(STORES)('an input that a workflow declares, on the %s store', (_, share) => {
  it(
    'is refused when it does not fit, by this process and for another one, and nothing is left behind',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(10));
      const owner = await world.process({ compile });
      const client = await world.process({
        compile: (document) => createPlan(document as unknown as Definition),
      });
      const workflow = await world.workflow(owner, { maxConcurrentExecutions: 1 });
      const refused = { code: 'input_invalid', message: expect.stringContaining('should be a question') };
      for (const process of [owner, client]) {
        await expect(world.start(process, workflow, { input: 'nonsense' })).rejects.toMatchObject(refused);
      }
      const id = await world.start(client, workflow, { input: 'a question' });
      expect(await world.ended(client, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'is completed by the defaults of its schema before it is checked and kept',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(10));
      const schema = {
        source: { properties: { urgent: { default: false } } },
        check: (value: Json) =>
          JSON.stringify(value) === '{"urgent":false}' ? [] : [{ path: '', message: 'no' }],
      };
      const process = await world.process({
        compile: (document) => createPlan({ ...(document as unknown as Definition), inputs: schema }),
      });
      const workflow = await world.workflow(process);
      const id = await world.start(process, workflow, { input: {} });
      await world.ended(process, id);
      expect(await process.engine.reader.status(id)).toMatchObject({ input: { urgent: false } });
    }),
  );
});
