/** Executions of two tenants in one engine: nothing that is shared by name is shared between them. */
import { admissionOf, sharedOf } from '@cantata/core';
import { aComputed, answersLate, hangs, type Line, reports } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

/** One line for each attempt, whoever makes it. */
const inTurn =
  (...lines: readonly Line[]): Line =>
  (...told) => {
    const [next, ...rest] = lines;
    if (rest.length > 0) lines = rest;
    return (next as Line)(...told);
  };

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

  it(
    'have quotas, rates and circuit breakers of their own',
    inWorld(share, async (world) => {
      world.agents.otherwise(inTurn(reports(), hangs()));
      const process = await world.process();
      const sketch = {
        tasks: {
          pay: {
            needs: {
              locks: [],
              quotas: [{ name: aComputed(() => 'desk'), limit: 1, count: 1 }],
              rate: { limit: 1, perMs: 3_600_000, key: aComputed(() => 'calls') },
            },
          },
        },
        faultTolerance: { circuitBreaker: { failureThreshold: 1, timeoutSeconds: 3_600 } },
      };
      const mine = await world.start(process, await world.workflow(process, sketch));
      expect((await world.ended(process, mine)).status).toBe('failed');
      const theirs = await world.start(process, await world.workflow(process, sketch, 'acme'));
      await world.clock.advance(1_000);
      expect(world.agents.at('pay', theirs)).toHaveLength(1);
      const breaker = async (tenant: string): Promise<readonly string[]> =>
        (await world.log(sharedOf('breaker', tenant, 'workers'))).filter((type) => type.startsWith('agent.'));
      expect(await breaker('default')).toEqual(['agent.circuit_opened']);
      expect(await breaker('acme')).toEqual([]);
      for (const tenant of ['default', 'acme'])
        for (const kind of ['quota', 'rate'] as const)
          expect(await world.log(sharedOf(kind, tenant, kind === 'quota' ? 'desk' : 'calls'))).not.toEqual(
            [],
          );
    }),
  );

  it(
    'are told nothing of each other by what lists agents, schedules, executions and past runs',
    inWorld(share, async (world) => {
      world.agents.otherwise(inTurn(answersLate(70), reports({ code: 'leak', message: 'of acme alone' })));
      const process = await world.process({ calendar: (_, after) => after + 3_600_000 });
      const schedule = {
        cron: '0 * * * *',
        timeZone: 'UTC',
        catchUp: 'skip',
        overlap: 'skip',
        input: null,
      } as const;
      const agents = { spies: 1 };
      const theirs = await world.workflow(
        process,
        { name: 'w', agents, tasks: { secret: [] }, schedule },
        'acme',
      );
      await world.workflow(process, { name: 'w', tasks: { a: [] } });
      const executions = [await world.start(process, theirs)];
      await world.ended(process, executions[0] as string);
      executions.push(await world.start(process, theirs));
      await world.ended(process, executions[1] as string);
      await world.clock.of(process.engine.schedules.set(theirs, 'ann'));
      const { engine } = process;
      const asked = async (tenant?: string): Promise<readonly unknown[]> => [
        (await world.clock.of(engine.agents(tenant))).map(({ agentType, here }) => [
          agentType,
          here?.succeeded,
          here?.lastError?.message,
        ]),
        (await world.clock.of(engine.reader.schedules(tenant))).map(({ workflowId }) => workflowId),
        [...(await world.clock.of(engine.reader.history('w', tenant))).keys()],
        [...(await world.clock.of(engine.reader.history(theirs.workflowId, tenant))).keys()],
        await world.clock
          .of(engine.reader.list({ ...(tenant === undefined ? {} : { tenant }), limit: 9 }))
          .then((rows) => rows.length),
      ];
      const all = [[['spies', 1, 'of acme alone']], [theirs.workflowId], ['secret'], ['secret'], 2];
      expect(await asked('acme')).toEqual(all);
      expect(await asked('umbrella')).toEqual([[], [], [], [], 0]);
      expect((await asked()).slice(0, 4)).toEqual([[['workers', 0, undefined]], [], [], []]);
      expect(await world.clock.of(engine.reader.row(executions[0] as string, 'acme'))).toMatchObject({
        tenant: 'acme',
      });
      for (const [id, tenant] of [
        [executions[0] as string, 'default'],
        ['nobody', 'acme'],
      ] as const)
        await expect(world.clock.of(engine.reader.row(id, tenant))).rejects.toMatchObject({
          code: 'execution_not_found',
          message: `there is no execution ${id}`,
        });
    }),
  );

  it(
    'who wrote the same document keep their forks, their versions and what their runs took to themselves',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(7_000));
      const process = await world.process();
      const sketch = { name: 'same', tasks: { a: [] } };
      const mine = await world.workflow(process, sketch);
      const theirs = await world.workflow(process, sketch, 'acme');
      expect(theirs.digest).toBe(mine.digest);
      await world.ended(process, await world.start(process, mine));
      process.kill();
      const next = await world.process();
      const { engine, parts } = next;
      const plannedMs = (): number | undefined => parts.plans.cached(mine.digest)?.plannedMs;
      await world.start(next, mine);
      expect(plannedMs()).toBe(7_000);
      const origin = await world.start(next, theirs);
      expect(plannedMs()).toBe(10_000);
      await world.start(next, mine);
      expect(plannedMs()).toBe(10_000);
      const fork = await world.clock.of(engine.fork(origin, { by: 'ann' }));
      await world.clock.advance(10);
      expect(await world.row(fork)).toMatchObject({ tenant: 'acme', workflowId: theirs.workflowId });
      const newer = await world.workflow(next, { ...sketch, version: '2.0.0' });
      const { workflowId: id, name, version, digest } = newer;
      const upgrade = { type: 'upgrade', workflow: { id, name, version, digest }, running: 'stop' } as const;
      await expect(world.clock.of(engine.operate(origin, upgrade, 'ann'))).rejects.toMatchObject({
        code: 'upgrade_refused',
      });
    }),
  );

  it(
    'are named by what waits in the inbox for them',
    inWorld(share, async (world) => {
      world.agents.otherwise(hangs());
      const process = await world.process({ settings: { inboxPollMs: 3_600_000 } });
      const client = await world.process();
      expect([process.engine.owns, client.engine.owns]).toEqual([true, false]);
      const workflow = await world.workflow(client, {}, 'acme');
      const started = client.engine.start({ workflow, input: null, by: 'ann' });
      const told = client.engine.signalKey('order', { signal: 'paid', by: 'ann', tenant: 'acme' });
      await world.clock.advance(1_000);
      const store = await world.store();
      const waiting = await store.inbox.read('all', 10);
      expect(waiting.map(({ entity, tenant }) => [entity, tenant])).toEqual([
        [sharedOf('correlation', 'acme', 'order'), 'acme'],
        [admissionOf(workflow.workflowId), 'acme'],
      ]);
      for (const asked of [started, told])
        await expect(world.clock.of<unknown>(asked)).rejects.toMatchObject({ code: 'answer_timeout' });
    }),
  );
});
