/** Executions of two tenants in one engine: nothing that is shared by name is shared between them. */
import { sharedOf } from '@cantata/core';
import { aComputed, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

const needs = { locks: [aComputed(() => 'stock')], quotas: [] };

describe.each(STORES)('tenants on the %s store', (_, share) => {
  it(
    'have locks of their own, after a restart too',
    inWorld(share, async (world) => {
      world.agents.on('pay', hangs());
      let process = await world.process();
      const mine = await world.workflow(process, { name: 'mine', tasks: { pay: { needs } } });
      const theirs = await world.workflow(process, { name: 'theirs', tasks: { pay: { needs } } }, 'acme');
      const executions = [
        await world.start(process, mine),
        await world.start(process, theirs),
        await world.start(process, theirs),
      ];
      const statuses = async (): Promise<readonly string[]> => {
        const { reader } = process.engine;
        const views = await Promise.all(executions.map((id) => world.clock.of(reader.status(id))));
        return views.map(({ tasks }) => tasks[0]?.status ?? '');
      };
      await world.clock.advance(1_000);
      expect(await statuses()).toEqual(['running', 'running', 'waiting']);
      expect(await world.log(sharedOf('lock', 'acme', 'stock'))).toContain('semaphore.granted');
      expect((await world.row(executions[1] as string))?.tenant).toBe('acme');
      process.kill();
      process = await world.process();
      await world.clock.advance(60_000);
      expect(await statuses()).toEqual(['running', 'running', 'waiting']);
      expect((await world.row(executions[1] as string))?.tenant).toBe('acme');
    }),
  );

  it(
    'have sub-workflows and keys of their own',
    inWorld(share, async (world) => {
      const process = await world.process();
      await world.workflow(process, { name: 'inner', tasks: { search: [] } });
      const outer = { name: 'outer', tasks: { sub: { workflow: 'inner' } } } as const;
      const workflow = await world.workflow(process, outer, 'acme');
      const first = await world.start(process, workflow);
      expect((await world.ended(process, first)).reason).toContain('workflow_not_found');
      await world.workflow(process, { name: 'inner', tasks: { search: [] } }, 'acme');
      const second = await world.start(process, workflow);
      expect(await world.ended(process, second)).toMatchObject({ status: 'completed', tenant: 'acme' });
      const { tasks } = await world.clock.of(process.engine.reader.status(second));
      expect(await world.row(tasks[0]?.child_execution_id ?? '')).toMatchObject({
        status: 'completed',
        tenant: 'acme',
      });
      const told = { signal: 'paid', by: 'ann', keepMs: 1_000 };
      await world.clock.of(process.engine.signalKey('order', { ...told, tenant: 'acme' }));
      expect(await world.log(sharedOf('correlation', 'acme', 'order'))).toEqual(['correlation.kept']);
    }),
  );
});
