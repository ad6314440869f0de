/** States written down whole: when, and what they are worth when they are damaged. */
import { admissionOf, type SnapshotRow } from '@cantata/core';
import { answers, answersLate, answersWith, hangs, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import { Engine } from '../engine.ts';
import { inWorld, STORES, type World } from '../world.suite.ts';

async function snapshotsOf(world: World, id: string): Promise<readonly number[]> {
  return (await (await world.store()).log.snapshots(id)).map(({ sequence }) => sequence);
}

const LONG = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]),
);

describe.each(STORES)('snapshots on the %s store', (_, share) => {
  it(
    'are taken at every interval while something happened, and not otherwise',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(90_000)).on('b', hangs());
      const process = await world.process({
        settings: { checkpointIntervalMs: 60_000, inboxPollMs: 60_000 },
      });
      const id = await world.start(process, await world.workflow(process, { tasks: { a: [], b: ['a'] } }));
      await world.clock.advance(61_000);
      const first = await snapshotsOf(world, id);
      expect(first).toHaveLength(1);
      await world.clock.advance(120_000);
      const second = await snapshotsOf(world, id);
      // The newest only: a long run must not fill the disk with what it was.
      expect(second).toHaveLength(1);
      expect(second).not.toEqual(first);
      await world.clock.advance(600_000);
      expect(await snapshotsOf(world, id)).toEqual(second);
      const events = await process.engine.reader.events(id);
      const checkpoints = events.filter(({ event }) => event === 'workflow.checkpoint_created');
      expect(checkpoints).toMatchObject([{ cause: 'interval' }, { cause: 'interval' }]);
      expect(checkpoints[0]?.['recovery_instructions']).toMatchObject({
        in_flight: [{ task: 'a', agent_id: 'workers', attempt: 1 }],
      });
    }),
  );

  it(
    'are not taken of what is paused',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process({
        settings: { checkpointIntervalMs: 60_000, inboxPollMs: 60_000 },
      });
      const id = await world.start(process, await world.workflow(process));
      const checkpoint = await world.clock.of(process.engine.pause(id, 'ann'));
      await world.clock.advance(300_000);
      const rows = await (await world.store()).log.snapshots(id);
      expect(rows.map(({ checkpointId }) => checkpointId)).toEqual([checkpoint]);
    }),
  );

  it(
    'are taken when the log outweighs the state, an event saying so',
    inWorld(share, async (world) => {
      world.agents.otherwise(answers(null));
      for (const id of ['a', 'b', 'c'])
        world.agents.on(id, throws(), throws(), throws(), throws(), answers(null));
      const process = await world.process({ settings: { snapshotAfterEvents: 10 } });
      const retryPolicy = 'fixed';
      const tasks = {
        a: { retryPolicy },
        b: { retryPolicy, dependsOn: ['a'] },
        c: { retryPolicy, dependsOn: ['b'] },
      } as const;
      const { executionId: id } = await world.run(process, { tasks });
      const log = await world.log(id);
      const at = log.flatMap((type, n) => (type === 'workflow.checkpoint_created' ? [n + 1] : []));
      expect(await snapshotsOf(world, id)).toEqual(at.slice(-1));
      const gaps = at.map((sequence, n) => sequence - (at[n - 1] ?? 0));
      expect(at.length).toBeGreaterThan(2);
      // Three tasks with an item each: a snapshot pays after twelve events.
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(11);
      expect(Math.max(...gaps)).toBeLessThan(20);
      const events = await process.engine.reader.events(id);
      expect(events.find(({ event }) => event === 'workflow.checkpoint_created')).toMatchObject({
        cause: 'log_size',
      });
    }),
  );

  it(
    'are not taken while they would cost more than they save',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { snapshotAfterEvents: 10 } });
      const { executionId: id } = await world.run(process, { tasks: LONG });
      expect((await world.log(id)).length).toBeGreaterThan(80);
      expect(await snapshotsOf(world, id)).toEqual([]);
    }),
  );

  it(
    'of an admission cost it no event',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { snapshotAfterEvents: 10 } });
      const workflow = await world.workflow(process);
      for (let n = 0; n < 12; n++) await world.ended(process, await world.start(process, workflow));
      const admission = admissionOf(workflow.workflowId);
      expect(await snapshotsOf(world, admission)).toEqual([20]);
      expect(new Set(await world.log(admission))).toEqual(
        new Set(['admission.granted', 'admission.released']),
      );
      process.kill();
      world.agents.otherwise(hangs());
      const second = await world.process({ isDead: () => true });
      expect(await world.start(second, workflow)).toEqual(expect.any(String));
      expect((await world.log(admission)).slice(24)).toEqual(['admission.granted']);
    }),
  );

  it(
    'are where a new process begins to read',
    inWorld(share, async (world) => {
      world.agents.on(
        't30',
        hangs(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, { tasks: LONG }));
      await world.clock.until(() => world.agents.at('t30').length === 1);
      await world.clock.of(first.engine.checkpoint(id, 'interrupt'));
      const [sequence] = await snapshotsOf(world, id);
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      const reads: number[] = [];
      second.store.alter(
        'log.readEntity',
        (rows: readonly unknown[]) => {
          reads.push(rows.length);
          return rows;
        },
        { times: 100, when: (entity) => entity === id },
      );
      const engine = await world.clock.of(Engine.of(second.parts));
      expect(await world.clock.of(engine.ended(id))).toMatchObject({ status: 'completed' });
      expect(sequence).toBe((await world.log(id)).indexOf('workflow.checkpoint_created') + 1);
      // The first event tells the definition; nothing follows the snapshot.
      expect(reads.slice(0, 2)).toEqual([1, 0]);
      await world.clock.of(engine.close());
    }),
  );

  it.each([
    [
      'whose state was changed',
      (row: SnapshotRow) => ({ ...row, state: row.state.replace('"turns":1', '"turns":9') }),
      /does not match its checksum/,
    ],
    [
      'that is cut off',
      (row: SnapshotRow) => ({ ...row, state: row.state.slice(0, 100) }),
      /does not match its checksum/,
    ],
    [
      'of another format',
      (row: SnapshotRow) => reseal({ ...row, state: row.state.replace(/"format":\d+/, '"format":99') }),
      /format 99/,
    ],
    ['that is no JSON', (row: SnapshotRow) => reseal({ ...row, state: '{' }), /not JSON/],
  ])('%s are left aside, and the log is folded where there is no other', (__, change, message) =>
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first));
      await world.clock.of(first.engine.checkpoint(id, 'interrupt'));
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      second.store.alter('log.snapshot', (row: SnapshotRow | undefined) => row && change(row), { times: 10 });
      const engine = await world.clock.of(Engine.of(second.parts));
      expect(await world.clock.of(engine.ended(id))).toMatchObject({ status: 'completed' });
      expect(second.logged).toContainEqual({
        level: 'error',
        message: 'a snapshot is unusable; an older one or the whole log is read instead',
        fields: { entity: id, message: expect.stringMatching(message) },
      });
      expect((await engine.reader.status(id)).performance_metrics.turns).toBe(2);
      await world.clock.of(engine.close());
    })(),
  );

  it(
    'that are unusable give way to older ones, and those to the log',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(10)).on('b', hangs());
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, { tasks: { a: [], b: ['a'] } }));
      await world.clock.of(first.engine.checkpoint(id, 'interrupt'));
      await world.clock.advance(20);
      await world.clock.of(first.engine.checkpoint(id, 'interrupt'));
      const [older = 0, newer = 0] = await snapshotsOf(world, id);
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      const read: number[] = [];
      second.store.alter(
        'log.snapshot',
        (row: SnapshotRow | undefined) => {
          read.push(row?.sequence ?? 0);
          return row?.sequence === newer ? { ...row, checksum: 'another' } : row;
        },
        { times: 10, when: (entity) => entity === id },
      );
      const engine = await world.clock.of(Engine.of(second.parts));
      await world.clock.of(engine.recover(id));
      expect(read).toEqual([newer, older]);
      expect((await engine.reader.status(id)).tasks.map(({ status }) => status)).toEqual([
        'completed',
        'running',
      ]);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'of a big run are written in segments, and only what changed is written again',
    inWorld(share, async (world) => {
      const names = Array.from({ length: 600 }, (__, n) => `t${n}`);
      world.agents.otherwise(hangs()).on('t0', answersLate(50));
      const first = await world.process();
      const workflow = await world.workflow(first, {
        agents: { workers: 600 },
        tasks: Object.fromEntries(names.map((name) => [name, []])),
      });
      const id = await world.start(first, workflow);
      const written = async (): Promise<readonly boolean[]> => {
        await world.clock.of(first.engine.checkpoint(id, 'interrupt'));
        const [row] = first.store.commits.flatMap(({ snapshots }) => snapshots).slice(-1);
        return row?.segments.map(({ data }) => data !== null) ?? [];
      };
      expect(await written()).toEqual([true, true, true]);
      await world.clock.advance(60);
      expect(await written()).toEqual([true, false, false]);
      expect(await written()).toEqual([false, false, false]);
      first.kill();

      const second = await world.process({ isDead: () => true });
      const view = await world.clock.of(second.engine.reader.status(id));
      expect(view.performance_metrics.tasks_by_status).toMatchObject({ completed: 1, running: 599 });
      expect(second.logged.filter(({ level }) => level === 'error')).toEqual([]);
      // What it read it need not write either.
      await world.clock.of(second.engine.checkpoint(id, 'interrupt'));
      const again = second.store.commits.flatMap(({ snapshots }) => snapshots).at(-1)?.segments;
      expect(again?.map(({ data }) => data !== null)).toHaveLength(3);
      second.kill();

      const third = await world.assemble({ isDead: () => true });
      const spoil = (row: SnapshotRow | undefined) =>
        row && { ...row, segments: row.segments.map((one, n) => (n === 1 ? { ...one, data: '[]' } : one)) };
      third.store.alter('log.snapshot', spoil, { times: 1 });
      third.store.alter(
        'log.snapshot',
        (row: SnapshotRow | undefined) => row && { ...row, segments: row.segments.slice(1) },
        { times: 1 },
      );
      const engine = await world.clock.of(Engine.of(third.parts));
      await world.clock.of(engine.recover(id));
      const unusable = third.logged.filter(({ message }) => message.startsWith('a snapshot is unusable'));
      expect(unusable.map(({ fields }) => fields['message'])).toEqual([
        expect.stringMatching(/^segment 2 of snapshot .* does not match its digest$/),
        expect.stringMatching(/^segment 1 of snapshot .* is missing$/),
      ]);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'are kept where a person asked for them, whatever the engine writes for itself',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(90_000)).on('b', hangs());
      const process = await world.process({
        settings: { checkpointIntervalMs: 60_000, inboxPollMs: 60_000 },
      });
      const id = await world.start(process, await world.workflow(process, { tasks: { a: [], b: ['a'] } }));
      const paused = await world.clock.of(process.engine.pause(id, 'ann'));
      await world.clock.of(process.engine.resume(id, 'ann'));
      const left = await world.clock.of(process.engine.checkpoint(id, 'interrupt'));
      await world.clock.advance(300_000);
      const rows = await (await world.store()).log.snapshots(id);
      expect(rows.map(({ occasion }) => occasion)).toEqual(['asked', 'asked', 'routine']);
      expect(rows.slice(0, 2).map(({ checkpointId }) => checkpointId)).toEqual([paused, left]);
    }),
  );

  it(
    'that cannot be taken are missed, not the events beside them',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process));
      const { codec } = process.parts;
      const { encode } = codec;
      Object.assign(codec, {
        encode: (value: unknown) => {
          if (typeof value === 'object' && value !== null && 'format' in value) throw new Error('no ink');
          return encode(value as never);
        },
      });
      try {
        await world.clock.of(process.engine.checkpoint(id, 'interval'));
      } finally {
        Object.assign(codec, { encode });
      }
      expect(await snapshotsOf(world, id)).toEqual([]);
      expect(await world.log(id)).toContain('workflow.checkpoint_created');
      expect(process.logged.map(({ message }) => message)).toContain('a snapshot could not be taken');
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
    }),
  );
});

function reseal(row: SnapshotRow): SnapshotRow {
  return { ...row, checksum: sha256(row.state) };
}
