/** Commands that come from another process through the store, and messages between entities. */
import { admissionOf, CantataError, type Json, type MessageRow, type Store, shardOf } from '@cantata/core';
import { answersLate, Cue, hangs, obeys } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES, type World } from '../world.suite.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

function message(
  world: World,
  entity: string,
  data: Json | string,
  changes: Partial<MessageRow> = {},
): MessageRow {
  return {
    id: world.clock.id(),
    tenant: 'default',
    entity,
    shard: shardOf(entity),
    at: world.clock.now(),
    type: 'signal',
    causation: 'test',
    actor: 'bob',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    replies: true,
    data: typeof data === 'string' ? data : JSON.stringify(data),
    ...changes,
  };
}

async function outcomeOf(store: Store, id: string): Promise<Json | undefined> {
  const row = await store.inbox.outcome(id);
  return row === undefined ? undefined : (JSON.parse(row.outcome) as Json);
}

describe.each(STORES)('the inbox on the %s store', (_, share) => {
  it(
    'lets a process that does not own the shards start, pause, resume and cancel',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(2_000)).on('b', obeys());
      const owner = await world.process();
      const client = await world.process();
      expect([owner.engine.owns, client.engine.owns]).toEqual([true, false]);
      const workflow = await world.workflow(client, TWO);
      const id = await world.start(client, workflow);
      const checkpoint = await world.clock.of(client.engine.pause(id, 'bob', 'lunch'));
      await world.clock.advance(5_000);
      expect(await world.row(id)).toMatchObject({ status: 'paused', tasksCompleted: 1, reason: 'lunch' });
      expect(
        (await (await world.store()).log.snapshots(id)).map(({ checkpointId }) => checkpointId),
      ).toContain(checkpoint);
      await world.clock.of(client.engine.resume(id, 'bob'));
      await world.clock.advance(1_000);
      await world.clock.of(client.engine.cancel(id, 'bob', 'no longer needed'));
      expect(await world.ended(client, id)).toMatchObject({
        status: 'cancelled',
        reason: 'no longer needed',
      });
      expect(client.store.commits).toEqual([]);
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
    }),
  );

  it(
    'is not told twice when the commit of a refusal was not answered',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const id = await world.start(owner, workflow);
      owner.store.loseAnswer('log.commit', {
        when: (commit) => (commit as { readonly consumed: readonly string[] }).consumed.length > 0,
      });
      await expect(world.clock.of(client.engine.resume(id, 'bob'))).rejects.toMatchObject({
        code: 'not_paused',
      });
      await world.clock.advance(5_000);
      expect(owner.store.commits.flatMap(({ consumed }) => consumed)).toHaveLength(1);
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
    }),
  );

  it(
    'is not dealt with twice when the commit that refused what came for nobody was not answered',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      owner.store.loseAnswer('log.commit', {
        when: (commit) => (commit as { readonly consumed: readonly string[] }).consumed.length > 0,
      });
      await expect(world.clock.of(client.engine.pause(world.clock.id(), 'bob'))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
      await world.clock.advance(5_000);
      expect(owner.store.commits.flatMap(({ consumed }) => consumed)).toHaveLength(1);
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
    }),
  );

  it(
    'is not told twice by what was read before it was dealt with',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const owner = await world.process({ settings: { inboxPollMs: 1_000 } });
      const client = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const id = await world.start(owner, workflow);
      owner.store.loseAnswer('log.commit', {
        when: (commit) => (commit as { readonly consumed: readonly string[] }).consumed.length > 0,
      });
      // A second read begins before the commit is done, and is answered when its answer has been lost.
      owner.store.gate = (verb) =>
        verb === 'log.commit'
          ? new Promise((resolve) => void world.clock.at(world.clock.now() + 1_500, resolve))
          : undefined;
      owner.store.answerLate('inbox.read', 2_500, { times: 10 });
      await expect(world.clock.of(client.engine.resume(id, 'bob'))).rejects.toMatchObject({
        code: 'not_paused',
      });
      await world.clock.advance(20_000);
      expect(owner.store.commits.flatMap(({ consumed }) => consumed)).toHaveLength(1);
    }),
  );

  it(
    'is emptied of what came for an execution that had ended, however often the store refused the answer',
    inWorld(share, async (world) => {
      const owner = await world.process({ settings: { commitAttempts: 2 } });
      const client = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const id = await world.start(owner, workflow);
      await world.ended(owner, id);
      owner.store.refuse('log.commit', 'store_busy', { times: 8 });
      owner.store.refuse('executions.get', 'store_busy', { after: 1, times: 6 });
      // Its caller may have gone by then.
      await expect(world.clock.of(client.engine.pause(id, 'bob'))).rejects.toMatchObject({
        code: 'answer_timeout',
      });
      await world.clock.advance(300_000);
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
    }),
  );

  it(
    'hands the reason of a refusal back, once for each message',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(owner, { ...TWO, maxConcurrentExecutions: 1 });
      const id = await world.start(client, workflow);
      await expect(world.start(client, workflow)).rejects.toMatchObject({
        code: 'workflow_already_executing',
        message: expect.stringContaining(id),
      });
      await expect(world.clock.of(client.engine.resume(id, 'bob'))).rejects.toMatchObject({
        code: 'not_paused',
      });
    }),
  );

  it(
    'removes a row for an execution that does not exist, and says so',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const nobody = world.clock.id();
      await expect(world.clock.of(client.engine.cancel(nobody, 'bob'))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
      expect(await (await world.store()).inbox.read('all', 10)).toEqual([]);
      await world.clock.advance(1_000);
      expect(owner.engine.gauges).toMatchObject({ executions: 0, inbox: 0 });
    }),
  );

  it(
    'keeps a command until an engine comes, and tells its caller so',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      const client = await world.process();
      first.kill();
      // Somebody who does nothing keeps everybody else from the shards for the time the caller waits.
      const store = await world.store();
      await store.leases.claim(
        { id: world.clock.id(), host: 'elsewhere', pid: 9 },
        world.clock.now(),
        90_000,
        [first.owner.id],
      );
      await expect(world.clock.of(client.engine.cancel(id, 'bob'))).rejects.toMatchObject({
        code: 'answer_timeout',
      });
      await world.clock.advance(120_000);
      expect(client.engine.owns).toBe(true);
      expect(await world.row(id)).toMatchObject({ status: 'cancelled' });
    }),
  );

  it(
    'names the execution that a start is going to be, which nobody answered for',
    inWorld(share, async (world) => {
      const client = await world.process();
      const workflow = await world.workflow(client);
      await world.clock.of(client.engine.close());
      const store = await world.store();
      await store.leases.claim(
        { id: world.clock.id(), host: 'elsewhere', pid: 9 },
        world.clock.now(),
        60_000,
      );
      const late = await world.process();
      const error = (await world.start(late, workflow).catch((thrown: unknown) => thrown)) as CantataError;
      expect(error.code).toBe('answer_timeout');
      const { execution_id: id } = error.detail as { execution_id: string };
      expect(error.message).toBe(
        `no engine answered within 30 s; the start is kept and will be carried out as execution ${id}`,
      );
      expect(await world.clock.of(late.engine.ended(id))).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'deals with a message once, however often it is posted',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('a', cue.line);
      const owner = await world.process();
      const id = await world.start(owner, await world.workflow(owner, TWO));
      const store = await world.store();
      const pause = message(world, id, { type: 'pause', checkpoint: 'one', by: 'bob' });
      await store.inbox.post([pause]);
      await world.clock.advance(1_000);
      await store.inbox.post([pause]);
      await store.inbox.post([{ ...pause, data: JSON.stringify({ type: 'cancel', by: 'eve' }) }]);
      await world.clock.advance(1_000);
      expect((await world.log(id)).filter((type) => type === 'workflow.paused')).toHaveLength(1);
      expect(await world.row(id)).toMatchObject({ status: 'paused' });
      expect(await outcomeOf(store, pause.id)).toMatchObject({ kind: 'accepted' });
    }),
  );

  it(
    'carries who gave a command and what it belongs to into its events',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const owner = await world.process();
      const id = await world.start(owner, await world.workflow(owner, TWO));
      const store = await world.store();
      const cancel = message(world, id, { type: 'cancel', by: 'bob' });
      await store.inbox.post([cancel]);
      await world.clock.advance(1_000);
      const rows = await store.log.readEntity(id, 0, 100);
      expect(rows.find(({ type }) => type === 'workflow.cancelling')).toMatchObject({
        actor: 'bob',
        causation: cancel.id,
        traceparent: cancel.traceparent,
      });
    }),
  );

  it.each([
    ['is no JSON', '{"type":'],
    ['has no type', '{}'],
    ['is null', 'null'],
    ['is told in words of a newer version', '{"type":"teleport"}'],
    ['is meant for a resource', '{"type":"admission.release","execution":"x"}'],
  ])('refuses a message that %s, and others go on', (__, data) =>
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const owner = await world.process();
      const id = await world.start(owner, await world.workflow(owner, TWO));
      const store = await world.store();
      const bad = message(world, id, data);
      const good = message(world, id, { type: 'cancel', by: 'bob' });
      await store.inbox.post([bad, good]);
      await world.clock.advance(1_000);
      expect(await outcomeOf(store, bad.id)).toMatchObject({ kind: 'rejected' });
      expect(await store.inbox.read('all', 10)).toEqual([]);
      expect(await world.row(id)).toMatchObject({ status: 'cancelled', parked: false });
    })(),
  );

  it(
    'refuses a start whose definition cannot be run, before it is granted',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(client, { ...TWO, maxConcurrentExecutions: 1 });
      const store = await world.store();
      const entity = admissionOf(workflow.workflowId);
      const request = {
        type: 'admission.request',
        execution: world.clock.id(),
        limit: 1,
        start: {
          type: 'start',
          workflow: {
            id: workflow.workflowId,
            name: 'x',
            version: '1',
            digest: 'of a document nobody stored',
          },
          pattern: 'supervisor',
          input: null,
          timeoutMs: 1_000,
        },
      };
      const bad = message(world, entity, request);
      await store.inbox.post([bad]);
      await world.clock.advance(1_000);
      expect(await outcomeOf(store, bad.id)).toMatchObject({ kind: 'rejected', code: 'workflow_not_found' });
      expect(owner.engine.gauges.parked).toBe(0);
      expect(await world.ended(client, await world.start(client, workflow))).toMatchObject({
        status: 'completed',
      });
    }),
  );

  it(
    'waits for a definition that cannot be read for a moment',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(client, TWO);
      owner.store.refuse('workflows.byDigest', 'store_busy', { times: 2 });
      expect(await world.ended(client, await world.start(client, workflow))).toMatchObject({
        status: 'completed',
      });
    }),
  );

  it(
    'goes on after it could not be read',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(client, TWO);
      owner.store.refuse('inbox.read', 'store_busy', { times: 3 });
      expect(await world.start(client, workflow)).toEqual(expect.any(String));
      expect(owner.logged.filter(({ message: text }) => text === 'the inbox could not be read')).toHaveLength(
        3,
      );
    }),
  );

  it(
    'is looked into at once when rows come while it is being read',
    inWorld(share, async (world) => {
      const owner = await world.process({ settings: { inboxPollMs: 60_000 } });
      await world.clock.advance(1_000);
      const store = await world.store();
      world.agents.on('a', obeys());
      const id = await world.start(owner, await world.workflow(owner, TWO));
      owner.store.delay('inbox.read', 100);
      owner.parts.inbox.hint();
      await world.clock.advance(50);
      // The read on its way began before this row was there.
      const cancel = message(world, id, { type: 'cancel', by: 'bob' });
      await store.inbox.post([cancel]);
      owner.parts.inbox.hint();
      await world.clock.advance(1_000);
      expect(await outcomeOf(store, cancel.id)).toMatchObject({ kind: 'accepted' });
    }),
  );

  it(
    'shows what lies behind a thousand rows that wait for a parked execution',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const owner = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const parked = await world.start(owner, workflow);
      const other = await world.start(owner, workflow);
      owner.parts.loop.park(parked, new CantataError('invariant_broken', 'for the sake of the test'));
      const store = await world.store();
      const many = Array.from({ length: 1_100 }, () => message(world, parked, { type: 'resume', by: 'bob' }));
      await store.inbox.post(many);
      await store.inbox.post([message(world, other, { type: 'cancel', by: 'bob' })]);
      await world.clock.advance(5_000);
      expect(await world.row(other)).toMatchObject({ status: 'cancelled' });
      expect(await store.inbox.of(parked)).toHaveLength(1_100);
      await world.clock.of(owner.engine.recover(parked));
      await world.clock.advance(2_000);
      expect(await store.inbox.of(parked)).toEqual([]);
    }),
  );

  it(
    'has a bounded number of rows in hand while the store takes no commit, and deals with all of them afterwards',
    inWorld(share, async (world) => {
      world.agents.on('a', obeys());
      const owner = await world.process({ settings: { maxInboxRows: 20, commitAttempts: 1_000_000 } });
      const id = await world.start(owner, await world.workflow(owner, TWO));
      const reads: number[] = [];
      owner.store.alter(
        'inbox.read',
        (rows: readonly unknown[]) => {
          reads.push(rows.length);
          return rows;
        },
        { times: 1_000_000 },
      );
      owner.store.refuse('log.commit', 'store_full', { times: 1_000_000 });
      const store = await world.store();
      const resumes = Array.from({ length: 150 }, () => message(world, id, { type: 'resume', by: 'bob' }));
      await store.inbox.post(resumes);
      await world.clock.advance(30_000);
      expect(Math.max(...reads)).toBe(20);
      expect(owner.engine.gauges.inbox).toBe(20);
      owner.store.heal();
      await world.clock.advance(10_000);
      expect(await store.inbox.of(id)).toEqual([]);
      expect(owner.engine.gauges.inbox).toBe(0);
      const outcomes = await Promise.all(resumes.map((row) => outcomeOf(store, row.id)));
      expect(outcomes.every((outcome) => (outcome as { code?: string }).code === 'not_paused')).toBe(true);
    }),
  );

  it(
    'carries a message to an entity that is not at hand',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('a', cue.line);
      const owner = await world.process();
      const workflow = await world.workflow(owner, { maxConcurrentExecutions: 1 });
      const id = await world.start(owner, workflow);
      // The admission is not in memory when the execution that holds it ends.
      owner.parts.loop.abandon();
      await world.clock.of(owner.engine.recover(id));
      cue.answer();
      await world.ended(owner, id);
      await world.clock.advance(1_000);
      expect(await world.log(admissionOf(workflow.workflowId))).toEqual([
        'admission.granted',
        'admission.released',
      ]);
      expect(await world.start(owner, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'does not lose a start that waits behind something else for the same execution',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const workflow = await world.workflow(owner, TWO);
      const { plans } = owner.parts;
      const { cached } = plans;
      plans.cached = () => undefined;
      const id = await world.clock.of(owner.engine.start({ workflow, input: null, by: 'ann' }));
      plans.cached = cached;
      expect(await world.ended(owner, id)).toMatchObject({ status: 'completed' });

      // Somebody asks for it while its start is still in the inbox.
      owner.store.delay('log.readEntity', 500, { when: (entity) => entity === late });
      const late = world.clock.id();
      const recovering = owner.engine.recover(late);
      await world.clock.advance(100);
      const start = {
        type: 'start',
        workflow: {
          id: workflow.workflowId,
          name: workflow.name,
          version: workflow.version,
          digest: workflow.digest,
        },
        pattern: 'supervisor',
        input: null,
        timeoutMs: 60_000,
      };
      await (await world.store()).inbox.post([
        message(world, late, start, { type: 'start', replies: false }),
      ]);
      await expect(world.clock.of(recovering)).rejects.toMatchObject({ code: 'execution_not_found' });
      expect(await world.ended(owner, late)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'leaves the rows of a resource that the store refuses to be read again, and parks nobody',
    inWorld(share, async (world) => {
      const owner = await world.process({ settings: { commitAttempts: 2 } });
      const client = await world.process();
      const workflow = await world.workflow(client, TWO);
      owner.store.refuse('log.commit', 'store_busy', { times: 5 });
      expect(await world.start(client, workflow)).toEqual(expect.any(String));
      expect(owner.engine.gauges.parked).toBe(0);
    }),
  );
});
