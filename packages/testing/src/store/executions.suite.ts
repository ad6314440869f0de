/** The index of executions: one row each, replaced whole, listed newest first. */
import type { ExecutionRow, Store } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { execution, NOW, newId, onStore, type StoreOpener, Writer } from './fixtures.ts';

async function put(store: Store, rows: readonly ExecutionRow[]): Promise<void> {
  const writer = await Writer.claim(store);
  await writer.commit({ executions: rows });
}

export function executionSuite(open: StoreOpener): void {
  describe('executions', () => {
    it(
      'replaces every field of a row',
      onStore(open, async ({ store }) => {
        const id = newId();
        const first = execution(id);
        await put(store, [first]);
        expect(await store.executions.get(id)).toEqual(first);
        const progress = { ...first, phase: '2/3 research', tasksCompleted: 2, sequence: 9 };
        await put(store, [progress]);
        expect(await store.executions.get(id)).toEqual(progress);
        const last: ExecutionRow = {
          executionId: id,
          workflowId: newId(),
          tenant: 'other',
          name: 'renamed',
          version: '2.0.0',
          digest: 'e'.repeat(64),
          status: 'failed',
          phase: '3/3 write',
          tasksTotal: 7,
          tasksCompleted: 5,
          tasksFailed: 1,
          sequence: 30,
          startedAt: NOW + 1,
          completedAt: NOW + 2,
          reason: 'task_failed: it did',
          parked: true,
          asleep: true,
        };
        await put(store, [last]);
        expect(await store.executions.get(id)).toEqual(last);
        expect(await store.executions.get(newId())).toBeUndefined();
      }),
    );

    it(
      'finds what has ended before a time, the earliest first, page by page, and nothing that is open',
      onStore(open, async ({ store }) => {
        const ended = (at: number | null, status = 'completed'): ExecutionRow =>
          execution(newId(), { status, completedAt: at });
        const rows = [
          ended(NOW + 3),
          ended(NOW + 1, 'failed'),
          ended(NOW + 3),
          ended(null, 'running'),
          ended(NOW + 9),
        ];
        await put(store, rows);
        const ids = async (before: number, limit: number, after?: ExecutionRow): Promise<readonly number[]> =>
          (await store.executions.expired(before, limit, after)).map(({ executionId }) =>
            rows.findIndex((row) => row.executionId === executionId),
          );
        const twins =
          (rows[0] as ExecutionRow).executionId < (rows[2] as ExecutionRow).executionId ? [0, 2] : [2, 0];
        expect(await ids(NOW + 9, 10)).toEqual([1, ...twins]);
        expect(await ids(NOW + 3, 10)).toEqual([1]);
        expect(await ids(NOW + 9, 2)).toEqual([1, twins[0]]);
        expect(await ids(NOW + 9, 2, rows[twins[0] as number])).toEqual([twins[1]]);
        expect(await ids(NOW + 10, 10, rows[4])).toEqual([]);
        expect(await store.executions.expired(NOW + 2, 1)).toEqual([rows[1]]);
        // Somebody had it go on: it has not ended any more.
        await put(store, [{ ...(rows[1] as ExecutionRow), status: 'running', completedAt: null }]);
        expect(await ids(NOW + 9, 1)).toEqual([twins[0]]);
      }),
    );

    it(
      'moves a running execution to a newer definition',
      onStore(open, async ({ store }) => {
        const first = execution(newId());
        const upgraded = { ...first, version: '2.0.0', digest: 'e'.repeat(64) };
        await put(store, [first]);
        await put(store, [upgraded]);
        expect(await store.executions.get(first.executionId)).toEqual(upgraded);
      }),
    );

    it(
      'lists the newest first, page by page, in the order of their ids',
      onStore(open, async ({ store }) => {
        const rows = Array.from({ length: 25 }, () => execution(newId()));
        await put(store, rows.toReversed());
        const newestFirst = rows.toReversed();
        expect(await store.executions.list({ limit: 100 })).toEqual(newestFirst);
        const pages: ExecutionRow[] = [];
        for (;;) {
          const before = pages.at(-1)?.executionId;
          const page = await store.executions.list({
            limit: 10,
            ...(before === undefined ? {} : { before }),
          });
          pages.push(...page);
          if (page.length < 10) break;
        }
        expect(pages).toEqual(newestFirst);
      }),
    );

    it(
      'filters by tenant, workflow, status and sleep, alone and together, within pages',
      onStore(open, async ({ store }) => {
        const rows: ExecutionRow[] = [];
        for (let n = 0; n < 48; n++) {
          rows.push(
            execution(newId(), {
              tenant: n % 2 === 0 ? 'default' : 'other',
              workflowId: n % 3 === 0 ? 'w-1' : 'w-2',
              version: String(n % 5),
              status: ['running', 'completed', 'failed', 'paused'][Math.floor(n / 12)] as string,
              asleep: n % 7 === 0,
            }),
          );
        }
        await put(store, rows);
        const newestFirst = rows.toReversed();
        const both = ['running', 'failed'];
        const filters: readonly [object, (row: ExecutionRow) => boolean][] = [
          [{ tenant: 'other' }, ({ tenant }) => tenant === 'other'],
          [{ workflowId: 'w-1' }, ({ workflowId }) => workflowId === 'w-1'],
          [{ statuses: both }, ({ status }) => both.includes(status)],
          [{ statuses: [] }, () => false],
          [{ statuses: ['unknown'] }, () => false],
          [{ tenant: 'nobody' }, () => false],
          [{ asleep: true }, ({ asleep }) => asleep],
          [{ asleep: false, statuses: both }, (row) => !row.asleep && both.includes(row.status)],
          [
            { tenant: 'other', workflowId: 'w-1', statuses: both },
            (row) => row.tenant === 'other' && row.workflowId === 'w-1' && both.includes(row.status),
          ],
        ];
        for (const [filter, matches] of filters) {
          const expected = newestFirst.filter(matches);
          expect(await store.executions.list({ ...filter, limit: 100 })).toEqual(expected);
          expect(await store.executions.list({ ...filter, limit: 3 })).toEqual(expected.slice(0, 3));
          const before = expected[2]?.executionId ?? newId();
          expect(await store.executions.list({ ...filter, before, limit: 4 })).toEqual(
            expected.filter(({ executionId }) => executionId < before).slice(0, 4),
          );
        }
      }),
    );

    it(
      'finds an execution under its new status only',
      onStore(open, async ({ store }) => {
        const row = execution(newId());
        await put(store, [row]);
        await put(store, [{ ...row, status: 'completed' }]);
        expect(await store.executions.list({ statuses: ['running'], limit: 10 })).toEqual([]);
        expect(await store.executions.list({ statuses: ['completed'], limit: 10 })).toHaveLength(1);
      }),
    );
  });
}
