/** An engine that loses the shards, and one that takes them over. */
import { type Commit, isUuid } from '@cantata/core';
import { answersLate, answersWith, Cue, hangs, obeys, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const THREE = { tasks: { a: [], b: ['a'], c: ['b'] } };
const STRANGER = { id: '01890000-0000-7000-8000-000000000000', host: 'elsewhere', pid: 1 };

/** An engine that has completed `a`, works on `b`, and is gone. */
async function crashed(world: World): Promise<{ readonly id: string; readonly first: Process }> {
  const first = await world.process();
  const id = await world.start(first, await world.workflow(first, THREE));
  await world.clock.until(() => world.agents.at('b').length === 1);
  first.kill();
  return { id, first };
}

describe.each(STORES)('on the %s store', (_, share) => {
  describe('an engine that hands nothing out', () => {
    it(
      'leaves what becomes ready to the one that stays, and nothing of it was ever lost',
      inWorld(share, async (world) => {
        world.agents.on('b', hangs());
        const { id } = await crashed(world);
        const settings = { recover: 'on_demand', handsOut: false } as const;
        const passing = await world.process({ settings, isDead: () => true });
        await world.clock.of(
          passing.engine.operate(id, { type: 'task.complete', task: 'b', output: 'by hand' }, 'ann'),
        );
        // Nor does the reconciler find anything wrong with it.
        await world.clock.advance(20_000);
        expect(passing.parts.parking.size).toBe(0);
        await world.clock.of(passing.engine.close());
        expect(world.agents.places).toEqual(['a', 'b']);
        const log = await world.log(id);
        expect(log.filter((type) => type === 'agent.task_assigned')).toHaveLength(2);
        expect(await world.ended(await world.process({ isDead: () => true }), id)).toMatchObject({
          status: 'completed',
        });
        expect(world.agents.places).toEqual(['a', 'b', 'c']);
        expect((await world.log(id)).slice(log.length)).not.toContain('agent.lost');
      }),
    );
  });

  describe('an engine that is fenced', () => {
    it(
      'decides nothing, writes nothing and forgets everything',
      inWorld(share, async (world) => {
        const cue = new Cue();
        world.agents.on('b', cue.line);
        const process = await world.process();
        const id = await world.start(process, await world.workflow(process, THREE));
        await world.clock.until(() => cue.isAwaited);
        await process.store.fence(STRANGER, 60_000);
        const written = process.store.commits.length;
        cue.answer();
        await world.clock.advance(5_000);
        expect(process.engine.owns).toBe(false);
        expect(process.store.commits).toHaveLength(written);
        expect(process.engine.gauges).toMatchObject({
          executions: 0,
          attempts: 0,
          timers: 0,
          queued: 0,
          parked: 0,
          inbox: 0,
        });
        expect(await world.log(id)).not.toContain('task.cancelled');
        expect(world.agents.places).toEqual(['a', 'b']);
      }),
    );

    it(
      'refuses nothing from what it remembers: whoever took over answers',
      inWorld(share, async (world) => {
        const cue = new Cue();
        world.agents.on('a', hangs(), cue.line);
        const first = await world.process();
        const workflow = await world.workflow(first, { maxConcurrentExecutions: 1 });
        const id = await world.start(first, workflow);
        await world.clock.advance(1);
        const second = await world.process({ isDead: () => true });
        await world.clock.until(() => cue.isAwaited);
        cue.answer();
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
        // Its lease is not due yet, and in its memory the execution is still open.
        expect(first.engine.owns).toBe(true);
        const started = await world.start(first, workflow);
        expect(first.engine.owns).toBe(false);
        expect(await world.row(started)).toMatchObject({ status: 'running' });
      }),
    );

    it(
      'tells its agents to stop',
      inWorld(share, async (world) => {
        world.agents.on('b', obeys());
        const process = await world.process();
        await world.start(process, await world.workflow(process, THREE));
        await world.clock.advance(100);
        await process.store.fence(STRANGER, 60_000);
        await world.clock.advance(10_000);
        expect(world.agents.at('b')[0]?.signal.aborted).toBe(true);
        expect(String(world.agents.at('b')[0]?.signal.reason)).toMatch(/another engine took over/);
      }),
    );

    it(
      'gives the command of a caller to the engine that took over',
      inWorld(share, async (world) => {
        world.agents.on('a', obeys());
        const first = await world.process();
        const second = await world.process();
        const id = await world.start(first, await world.workflow(first, THREE));
        await first.store.fence(second.owner, 10_000);
        // The first one learns of it with its next commit, which is this one.
        await world.clock.of(first.engine.cancel(id, 'ann'));
        expect(second.engine.owns).toBe(true);
        expect(await world.ended(first, id)).toMatchObject({ status: 'cancelled' });
      }),
    );

    it(
      'becomes owner again when the other one is gone, and goes on from what that one did',
      inWorld(share, async (world) => {
        const first = await world.process();
        const second = await world.process({ settings: { recover: 'all' } });
        world.agents.on('b', answersLate(1_000), answersLate(1_000_000), answersLate(1_000));
        const id = await world.start(first, await world.workflow(first, THREE));
        await first.store.fence(second.owner, 10_000);
        await world.clock.until(() => second.engine.owns && world.agents.at('b').length === 2);
        second.kill();
        expect(await world.ended(first, id)).toMatchObject({ status: 'completed' });
        expect(first.engine.owns).toBe(true);
        expect(world.agents.places.filter((place) => place === 'a')).toHaveLength(1);
        expect(new Set(world.agents.at('b').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      }),
    );

    it(
      'becomes owner again and goes on with what it had in hand, also where only what is asked for is carried on',
      inWorld(share, async (world) => {
        world.agents.on('b', answersLate(15_000));
        const first = await world.process({ settings: { recover: 'on_demand' } });
        const second = await world.process({ settings: { recover: 'on_demand' } });
        const workflow = await world.workflow(first, THREE);
        const inHand = await world.start(first, workflow);
        await world.clock.until(() => world.agents.at('b').length === 1);
        await first.store.fence(second.owner, 10_000);
        await world.clock.until(() => second.engine.owns && !first.engine.owns);
        // Nobody asked the first one for this.
        const elsewhere = await world.start(second, workflow);
        second.kill();
        await world.clock.until(() => first.engine.owns);
        first.store.refuse('log.readEntity', 'store_busy', { times: 1 });
        expect(await world.ended(first, inHand, 100_000)).toMatchObject({ status: 'completed' });
        expect(await world.row(elsewhere)).toMatchObject({ status: 'running' });
      }),
    );

    it(
      'goes on with what was in the commit that told it so, too',
      inWorld(share, async (world) => {
        const cue = new Cue();
        world.agents.on(
          'b',
          cue.line,
          answersWith(() => null),
        );
        const process = await world.process({ settings: { recover: 'on_demand' } });
        const id = await world.start(process, await world.workflow(process, THREE));
        await world.clock.until(() => cue.isAwaited);
        await process.store.fence(STRANGER, 60_000);
        cue.answer();
        await world.clock.until(() => !process.engine.owns);
        expect(await world.ended(process, id, 100_000)).toMatchObject({ status: 'completed' });
      }),
    );

    it(
      'while a page of open executions is being listed reads them all when they are its own again',
      inWorld(share, async (world) => {
        world.agents.on('a', hangs());
        const process = await world.process();
        const workflow = await world.workflow(process);
        const starting = Array.from({ length: 600 }, () =>
          process.engine.start({ workflow, input: null, by: 'ann' }),
        );
        await world.clock.of(Promise.all(starting));
        process.store.delay('executions.list', 2_000, { times: 1 });
        void process.parts.recovery.page();
        process.parts.leasing.lost();
        await world.clock.until(() => process.engine.owns);
        await world.clock.advance(2_500);
        expect(process.engine.gauges.executions).toBe(600);
      }),
    );

    it(
      'does not give up its new term for the late word that the old one has ended',
      inWorld(share, async (world) => {
        const process = await world.process();
        const { leasing, ownership } = process.parts;
        const late = Promise.withResolvers<boolean>();
        process.store.alter('leases.renew', () => late.promise);
        await world.clock.until(() => process.store.calls.get('leases.renew') === 1);
        await process.store.fence(STRANGER, 1);
        leasing.lost();
        await world.clock.until(() => process.engine.owns);
        const { term } = ownership;
        late.resolve(false);
        await world.clock.advance(1_000);
        expect(ownership.term).toBe(term);
      }),
    );

    it(
      'does not take the position of a late commit for the one of its new term',
      inWorld(share, async (world) => {
        const process = await world.process();
        const { ownership } = process.parts;
        await world.run(process, THREE);
        const shard = ownership.shards.find((one) => ownership.position(one) > 1) as number;
        const position = ownership.position(shard);
        ownership.advance(shard, position - 1);
        expect(ownership.position(shard)).toBe(position);
        ownership.advance(shard, position + 1);
        expect(ownership.position(shard)).toBe(position + 1);
        ownership.advance(shard, position);
        process.kill();
      }),
    );

    it(
      'while a commit is on its way performs nothing of it',
      inWorld(share, async (world) => {
        const process = await world.process();
        const workflow = await world.workflow(process, THREE);
        process.store.delay('log.commit', 1_000);
        const starting = process.engine.start({ workflow, input: null, by: 'ann' });
        await world.clock.advance(500);
        process.parts.leasing.lost();
        await world.clock.of(starting);
        expect(world.agents.performances).toEqual([]);
        // It owns the shards again a moment later, and then it does.
        const [row] = await process.engine.reader.list({ limit: 1 });
        expect(await world.ended(process, row?.executionId as string)).toMatchObject({ status: 'completed' });
        expect(world.agents.places).toEqual(['a', 'b', 'c']);
      }),
    );

    it(
      'while entities are being read does not take them in',
      inWorld(share, async (world) => {
        world.agents.on(
          'a',
          answersLate(20_000),
          answersWith(() => null),
        );
        const first = await world.process({ settings: { recover: 'on_demand' } });
        const id = await world.start(first, await world.workflow(first, THREE));
        first.kill();
        const second = await world.process({ settings: { recover: 'on_demand' }, isDead: () => true });
        second.store.delay('log.readEntity', 1_000);
        const recovering = second.engine.recover(id);
        await world.clock.advance(500);
        second.parts.leasing.lost();
        await world.clock.of(recovering);
        expect(second.parts.loop.residents.size).toBe(1);
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      }),
    );
  });

  describe('an engine that takes over', () => {
    it(
      'waits until the lease of a dead one has run out',
      inWorld(share, async (world) => {
        world.agents.on(
          'b',
          hangs(),
          answersWith(() => 'done'),
        );
        const { id } = await crashed(world);
        const second = await world.process();
        expect(second.engine.owns).toBe(false);
        await world.clock.advance(9_000);
        expect(second.engine.owns).toBe(false);
        await world.clock.advance(1_500);
        expect(second.engine.owns).toBe(true);
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      }),
    );

    it(
      'does not wait for one that is known to be dead',
      inWorld(share, async (world) => {
        world.agents.on(
          'b',
          hangs(),
          answersWith(() => 'done'),
        );
        const { id, first } = await crashed(world);
        const second = await world.process({ isDead: ({ id: owner }) => owner === first.owner.id });
        expect(second.engine.owns).toBe(true);
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      }),
    );

    it(
      'runs no finished task again, and hands out again what was in flight, under the same idempotency key',
      inWorld(share, async (world) => {
        world.agents.on(
          'b',
          hangs(),
          answersWith(() => 'done'),
        );
        const { id } = await crashed(world);
        const second = await world.process({ isDead: () => true });
        await world.ended(second, id);
        expect(world.agents.places).toEqual(['a', 'b', 'b', 'c']);
        const [one, two] = world.agents.at('b', id);
        expect(two).toMatchObject({ idempotencyKey: one?.idempotencyKey, attempt: 1, assignment: 2 });
        expect(await world.log(id)).toEqual([
          'workflow.requested',
          'workflow.planned',
          'workflow.agents_allocated',
          'workflow.execution_started',
          'agent.task_assigned',
          'task.completed',
          'agent.task_assigned',
          'agent.lost',
          'agent.task_assigned',
          'task.completed',
          'agent.task_assigned',
          'task.completed',
          'workflow.completed',
        ]);
      }),
    );

    it(
      'fails an attempt that took its process with it five times',
      inWorld(share, async (world) => {
        world.agents.on('b', hangs());
        const { id } = await crashed(world);
        for (let n = 2; n <= 5; n++) {
          const next = await world.process({ isDead: () => true });
          await world.clock.until(() => world.agents.at('b').length === n);
          next.kill();
        }
        const last = await world.process({ isDead: () => true });
        expect(await world.ended(last, id)).toMatchObject({
          status: 'failed',
          reason: expect.stringMatching(/^agent_lost: /),
        });
        expect(world.agents.at('b')).toHaveLength(5);
      }),
    );

    it(
      'leaves other open executions alone when only those asked for are wanted',
      inWorld(share, async (world) => {
        world.agents.on(
          'a',
          hangs(),
          answersWith(() => null),
        );
        const first = await world.process();
        const workflow = await world.workflow(first, THREE);
        const wanted = await world.start(first, workflow);
        const other = await world.start(first, workflow);
        first.kill();
        const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
        await world.clock.of(second.engine.recover(wanted));
        expect(await world.ended(second, wanted)).toMatchObject({ status: 'completed' });
        await world.clock.advance(60_000);
        expect(await world.row(other)).toMatchObject({ status: 'running' });
        expect(world.agents.at('a', other)).toHaveLength(1);
        const third = await world.process({ isDead: () => true, settings: { recover: 'all' } });
        second.kill();
        expect(await world.ended(third, other)).toMatchObject({ status: 'completed' });
      }),
    );

    it(
      'carries all open executions on, page by page, even when listing them fails at first',
      inWorld(share, async (world) => {
        world.agents.on(
          'a',
          hangs(),
          answersWith(() => null),
        );
        const first = await world.process();
        const workflow = await world.workflow(first, THREE);
        const starts = Array.from({ length: 1_200 }, () =>
          first.engine.start({ workflow, input: null, by: 'ann' }),
        );
        const ids = await world.clock.of(Promise.all(starts));
        first.kill();
        const second = await world.assemble({ isDead: () => true });
        second.store.refuse('executions.list', 'store_busy');
        const engine = await world.clock.of(Engine.of(second.parts));
        const rows = await world.clock.of(Promise.all(ids.map((id) => engine.ended(id))));
        expect(rows.every(({ status }) => status === 'completed')).toBe(true);
        await world.clock.of(engine.close());
      }),
    );

    it(
      'keeps what is paused paused, and what is being cancelled on its way to the end',
      inWorld(share, async (world) => {
        world.agents.on('a', hangs());
        const first = await world.process();
        const workflow = await world.workflow(first, THREE);
        const paused = await world.start(first, workflow);
        const cancelled = await world.start(first, workflow);
        await world.clock.of(first.engine.pause(paused, 'ann'));
        await world.clock.of(first.engine.cancel(cancelled, 'ann'));
        first.kill();
        world.agents.on(
          'a',
          answersWith(() => null),
        );
        const second = await world.process({ isDead: () => true });
        expect(await world.ended(second, cancelled)).toMatchObject({ status: 'cancelled' });
        await world.clock.advance(60_000);
        expect(await world.row(paused)).toMatchObject({ status: 'paused' });
        await world.clock.of(second.engine.resume(paused, 'bob'));
        expect(await world.ended(second, paused)).toMatchObject({ status: 'completed' });
      }),
    );

    it(
      'keeps the time of retries and timeouts that were running',
      inWorld(share, async (world) => {
        world.agents.on(
          'a',
          throws(new Error('no')),
          answersWith(() => null),
        );
        const first = await world.process();
        const workflow = await world.workflow(first, { tasks: { a: { retryPolicy: 'fixed' } } });
        const id = await world.start(first, workflow);
        await world.clock.until(() => world.agents.at('a').length === 1);
        const failedAt = world.clock.now();
        first.kill();
        const second = await world.process({ isDead: () => true });
        await world.ended(second, id);
        expect(world.agents.at('a')[1]?.at).toBe(failedAt + 1_000);
      }),
    );

    it(
      'takes a start that was granted and never begun from the inbox',
      inWorld(share, async (world) => {
        const first = await world.process();
        const workflow = await world.workflow(first, THREE);
        // The plan is not at hand when the start is granted, so it goes through the inbox; then the process ends.
        const { plans } = first.parts;
        plans.cached = () => undefined;
        const id = await world.start(first, workflow);
        first.kill();
        const second = await world.process({ isDead: () => true });
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
        expect(isUuid(id)).toBe(true);
      }),
    );

    it(
      'when one is closed goes on at once',
      inWorld(share, async (world) => {
        world.agents.on(
          'b',
          obeys(),
          answersWith(() => null),
        );
        const first = await world.process();
        const id = await world.start(first, await world.workflow(first, THREE));
        await world.clock.until(() => world.agents.at('b').length === 1);
        await world.clock.of(first.engine.close());
        expect(world.agents.at('b')[0]?.signal.aborted).toBe(true);
        const second = await world.process();
        expect(second.engine.owns).toBe(true);
        expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
        expect(
          first.store.commits.some((commit: Commit) =>
            commit.events.some(({ type }) => type === 'task.failed'),
          ),
        ).toBe(false);
      }),
    );
  });
});
