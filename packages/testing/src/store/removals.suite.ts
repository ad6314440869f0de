/** S9: an execution is removed whole, its neighbours stay as they are, and one line says so. */
import { type Removal, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  blob,
  execution,
  message,
  NOW,
  neighbours,
  newId,
  onStore,
  readWholeShard,
  type StoreOpener,
  snapshot,
  Writer,
  wakeup,
} from './fixtures.ts';

const removal = (executionId: string, changes: Partial<Removal> = {}): Removal => ({
  executionId,
  sequence: 2,
  at: NOW + 9,
  by: 'ann',
  reason: 'asked for',
  ...changes,
});

export function removalSuite(open: StoreOpener): void {
  describe('S9 deletion', () => {
    it(
      'leaves nothing of an execution but a line, and nothing else changes',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const [gone = '', stays = ''] = neighbours(2);
        const command = message(gone, { id: 'asked' });
        await store.inbox.post([command]);
        for (const id of [gone, stays]) {
          await writer.commit({
            events: [
              ...writer.events(id, 1, { causation: 'asked', actor: 'ann', data: '{"secret":1}' }),
              ...writer.events(id, 1, { data: '{"secret":2}' }),
            ],
            executions: [execution(id, { status: 'completed', sequence: 2, completedAt: NOW + 5 })],
            snapshots: [
              snapshot(id, 2, { segments: [{ digest: `segment of ${id}`, data: 'a part' }] }),
              snapshot(id, 1),
            ],
            wakeups: [wakeup(id, NOW + 7)],
            blobs: [blob(id, 'shared'), blob(id, `own of ${id}`)],
          });
        }
        await writer.commit(
          { consumed: ['asked'], outcomes: [{ id: 'asked', at: NOW, outcome: '"done"' }] },
          [gone],
        );
        await store.inbox.post([message(gone, { id: 'late' }), message(stays, { id: 'kept' })]);

        expect(await store.executions.remove(removal(gone))).toBe(true);

        const again = await reopen();
        for (const one of [store, again]) {
          expect(await one.executions.get(gone)).toBeUndefined();
          expect((await one.executions.list({ limit: 10 })).map(({ executionId }) => executionId)).toEqual([
            stays,
          ]);
          expect(await one.log.readEntity(gone, 0, 10)).toEqual([]);
          expect(await one.log.snapshots(gone)).toEqual([]);
          expect(await one.log.snapshot(gone)).toBeUndefined();
          expect(await one.wakeups.of([gone])).toEqual([]);
          expect(await one.inbox.of(gone)).toEqual([]);
          expect(await one.inbox.outcome('asked')).toBeUndefined();
          expect(await one.blobs.heldBy(gone)).toEqual([]);
          expect(await one.blobs.read([`sha256:own of ${gone}`])).toEqual([]);
          const shard = await readWholeShard(one, shardOf(stays));
          expect(JSON.stringify(shard)).not.toContain(gone);
          expect(shard.map(({ position, entity, type, data }) => [position, entity, type, data])).toEqual([
            [1, '', 'removed', ''],
            [2, '', 'removed', ''],
            [3, stays, 'task.completed', '{"secret":1}'],
            [4, stays, 'task.completed', '{"secret":2}'],
          ]);
          expect(await one.log.readEntity(stays, 0, 10)).toHaveLength(2);
          expect((await one.log.snapshot(stays))?.segments).toEqual([
            { digest: `segment of ${stays}`, data: 'a part' },
          ]);
          expect(await one.wakeups.of([stays])).toEqual([wakeup(stays, NOW + 7)]);
          expect((await one.inbox.of(stays)).map(({ id }) => id)).toEqual(['kept']);
          expect((await one.blobs.heldBy(stays)).toSorted()).toEqual([
            `sha256:own of ${stays}`,
            'sha256:shared',
          ]);
          expect(await one.blobs.read(['sha256:shared'])).toHaveLength(1);
          const { workflowId, tenant, name, version, digest, status, startedAt, completedAt } = execution(
            gone,
            { status: 'completed', completedAt: NOW + 5 },
          );
          expect(await one.executions.removals({ limit: 10 })).toEqual([
            {
              ...removal(gone),
              ...{ workflowId, tenant, name, version, digest, status, startedAt, completedAt },
              offset: 2,
            },
          ]);
        }
        await again.close();
        // What was dealt with or waited does not come back, and the shard goes on where it was.
        await store.inbox.post([command, message(gone, { id: 'late' })]);
        expect(await store.inbox.of(gone)).toEqual([]);
        await writer.commit({ events: writer.events(stays, 1) });
        expect((await readWholeShard(store, shardOf(stays))).at(-1)).toMatchObject({ position: 5 });
      }),
    );

    it(
      'is of an execution as it was seen: one that went on meanwhile, or is not there, stays as it is',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const id = newId();
        await writer.commit({
          events: writer.events(id, 2),
          executions: [execution(id, { status: 'completed', sequence: 2 })],
          blobs: [blob(id, 'held')],
        });
        expect(await store.executions.remove(removal(id, { sequence: 1 }))).toBe(false);
        expect(await store.executions.remove(removal(newId()))).toBe(false);
        expect(await store.log.readEntity(id, 0, 10)).toHaveLength(2);
        expect(await store.blobs.heldBy(id)).toEqual(['sha256:held']);
        expect(await store.executions.removals({ limit: 10 })).toEqual([]);
      }),
    );

    it(
      'lists what was removed, the last first, of one tenant where that is wanted',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const ids = [newId(), newId(), newId()];
        for (const [n, id] of ids.entries()) {
          const tenant = n === 1 ? 'other' : 'default';
          await writer.commit({ executions: [execution(id, { tenant, status: 'failed', sequence: 2 })] });
          expect(await store.executions.remove(removal(id, { reason: null }))).toBe(true);
        }
        const listed = async (filter: { tenant?: string; limit: number }) =>
          (await store.executions.removals(filter)).map(({ executionId }) => ids.indexOf(executionId));
        expect(await listed({ limit: 10 })).toEqual([2, 1, 0]);
        expect(await listed({ limit: 1 })).toEqual([2]);
        expect(await listed({ tenant: 'other', limit: 10 })).toEqual([1]);
        expect((await store.executions.removals({ limit: 1 }))[0]?.reason).toBeNull();
      }),
    );
  });
}
