/** Workflows: a version that stands never changes, a name has one id, the newest is found without naming it. */
import { describe, expect, it } from 'vitest';
import { NOW, onStore, type StoreOpener, storeError, workflow } from './fixtures.ts';

export function workflowSuite(open: StoreOpener): void {
  describe('workflows', () => {
    it(
      'gives a new version of a known name the id of that name',
      onStore(open, async ({ store }) => {
        const first = workflow();
        expect(await store.workflows.put(first)).toEqual(first);
        const second = workflow({ version: '2.0.0', digest: 'e'.repeat(64) });
        expect(await store.workflows.put(second)).toEqual({ ...second, workflowId: first.workflowId });
      }),
    );

    it(
      'returns the version that stands instead of replacing it',
      onStore(open, async ({ store }) => {
        const first = workflow();
        await store.workflows.put(first);
        const other = workflow({ digest: 'f'.repeat(64), document: '{}', createdAt: NOW + 9 });
        expect(await store.workflows.put(other)).toEqual(first);
        expect(await store.workflows.list('default')).toEqual([first]);
      }),
    );

    it(
      'keeps tenants apart',
      onStore(open, async ({ store }) => {
        const [mine, theirs] = [workflow({ tenant: 'mine' }), workflow({ tenant: 'theirs' })];
        await store.workflows.put(mine);
        await store.workflows.put(theirs);
        expect(await store.workflows.find('mine', 'research')).toEqual(mine);
        expect(await store.workflows.find('theirs', 'research')).toEqual(theirs);
        expect(await store.workflows.find('mine', theirs.workflowId)).toBeUndefined();
        expect(await store.workflows.list('mine')).toEqual([mine]);
        expect(await store.workflows.list('nobody')).toEqual([]);
      }),
    );

    it(
      'refuses an id that another name has',
      onStore(open, async ({ store }) => {
        const first = workflow();
        await store.workflows.put(first);
        const thief = workflow({ workflowId: first.workflowId, name: 'other' });
        await expect(store.workflows.put(thief)).rejects.toMatchObject(storeError('store_data_refused'));
        expect(await store.workflows.find('default', 'other')).toBeUndefined();
      }),
    );

    it(
      'finds by name or id, the version that is named or the newest: latest made, then latest put',
      onStore(open, async ({ store }) => {
        const versions = [
          workflow({ version: '2', createdAt: NOW + 5 }),
          workflow({ version: '1', createdAt: NOW + 9 }),
          workflow({ version: '3', createdAt: NOW + 9 }),
          workflow({ version: '0', createdAt: NOW }),
        ];
        const id = versions[0]?.workflowId as string;
        for (const version of versions) await store.workflows.put(version);
        for (const nameOrId of ['research', id]) {
          expect((await store.workflows.find('default', nameOrId))?.version).toBe('3');
          expect((await store.workflows.find('default', nameOrId, '2'))?.createdAt).toBe(NOW + 5);
          expect(await store.workflows.find('default', nameOrId, '9')).toBeUndefined();
        }
        expect(await store.workflows.find('default', 'unknown')).toBeUndefined();
        expect((await store.workflows.list('default')).map(({ version }) => version)).toEqual([
          '0',
          '2',
          '1',
          '3',
        ]);
      }),
    );

    it(
      'tells the newest version of each behind a name, by name, and all versions of one',
      onStore(open, async ({ store }) => {
        const names = ['b', 'ä', 'a', '\u{1f3b5}', '\uffee', 'B'];
        for (const name of names) await store.workflows.put(workflow({ name, createdAt: NOW }));
        await store.workflows.put(workflow({ name: 'a', version: '2', createdAt: NOW + 1 }));
        await store.workflows.put(workflow({ name: 'c', tenant: 'theirs' }));
        const all = await store.workflows.newest('default', '', 9);
        expect(all.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
        expect(all.filter(({ name }) => name === 'a')).toMatchObject([{ version: '2' }]);
        // Page by page it is the same, in whatever order names stand.
        const paged: string[] = [];
        for (let after = ''; paged.length < names.length; after = paged.at(-1) as string) {
          const [row, ...more] = await store.workflows.newest('default', after, 1);
          expect(more).toEqual([]);
          paged.push((row as (typeof all)[number]).name);
        }
        expect(paged).toEqual(all.map(({ name }) => name));
        const id = all.find(({ name }) => name === 'a')?.workflowId as string;
        const versions = await store.workflows.versions('default', id);
        expect(versions.map(({ version }) => version)).toEqual(['2', workflow().version]);
        expect(await store.workflows.versions('theirs', id)).toEqual([]);
        expect(await store.workflows.newest('nobody', '', 9)).toEqual([]);
      }),
    );

    it(
      'means the workflow with the id, where another one has taken that id for a name',
      onStore(open, async ({ store }) => {
        const first = workflow();
        const named = workflow({ name: first.workflowId });
        await store.workflows.put(named);
        await store.workflows.put(first);
        expect((await store.workflows.find('default', first.workflowId))?.name).toBe('research');
      }),
    );

    it(
      'lists by name',
      onStore(open, async ({ store }) => {
        for (const name of ['b', 'a', 'c']) await store.workflows.put(workflow({ name }));
        expect((await store.workflows.list('default')).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
      }),
    );

    it(
      'finds by digest',
      onStore(open, async ({ store }) => {
        const row = workflow({ digest: '9'.repeat(64) });
        await store.workflows.put(row);
        await store.workflows.put(workflow({ name: 'copy', digest: row.digest }));
        expect(await store.workflows.byDigest(row.digest)).toEqual(row);
        expect(await store.workflows.byDigest('8'.repeat(64))).toBeUndefined();
      }),
    );
  });
}
