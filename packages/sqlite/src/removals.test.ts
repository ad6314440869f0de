/** An execution with a long log is removed bit by bit, and gone from the first moment. */
import { DatabaseSync } from 'node:sqlite';
import { shardOf } from '@cantata/core';
import { storeFixtures } from '@cantata/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStore } from './index.ts';
import { temporaryFolder } from './temporary.suite.ts';

const { Writer, blob, execution, newId, NOW, readWholeShard } = storeFixtures;
const LENGTH = 1_234;

let path: string;
let remove: () => void;
let store: SqliteStore;
let id: string;

beforeEach(async () => {
  const folder = temporaryFolder();
  ({ remove } = folder);
  path = `${folder.folder}/cantata.db`;
  store = await openSqliteStore({ path });
  const writer = await Writer.claim(store);
  id = newId();
  await writer.commit({
    events: writer.events(id, LENGTH, { data: '{"secret":1}' }),
    executions: [execution(id, { status: 'completed', sequence: LENGTH })],
    blobs: Array.from({ length: 100 }, (_, n) => blob(id, `value ${n}`)),
  });
});
afterEach(async () => {
  await store.close();
  remove();
});

const removing = (): Promise<boolean> =>
  store.executions.remove({ executionId: id, sequence: LENGTH, at: NOW, by: 'ann', reason: null });

/** How much of it is still in the file. */
function left(): unknown {
  const database = new DatabaseSync(path);
  try {
    return database
      .prepare(
        `select (select count(*) from events where data <> '') as events, (select count(*) from blobs) as blobs,
                (select count(*) from blob_holders) as holders`,
      )
      .get();
  } finally {
    database.close();
  }
}

it('nobody sees any of it while it is emptied, and then nothing is left', async () => {
  const done = removing();
  expect(left()).not.toMatchObject({ events: 0 });
  expect(await store.feed.read(0, 10)).toEqual([]);
  expect(await store.log.readEntity(id, 0, 10)).toEqual([]);
  expect(await store.blobs.heldBy(id)).toEqual([]);
  const seen = await readWholeShard(store, shardOf(id));
  expect(seen).toHaveLength(LENGTH);
  expect(JSON.stringify(seen)).not.toContain('secret');
  expect(await done).toBe(true);
  expect(left()).toEqual({ events: 0, blobs: 0, holders: 0 });
  expect(await readWholeShard(store, shardOf(id))).toEqual(seen);
  expect((await store.check()).problems).toEqual([]);
});

it('what a process that died left of it goes when the file is opened next', async () => {
  const done = removing();
  await store.close();
  await expect(done).rejects.toMatchObject({ code: expect.stringMatching(/^store_/) as string });
  expect(left()).not.toMatchObject({ events: 0 });
  store = await openSqliteStore({ path });
  expect(left()).toEqual({ events: 0, blobs: 0, holders: 0 });
  expect((await store.executions.removals({ limit: 10 })).map(({ executionId }) => executionId)).toEqual([
    id,
  ]);
});
