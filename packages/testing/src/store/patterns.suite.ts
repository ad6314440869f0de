/** Registered patterns: a version that stands never changes, the newest is found without naming it. */
import type { PatternVersion } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { NOW, onStore, type StoreOpener } from './fixtures.ts';

const pattern = (changes: Partial<PatternVersion> = {}): PatternVersion => ({
  tenant: 'default',
  name: 'war_room',
  version: '1',
  digest: 'd'.repeat(64),
  document: '{"name":"war_room","summary":"größer"}',
  createdAt: NOW,
  ...changes,
});

export function patternSuite(open: StoreOpener): void {
  describe('patterns', () => {
    it(
      'returns the version that stands instead of replacing it, over any store of the same data',
      onStore(open, async ({ store, reopen }) => {
        expect(await store.patterns.put(pattern())).toEqual(pattern());
        const again = await reopen();
        const other = pattern({ digest: 'e'.repeat(64), document: '{}', createdAt: NOW + 1 });
        expect(await again.patterns.put(other)).toEqual(pattern());
        expect(await store.patterns.list('default')).toEqual([pattern()]);
        await again.close();
      }),
    );

    it(
      'finds the version that is named or the newest: latest made, then latest put',
      onStore(open, async ({ store }) => {
        for (const [version, at] of [
          ['2', 5],
          ['1', 9],
          ['3', 9],
          ['0', 0],
        ] as const)
          await store.patterns.put(pattern({ version, createdAt: NOW + at }));
        expect((await store.patterns.find('default', 'war_room'))?.version).toBe('3');
        expect((await store.patterns.find('default', 'war_room', '2'))?.createdAt).toBe(NOW + 5);
        expect(await store.patterns.find('default', 'war_room', '9')).toBeUndefined();
        expect(await store.patterns.find('default', 'peace_room')).toBeUndefined();
        const versions = (await store.patterns.list('default')).map(({ version }) => version);
        expect(versions).toEqual(['0', '2', '1', '3']);
      }),
    );

    it(
      'lists by name and keeps tenants apart',
      onStore(open, async ({ store }) => {
        for (const name of ['b', 'a', 'c']) await store.patterns.put(pattern({ name }));
        await store.patterns.put(pattern({ tenant: 'theirs', name: 'd' }));
        expect((await store.patterns.list('default')).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
        expect(await store.patterns.find('default', 'd')).toBeUndefined();
        expect(await store.patterns.list('nobody')).toEqual([]);
      }),
    );
  });
}
