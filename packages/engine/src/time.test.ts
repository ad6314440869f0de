/** Retries, timeouts, cancellation: everything that takes time, in time that a test moves. */
import {
  answers,
  answersLate,
  answersTwice,
  answersWith,
  hangs,
  obeys,
  type Performance,
  reports,
  throws,
} from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

describe.each(STORES)('in time, on the %s store', (_, share) => {
  it(
    'a failed attempt is tried again when its policy says, neither earlier nor later',
    inWorld(share, async (world) => {
      world.agents.on('a', throws(), reports(), throws('text'), answers('at last'));
      const process = await world.process();
      const row = await world.run(process, { tasks: { a: { retryPolicy: 'fixed' } } });
      expect(row).toMatchObject({ status: 'completed' });
      const at = world.agents.at('a').map((performance) => performance.at);
      expect(at.map((time) => time - (at[0] as number))).toEqual([0, 1_000, 2_000, 3_000]);
      expect(world.agents.at('a').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
      expect(new Set(world.agents.at('a').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    }),
  );

  it(
    'attempts end, and the execution says with which error',
    inWorld(share, async (world) => {
      world.agents.on('a', throws(new Error('the well is dry')));
      const process = await world.process();
      const row = await world.run(process, { tasks: { a: { retryPolicy: 'fixed' }, b: ['a'] } });
      expect(row).toMatchObject({ status: 'failed', reason: 'agent_error: the well is dry', tasksFailed: 1 });
      expect(world.agents.places).toEqual(['a', 'a', 'a', 'a', 'a']);
    }),
  );

  it(
    'an agent that knows better is not asked again, or is asked although nobody said so',
    inWorld(share, async (world) => {
      world.agents
        .on('never', reports({ retry: 'never' }))
        .on('wanted', reports({ retry: 'wanted' }), answers(1));
      const process = await world.process();
      expect(await world.run(process, { tasks: { never: { retryPolicy: 'fixed' } } })).toMatchObject({
        status: 'failed',
      });
      expect(await world.run(process, { tasks: { wanted: [] } })).toMatchObject({ status: 'completed' });
      expect(world.agents.places).toEqual(['never', 'wanted', 'wanted']);
    }),
  );

  it(
    'an agent that hangs is told to stop at its timeout, and its late answer is ignored',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        answersLate(90_000, 'too late'),
        answersLate(70_000, 'too late'),
        answers('in time'),
      );
      const process = await world.process();
      const workflow = await world.workflow(process, {
        tasks: { a: { timeoutMs: 60_000, retryPolicy: 'fixed' }, b: ['a'] },
      });
      const id = await world.start(process, workflow);
      const started = world.clock.now();
      await world.clock.advance(59_000);
      expect(world.agents.at('a')[0]?.signal.aborted).toBe(false);
      await world.clock.advance(1_000);
      expect(world.agents.at('a')[0]?.signal.aborted).toBe(true);
      expect(await world.ended(process, id, 300_000)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('a').map(({ at }) => at - started)).toEqual([0, 61_000, 122_000]);
      expect(world.agents.at('b')[0]?.input).toBe('in time');
      const read = process.store.calls.get('log.readEntity');
      await world.clock.advance(200_000);
      expect((await world.log(id)).filter((type) => type === 'task.completed')).toHaveLength(2);
      expect(process.engine.gauges).toMatchObject({ attempts: 0, timers: 0 });
      // Late answers do not even bring the execution back to memory.
      expect(process.store.calls.get('log.readEntity')).toBe(read);
    }),
  );

  it(
    'an agent that never answers costs nothing after its timeout',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const row = await world.run(process, { tasks: { a: { timeoutMs: 5_000 } } });
      expect(row).toMatchObject({
        status: 'failed',
        reason: 'task_timed_out: no answer within the timeout of 5 s',
      });
      expect(process.engine.gauges).toMatchObject({ attempts: 0, timers: 0, executions: 0 });
    }),
  );

  it(
    'an answer that comes twice counts once',
    inWorld(share, async (world) => {
      world.agents.on('a', answersTwice('first', 'second'));
      const process = await world.process();
      await world.run(process, { tasks: { a: [], b: ['a'] } });
      expect(world.agents.at('b').map(({ input }) => input)).toEqual(['first']);
    }),
  );

  it(
    'an execution ends at its own timeout, and its agents are told',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const process = await world.process({ settings: { inboxPollMs: 60_000 } });
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const id = await world.start(process, workflow, { timeoutMs: 3_600_000 });
      await world.clock.advance(3_599_000);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      await world.clock.advance(1_000);
      expect(await world.row(id)).toMatchObject({
        status: 'failed',
        reason: 'execution_timed_out: the execution did not end within its timeout of 3600 s',
      });
      expect(world.agents.at('a')[0]?.signal.aborted).toBe(true);
    }),
  );

  it(
    'the clock of an execution stands still while it is paused',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000), answers(null)).on('b', hangs());
      const process = await world.process({ settings: { inboxPollMs: 60_000 } });
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const id = await world.start(process, workflow, { timeoutMs: 10_000 });
      await world.clock.of(process.engine.pause(id, 'ann'));
      await world.clock.advance(3_600_000);
      expect(await world.row(id)).toMatchObject({ status: 'paused', tasksCompleted: 1 });
      expect(world.agents.places).toEqual(['a']);
      await world.clock.of(process.engine.resume(id, 'ann'));
      await world.clock.advance(9_000);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      await world.clock.advance(12_000);
      expect(await world.row(id)).toMatchObject({ status: 'failed' });
    }),
  );

  it(
    'a cancelled execution ends when its agents have stopped',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys()).on('b', obeys());
      const process = await world.process();
      const workflow = await world.workflow(process, {
        agents: { workers: 2 },
        tasks: { a: [], b: [], c: ['a', 'b'] },
      });
      const id = await world.start(process, workflow);
      await world.clock.of(process.engine.cancel(id, 'ann', 'enough'));
      expect(await world.ended(process, id, 100)).toMatchObject({ status: 'cancelled', reason: 'enough' });
      expect(world.agents.performances.map(({ signal }) => String(signal.reason))).toEqual([
        'Error: enough',
        'Error: enough',
      ]);
      await expect(world.clock.of(process.engine.cancel(id, 'ann'))).rejects.toMatchObject({
        code: 'already_ended',
      });
    }),
  );

  it(
    'a cancelled execution ends without those who do not stop in time, and frees its workflow',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs(), answers(null));
      const process = await world.process();
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
      const id = await world.start(process, workflow);
      await world.clock.of(process.engine.cancel(id, 'ann'));
      await world.clock.advance(9_000);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      await world.clock.advance(1_000);
      expect(await world.row(id)).toMatchObject({ status: 'cancelled' });
      expect(process.engine.gauges).toMatchObject({ attempts: 0, timers: 0, executions: 0 });
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'what an agent completed in spite of a cancel is kept',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(2_000, 'done anyway'));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, { tasks: { a: [], b: ['a'] } }));
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await world.ended(process, id)).toMatchObject({ status: 'cancelled', tasksCompleted: 1 });
      expect(world.agents.places).toEqual(['a']);
    }),
  );

  it(
    'the failure of one task stops the agents of the others',
    inWorld(share, async (world) => {
      world.agents.on('bad', throws(new Error('no'))).on('good', obeys());
      const process = await world.process();
      const row = await world.run(process, { agents: { workers: 2 }, tasks: { good: [], bad: [] } });
      expect(row).toMatchObject({ status: 'failed', reason: 'agent_error: no' });
      expect(world.agents.at('good')[0]?.signal.aborted).toBe(true);
    }),
  );

  it(
    'events never go back, whatever the clock does',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000)).on('b', answersLate(1_000));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, { tasks: { a: [], b: ['a'] } }));
      await world.clock.advance(500);
      world.clock.jump(-3_600_000);
      expect(await world.ended(process, id, 8_000_000)).toMatchObject({ status: 'completed' });
      const times = (await (await world.store()).log.readEntity(id, 0, 100)).map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
  );

  it(
    'a timer that fired by a clock which was then set back comes when it is due again',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        throws(),
        answersWith(() => null),
      );
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { retryPolicy: 'fixed' } } }),
      );
      await world.clock.advance(100);
      // The timer fires, and before it is decided on the clock goes back behind its time.
      process.store.delay('log.commit', 1_000);
      await world.clock.advance(800);
      void process.engine.checkpoint(id, 'interval');
      await world.clock.advance(500);
      process.clock.skewMs = -5_000;
      await world.clock.advance(4_500);
      expect(world.agents.at('a')).toHaveLength(1);
      expect(await world.ended(process, id, 60_000)).toMatchObject({ status: 'completed' });
      const [first, second] = world.agents.at('a');
      expect((second as Performance).at - (first as Performance).at).toBe(6_000);
      expect(process.logged.map(({ message }) => message)).not.toContain(
        'an execution had lost its wake-up and got it back',
      );
    }),
  );

  it(
    'a timer that was early by the clock it was decided by comes when it is due, however long that commit takes',
    inWorld(share, async (world) => {
      world.agents.on('a', throws(), answers('again'));
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { a: { retryPolicy: 'fixed' } } });
      const id = await world.start(process, workflow);
      await world.clock.advance(100);
      process.store.delay('log.commit', 1_000);
      await world.clock.advance(800);
      void process.engine.checkpoint(id, 'interval');
      await world.clock.advance(500);
      // The timer rang and waits for the commit. It is decided by a clock that is behind, together with something else.
      process.clock.skewMs = -5_000;
      process.store.delay('log.commit', 20_000);
      void process.engine.checkpoint(id, 'interval');
      await world.clock.advance(10_000);
      expect(await world.ended(process, id, 60_000)).toMatchObject({ status: 'completed' });
      expect(process.logged.map(({ message }) => message)).not.toContain(
        'an execution had lost its wake-up and got it back',
      );
    }),
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 0.5])('a timeout of %s is refused', (timeoutMs) =>
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      await expect(world.start(process, workflow, { timeoutMs })).rejects.toMatchObject({
        code: 'input_invalid',
      });
    })(),
  );
});
