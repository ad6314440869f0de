/** A store that refuses commits, or does them without saying so: nothing is lost, nothing is done twice. */
import { admissionOf, type Commit, type ErrorCode } from '@cantata/core';
import { aComputed, answersLate, answersWith, Cue, hangs, obeys } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { Engine } from '../engine.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

/** Commits that carry an event of a type. */
function carries(type: string, entity?: string): (commit: unknown) => boolean {
  return (commit) =>
    (commit as Commit).events.some(
      (event) => event.type === type && (entity === undefined || event.entity === entity),
    );
}

/** Every event of the entity in the store is folded into the row, without gap. */
async function expectDense(world: World, id: string): Promise<void> {
  const row = await world.row(id);
  expect(row?.sequence).toBe((await world.log(id)).length);
}

function refusals({ logged }: Process): number {
  return logged.filter(({ message }) => message === 'a commit was refused').length;
}

const FAILURES: readonly (readonly [string, ErrorCode | Error])[] = [
  ['store_busy', 'store_busy'],
  ['store_full', 'store_full'],
  ['an error nobody knows', new Error('the cable was pulled')],
];

describe.each(STORES)('a commit refused by the %s store', (_, share) => {
  it.each(FAILURES)('with %s loses no answer of an agent, and nobody works twice', (__, failure) =>
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.refuse('log.commit', failure, { when: carries('task.completed'), times: 3 });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed', parked: false });
      expect(world.agents.places).toEqual(['a', 'b']);
      expect(refusals(process)).toBe(3);
      await expectDense(world, id);
    })(),
  );

  it.each(FAILURES)('with %s is told to whoever asked for it, who may ask again', (__, failure) =>
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.refuse('log.commit', failure);
      const code = typeof failure === 'string' ? failure : 'store_unavailable';
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(await process.engine.reader.list({ limit: 10 })).toHaveLength(1);
    })(),
  );

  it(
    'whose answer was lost is not done again: starts',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(5_000));
      const process = await world.process();
      const workflow = await world.workflow(process, { ...TWO, maxConcurrentExecutions: 1 });
      process.store.loseAnswer('log.commit');
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code: 'store_unavailable' });
      // It exists in truth, so it is driven, and its workflow admits no other.
      await world.clock.advance(1_000);
      const [row] = await process.engine.reader.list({ limit: 10 });
      await expect(world.start(process, workflow)).rejects.toMatchObject({
        code: 'workflow_already_executing',
      });
      expect(await world.ended(process, row?.executionId as string)).toMatchObject({ status: 'completed' });
      expect(world.agents.places).toEqual(['a', 'b']);
    }),
  );

  it(
    'whose answer was lost is not done again: answers of agents',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.loseAnswer('log.commit', { when: carries('task.completed') });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.places).toEqual(['a', 'b']);
      expect((await world.log(id)).filter((type) => type === 'task.completed')).toHaveLength(2);
      await expectDense(world, id);
    }),
  );

  it(
    'whose answer was lost is not done again: a start by inbox whose execution ended within it',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const tasks = { a: { when: aComputed(() => false) } };
      const workflow = await world.workflow(owner, { tasks, maxConcurrentExecutions: 1 });
      owner.store.loseAnswer('log.commit', { when: carries('workflow.completed') });
      const id = await world.start(client, workflow);
      expect(await world.ended(client, id)).toMatchObject({ status: 'completed' });
      expect(await world.log(admissionOf(workflow.workflowId))).toEqual([
        'admission.granted',
        'admission.released',
      ]);
      // Its place is free: the workflow admits the next one.
      await world.ended(client, await world.start(client, workflow));
    }),
  );

  it(
    'whose answer was lost is told to the bus all the same, and to who waits for the end',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      process.store.loseAnswer('log.commit', { when: carries('workflow.completed') });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      await world.clock.advance(1_000);
      const told = process.spans.flatMap(({ events }) => events).filter(({ entity }) => entity === id);
      expect(told.map(({ type }) => type)).toEqual(await world.log(id));
    }),
  );

  it(
    'leaves the position of its shards to the store: the next commit fits',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      for (let n = 0; n < 5; n++) {
        process.store.loseAnswer('log.commit', { after: n });
        await world.start(process, workflow).catch(() => undefined);
        await world.clock.advance(2_000);
        process.store.heal();
      }
      const rows = await process.engine.reader.list({ limit: 10 });
      expect(rows.every(({ status }) => status === 'completed')).toBe(true);
      expect(process.logged.filter(({ fields }) => fields['code'] === 'store_data_refused')).toEqual([]);
    }),
  );

  it(
    'is found out about even when the store cannot be read at first',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.loseAnswer('log.commit', { when: carries('task.completed') });
      process.store.refuse('log.readShard', 'store_busy', { times: 2 });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('a', id)).toHaveLength(1);
    }),
  );

  it(
    'tells callers the truth while the store cannot be read',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.loseAnswer('log.commit');
      process.store.refuse('log.readShard', 'store_unavailable', { times: 1_000 });
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code: 'store_unavailable' });
      process.store.heal();
      await world.clock.advance(10_000);
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'whose answer was lost still stops the agent that timed out in it',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs(), hangs());
      const process = await world.process();
      const workflow = await world.workflow(process, {
        tasks: { a: { timeoutMs: 5_000, retryPolicy: 'fixed' } },
      });
      process.store.loseAnswer('log.commit', { when: carries('task.timed_out') });
      await world.start(process, workflow);
      await world.clock.advance(7_000);
      expect(world.agents.at('a').map(({ signal }) => signal.aborted)).toEqual([true, false]);
      expect(process.engine.gauges.attempts).toBe(1);
    }),
  );

  it(
    'does not take the timers of what was in it: a hanging agent still times out',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { a: { timeoutMs: 60_000 } } });
      const id = await world.start(process, workflow);
      process.store.refuse('log.commit', 'store_busy');
      await expect(world.clock.of(process.engine.pause(id, 'ann'))).rejects.toMatchObject({
        code: 'store_busy',
      });
      await world.clock.advance(1_000);
      const row = await world.ended(process, id, 120_000);
      expect(row).toMatchObject({ status: 'failed', reason: expect.stringContaining('task_timed_out') });
      expect(process.logged.filter(({ message }) => /lost its wake-up/.test(message))).toEqual([]);
    }),
  );

  it(
    'does not take what was owed to those who were only just read',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const first = await world.process();
      const workflow = await world.workflow(first, { tasks: { a: { timeoutMs: 60_000 } } });
      const waiting = await world.start(first, workflow);
      await world.clock.of(first.engine.pause(waiting, 'ann'));
      const other = await world.start(first, workflow);
      first.kill();
      // Reading the paused one decides nothing; the batch it is in is refused because of the other one.
      const second = await world.assemble({ isDead: () => true });
      second.store.refuse('log.commit', 'store_busy', { when: carries('agent.lost', other) });
      const engine = await world.clock.of(Engine.of(second.parts));
      await world.clock.advance(1_000);
      const timers = engine.gauges.timers;
      await world.clock.advance(20_000);
      expect(engine.gauges.timers).toBe(timers);
      expect(second.logged.filter(({ message }) => /lost its wake-up/.test(message))).toEqual([]);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'of an earlier term does not end the present one',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.delay('log.commit', 2_000);
      const starting = process.engine.start({ workflow, input: null, by: 'ann' });
      await world.clock.advance(100);
      // Another engine has the shards for a moment, while the commit is on its way.
      const other = { id: world.clock.id(), host: 'elsewhere', pid: 1 };
      await process.store.fence(other, 60_000);
      process.parts.leasing.lost();
      await (await world.store()).leases.release(other.id);
      await world.clock.advance(1_000);
      expect(process.engine.owns).toBe(true);
      const { term } = process.parts.ownership;
      expect(await world.clock.of(starting)).toEqual(expect.any(String));
      expect(process.parts.ownership.term).toBe(term);
    }),
  );

  it(
    'lets a message that came by inbox be dealt with later, once',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const id = await world.start(owner, workflow);
      owner.store.refuse('log.commit', 'store_busy', {
        times: 2,
        when: (commit) => (commit as Commit).consumed.length > 0,
      });
      await world.clock.of(client.engine.cancel(id, 'bob'));
      expect(await world.ended(client, id)).toMatchObject({ status: 'cancelled' });
      expect((await world.log(id)).filter((type) => type === 'workflow.cancelling')).toHaveLength(1);
    }),
  );

  it(
    'and refused again and again parks its execution with the reason, once the store takes that, and others go on',
    inWorld(share, async (world) => {
      const stuck = new Cue();
      world.agents.otherwise(answersWith(() => null));
      const process = await world.process({ settings: { commitAttempts: 3 } });
      const workflow = await world.workflow(process, { tasks: { slow: [], after: ['slow'] } });
      world.agents.on('slow', stuck.line);
      const id = await world.start(process, workflow);
      process.store.refuse('log.commit', 'store_full', { times: 4, when: (commit) => mentions(commit, id) });
      stuck.answer('the work of a week');
      const ended = process.engine.ended(id);
      await expect(world.clock.of(ended)).rejects.toMatchObject({ code: 'store_full' });
      expect(refusals(process)).toBeGreaterThanOrEqual(3);
      expect(await world.run(process, { tasks: { other: [] } })).toMatchObject({ status: 'completed' });
      await world.clock.advance(10_000);
      expect(await world.row(id)).toMatchObject({
        status: 'running',
        parked: true,
        reason: expect.stringMatching(/^store_full: /),
      });
      // Whoever asks again frees it; the answer was kept, so nobody works again.
      await world.clock.of(process.engine.recover(id));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed', parked: false });
      expect(world.agents.places.filter((place) => place === 'slow')).toHaveLength(1);
    }),
  );

  it(
    'for one of many parks only those that were tried often enough',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { commitAttempts: 2 } });
      const workflow = await world.workflow(process, TWO);
      process.store.refuse('log.commit', 'store_busy', { when: carries('task.completed') });
      const first = await world.start(process, workflow);
      const second = await world.start(process, workflow);
      process.store.refuse('log.commit', 'store_busy', { when: carries('task.completed', second) });
      expect(await world.ended(process, first)).toMatchObject({ status: 'completed' });
      expect(await world.ended(process, second)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'for its data condemns the culprit alone, and nobody who was with it',
    inWorld(share, async (world) => {
      const cues = [0, 1, 2, 3].map(() => new Cue());
      const process = await world.process();
      const workflow = await world.workflow(process);
      const ids: string[] = [];
      for (const cue of cues) {
        world.agents.on('a', cue.line);
        ids.push(await world.start(process, workflow));
      }
      const bad = ids[2] as string;
      process.store.refuse('log.commit', 'store_data_refused', {
        times: 1_000,
        when: carries('task.completed', bad),
      });
      // All four answers, and a start, are in one batch.
      for (const cue of cues) cue.answer();
      world.agents.on(
        'a',
        answersWith(() => null),
      );
      const late = await world.start(process, workflow);
      const waits = Promise.allSettled([...ids, late].map((id) => process.engine.ended(id)));
      const outcomes = await world.clock.of(waits);
      expect(
        outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.status : outcome.status)),
      ).toEqual(['completed', 'completed', 'running', 'completed', 'completed']);
      expect(await world.row(bad)).toMatchObject({
        parked: true,
        reason: expect.stringMatching(/^store_data_refused/),
      });
      expect(world.agents.performances).toHaveLength(5);
      // The workflow itself is not parked: it admits others.
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'for its data is told to the caller who brought it, and parks nobody',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      process.store.refuse('log.commit', 'store_data_refused', { times: 2, when: hasInput('poison') });
      const starts = ['fine', 'poison', 'fine too'].map((input) =>
        process.engine.start({ workflow, input, by: 'ann' }),
      );
      const outcomes = await world.clock.of(Promise.allSettled(starts));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { code: 'store_data_refused' } });
      expect(process.engine.gauges.parked).toBe(0);
    }),
  );

  it(
    'for its data refuses the message of another process that brought it',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(owner);
      owner.store.refuse('log.commit', 'store_data_refused', { times: 2, when: hasInput('poison') });
      const starting = client.engine.start({ workflow, input: 'poison', by: 'bob' });
      await expect(world.clock.of(starting)).rejects.toMatchObject({ code: 'store_data_refused' });
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
      expect(await world.start(client, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'waits longer each time, and does not spin',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { commitAttempts: 1_000 } });
      const workflow = await world.workflow(process);
      process.store.refuse('log.commit', 'store_full', { times: 1_000, when: carries('task.completed') });
      await world.start(process, workflow);
      await world.clock.advance(60_000);
      const asked = process.store.asked.length;
      expect(asked).toBeGreaterThan(10);
      expect(asked).toBeLessThan(30);
    }),
  );
});

function mentions(commit: unknown, id: string): boolean {
  const { events, executions } = commit as Commit;
  return (
    events.some(({ entity }) => entity === id) || executions.some(({ executionId }) => executionId === id)
  );
}

function hasInput(input: string): (commit: unknown) => boolean {
  return (commit) => (commit as Commit).events.some(({ data }) => data.includes(`"input":"${input}"`));
}
