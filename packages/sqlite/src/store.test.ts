/** Opening: what is accepted, what is refused, and what people read then. */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type CantataError, SHARD_COUNT, shardOf } from '@cantata/core';
import { storeFixtures } from '@cantata/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStore } from './index.ts';
import { initial } from './migrations/0001-initial.ts';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './migrations/migrate.ts';
import { temporaryFolder } from './temporary.suite.ts';

const { Writer, execution, message, newId } = storeFixtures;

let folder: string;
let remove: () => void;
let path: string;
let opened: SqliteStore[] = [];

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  path = `${folder}/cantata.db`;
});
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
  remove();
});

async function open(options: Partial<Parameters<typeof openSqliteStore>[0]> = {}): Promise<SqliteStore> {
  const store = await openSqliteStore({ path, ...options });
  opened.push(store);
  return store;
}

/** Changes a file behind the store's back. */
function edit(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe('a new file', () => {
  it('is for its owner alone, with what lies beside it; one whose rights were given stays as it is', async () => {
    const store = await open();
    const rights = () => readdirSync(folder).map((name) => statSync(`${folder}/${name}`).mode & 0o777);
    expect(rights()).toEqual([0o600, 0o600, 0o600]);
    await store.close();
    chmodSync(path, 0o640);
    await open();
    expect(rights()).toEqual([0o640, 0o640, 0o640]);
  });

  it('is Cantata’s, in the current schema, in write-ahead mode, with all shards', async () => {
    const store = await open();
    expect(await store.check()).toEqual({
      path,
      schemaVersion: SCHEMA_VERSION,
      shards: SHARD_COUNT,
      journalMode: 'wal',
      synchronous: 'full',
      sizeBytes: expect.any(Number) as number,
      events: 0,
      problems: [],
    });
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('pragma application_id').get()).toEqual({ application_id: APPLICATION_ID });
    database.close();
  });

  it('of the first schema is brought to the current one: its snapshots stay, and all it holds is awake', async () => {
    const entity = newId();
    const database = new DatabaseSync(path);
    database.exec(
      `${initial}; insert into meta values ('schema_version', 1); pragma application_id = ${APPLICATION_ID}`,
    );
    const put = database.prepare('insert into snapshots values (null, ?, ?, ?, ?, ?, ?)');
    for (const n of [1, 2]) put.run(entity, n, `c${n}`, 0, 'sum', '{}');
    database.exec(`insert into definitions values (1, 't', 'w', 'n', 'v', 'd');
      insert into statuses values (1, 'running'), (2, 'paused');
      insert into executions values ('${entity}', 1, 2, 'p', 1, 0, 0, 1, 0, null, null, 0);`);
    database.close();
    const store = await open();
    expect((await store.check()).schemaVersion).toBe(SCHEMA_VERSION);
    expect(await store.log.snapshots(entity)).toMatchObject([
      { checkpointId: 'c1', occasion: 'asked' },
      { checkpointId: 'c2', occasion: 'asked' },
    ]);
    expect(await store.executions.list({ statuses: ['paused'], asleep: false, limit: 9 })).toMatchObject([
      { executionId: entity, workflowId: 'w', status: 'paused', asleep: false },
    ]);
  });

  it('of before the feed counts what was removed until then as removed at its end', async () => {
    const [gone, stays] = [newId(), newId()];
    const database = new DatabaseSync(path);
    for (const sql of MIGRATIONS.slice(0, 6)) database.exec(sql);
    database.exec(`insert into meta values ('schema_version', 6); pragma application_id = ${APPLICATION_ID};
      insert into definitions values (1, 't', 'w', 'n', 'v', 'd');
      insert into removals values (1, '${gone}', 1, 'failed', 2, 0, 0, 0, 'ann', null);
      insert into entities values (1, 'removed/1'), (2, '${stays}');
      insert into event_types values (1, 'removed'), (2, 'task.completed');
      insert into events values (1, 1, 1, 1, null, 0, 1, 1, '', '', null, ''),
        (2, 2, 1, 1, null, 0, 2, 1, '', '', null, '{}')`);
    database.close();
    const store = await open();
    expect(await store.executions.removals({ limit: 9 })).toMatchObject([{ executionId: gone, offset: 2 }]);
    expect(await store.executions.removals({ afterOffset: 2, limit: 9 })).toEqual([]);
    expect(await store.feed.read(0, 9)).toMatchObject([{ entity: stays, offset: 2 }]);
  });

  it('of before requests had keys takes them now, and forgets what it has dealt with', async () => {
    const database = new DatabaseSync(path);
    for (const sql of MIGRATIONS.slice(0, 7)) database.exec(sql);
    database.exec(`insert into meta values ('schema_version', 7); pragma application_id = ${APPLICATION_ID};
      insert into outcomes values ('old', 5, '{}'), ('older', 4, null), ('of nobody knows when', null, null)`);
    database.close();
    const store = await open();
    const request = { tenant: 't', key: 'k', digest: 'd', id: newId(), at: 0 };
    expect(await store.requests.claim(request)).toEqual({ kind: 'new', id: request.id });
    expect(await store.inbox.outcome('old')).toMatchObject({ at: 5 });
    expect(await store.inbox.prune(9, 9)).toBe(2);
    expect(await store.inbox.outcome('old')).toBeUndefined();
  });

  it('may exist already when it is empty', async () => {
    writeFileSync(path, '');
    expect((await (await open()).check()).problems).toEqual([]);
  });

  it('may have a name that looks like a URI', async () => {
    path = `${folder}/file:x?mode=memory`;
    await (await open()).close();
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it('is made once when several open it at the same moment', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => open()));
    for (const store of stores) await store.inbox.post([message(newId())]);
    expect(await stores[0]?.inbox.read('all', 100)).toHaveLength(8);
  });
});

it('keeps everything in memory when told so', async () => {
  path = ':memory:';
  const store = await open();
  const entity = newId();
  const writer = await Writer.claim(store);
  await writer.commit({ events: writer.events(entity, 2) });
  expect(await store.log.readShard(shardOf(entity), 0, 10)).toHaveLength(2);
  expect((await store.check()).journalMode).toBe('memory');
  expect(await (await open()).log.readEntity(entity, 0, 10)).toEqual([]);
});

/** How opening fails: the code and the message, with FILE for the path. */
async function refusal(): Promise<string> {
  const error = await open().then(
    () => undefined,
    (thrown: unknown) => thrown as CantataError,
  );
  return `${error?.code}: ${error?.message.replaceAll(path, 'FILE').replaceAll(folder, 'FOLDER')}`;
}

describe('a file that is refused', () => {
  it.each([
    ['text', 'hello'],
    ['a long text', 'not a database\n'.repeat(1_000)],
  ])('is %s', async (_, content) => {
    writeFileSync(path, content);
    expect(await refusal()).toMatch(/^store_corrupt: FILE .*not a Cantata database/);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('is a database of another program, which stays as it was', async () => {
    edit('create table theirs (a)');
    const before = readFileSync(path);
    expect(await refusal()).toMatch(/^store_corrupt: FILE .*not one of Cantata.*not changed/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('carries another program’s mark', async () => {
    edit('pragma application_id = 7');
    expect(await refusal()).toMatch(/^store_corrupt: FILE .*not one of Cantata/);
  });

  it('was made by a newer Cantata', async () => {
    await (await open()).close();
    edit(`update meta set value = ${SCHEMA_VERSION + 1} where key = 'schema_version'`);
    expect(await refusal()).toMatch(new RegExp(`^store_version: FILE .*schema ${SCHEMA_VERSION + 1}.*newer`));
  });

  it('was made with another number of shards', async () => {
    await (await open()).close();
    edit(`update meta set value = 64 where key = 'shard_count'`);
    expect(await refusal()).toMatch(/^store_version: FILE .*64 shards/);
  });

  it('lacks a table', async () => {
    await (await open()).close();
    edit('drop table waypoints');
    expect(await refusal()).toMatch(/^store_corrupt: FILE .*damaged.*waypoints/);
  });

  it('is in a folder that does not exist', async () => {
    path = `${folder}/missing/cantata.db`;
    expect(await refusal()).toMatch(/^store_unavailable: FILE .*FOLDER\/missing must exist/);
  });

  it('is a folder', async () => {
    mkdirSync(path);
    expect(await refusal()).toMatch(/^store_unavailable: FILE .*must be a file/);
  });

  it('may not be read or written by this user', async () => {
    await (await open()).close();
    chmodSync(folder, 0o755);
    for (const mode of [0o000, 0o444]) {
      chmodSync(path, mode);
      await asNobody(async () => {
        expect(await refusal()).toMatch(/^store_unavailable: FILE /);
      });
    }
  });
});

describe('a file that this user may only read', () => {
  const entity = newId();
  beforeEach(async () => {
    const store = await open();
    const writer = await Writer.claim(store);
    await writer.commit({ events: writer.events(entity, 3) });
  });
  const forbid = (mode = 0o555): void => {
    chmodSync(folder, mode);
    for (const name of readdirSync(folder)) chmodSync(`${folder}/${name}`, 0o444);
  };
  const look = (): Promise<SqliteStore> => open({ access: 'look' });
  afterEach(() => chmodSync(folder, 0o755));

  it('is read when nobody has it open, and left as it was', async () => {
    await opened[0]?.close();
    forbid();
    await asNobody(async () => {
      const store = await look();
      expect(store.isReadOnly).toBe(true);
      expect(await store.log.readEntity(entity, 0, 10)).toHaveLength(3);
      expect(await store.check()).toMatchObject({ events: 3, problems: [] });
      await expect(store.inbox.post([message(newId())])).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(open()).rejects.toMatchObject({ code: 'store_unavailable' });
    });
    expect(readdirSync(folder)).toEqual(['cantata.db']);
  });

  it('is read beside an owner who may write, with what that one writes meanwhile', async () => {
    forbid();
    const owner = opened[0] as SqliteStore;
    await asNobody(async () => {
      const store = await look();
      expect(await store.log.readEntity(entity, 0, 10)).toHaveLength(3);
      await owner.inbox.post([message(entity)]);
      expect(await store.inbox.of(entity)).toHaveLength(1);
      await store.close();
    });
  });

  it('is refused when its newest events lie in a log that only a writer can take over', async () => {
    const copy = `${folder}/left`;
    mkdirSync(copy);
    for (const name of ['cantata.db', 'cantata.db-wal']) copyFileSync(`${folder}/${name}`, `${copy}/${name}`);
    chmodSync(copy, 0o555);
    chmodSync(folder, 0o755);
    await asNobody(async () => {
      await expect(open({ access: 'look', path: `${copy}/cantata.db` })).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('cannot be read without writing') as string,
      });
    });
    chmodSync(copy, 0o755);
  });

  it('is refused when its schema is an older one', async () => {
    await opened[0]?.close();
    const database = new DatabaseSync(path);
    database.exec(`update meta set value = 1 where key = 'schema_version'`);
    database.close();
    forbid();
    await asNobody(async () => {
      await expect(look()).rejects.toMatchObject({
        code: 'store_version',
        message: expect.stringContaining('older schema 1') as string,
      });
    });
  });

  it('is opened to be written where it can be', async () => {
    expect((await look()).isReadOnly).toBe(false);
  });
});

/** The superuser may do everything; tests run as one in containers. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const { seteuid, geteuid } = process;
  if (seteuid === undefined || geteuid?.() !== 0) return work();
  seteuid(65_534);
  try {
    await work();
  } finally {
    seteuid(0);
  }
}

describe('a file that another process has locked', () => {
  it('is waited for as long as the timeout says, then reported as busy', async () => {
    const store = await open({ busyTimeoutMs: 30 });
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const before = performance.now();
    await expect(store.inbox.post([message(newId())])).rejects.toMatchObject({
      code: 'store_busy',
      retryable: true,
      message: expect.stringContaining('locked by another process') as string,
    });
    expect(performance.now() - before).toBeGreaterThanOrEqual(25);
    // Reading goes on beside a writer.
    expect(await store.inbox.read('all', 10)).toEqual([]);
    other.exec('rollback');
    await store.inbox.post([message(newId())]);
    expect(await store.inbox.read('all', 10)).toHaveLength(1);
    other.close();
  });

  it('cannot be opened while it is locked as a whole', async () => {
    await (await open()).close();
    const other = new DatabaseSync(path);
    other.exec('pragma locking_mode = exclusive; begin exclusive');
    await expect(open({ busyTimeoutMs: 30 })).rejects.toMatchObject({ code: 'store_busy' });
    other.close();
  });
});

describe('a full disk', () => {
  it('stops writes with a clear error, keeps reads, and lets writes go on once space is free', async () => {
    const store = await open({ maxPageCount: 120 });
    const entity = newId();
    const writer = await Writer.claim(store);
    await writer.commit({ events: writer.events(entity, 1) });
    const posted: string[] = [];
    const fill = async (): Promise<void> => {
      for (;;) {
        const row = message(entity, { data: 'x'.repeat(10_000) });
        await store.inbox.post([row]);
        posted.push(row.id);
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'store_full',
      retryable: true,
      message: expect.stringMatching(/cannot grow.*Free space/) as string,
    });
    expect(posted.length).toBeGreaterThan(5);
    const lost = writer.events(entity, 50, { data: 'y'.repeat(5_000) });
    await expect(writer.commit({ events: lost })).rejects.toMatchObject({ code: 'store_full' });

    expect(await store.log.readEntity(entity, 0, 100)).toHaveLength(1);
    expect((await store.inbox.of(entity)).map(({ id }) => id)).toEqual(posted);
    await store.leases.holders();

    // Consuming frees pages, and needs none that it does not free.
    await writer.commit({ consumed: posted }, [entity]);
    await writer.commit({ events: lost.slice(0, 20) });
    expect(await store.log.readShard(shardOf(entity), 0, 100)).toHaveLength(21);
    expect((await store.check()).problems).toEqual([]);
  });

  it('leaves a file that goes on as soon as it may grow', async () => {
    const small = await open({ maxPageCount: 60 });
    const entity = newId();
    const writer = await Writer.claim(small);
    const events = writer.events(entity, 100, { data: 'z'.repeat(5_000) });
    await expect(writer.commit({ events })).rejects.toMatchObject({ code: 'store_full' });
    const large = await open();
    await large.log.commit(writer.complete({ events }));
    expect(await small.log.readEntity(entity, 0, 200)).toHaveLength(100);
  });
});

describe('a damaged file', () => {
  /** Writes noise over the end of the file, between two runs. */
  async function damage(): Promise<string> {
    const store = await open();
    const entity = newId();
    const writer = await Writer.claim(store);
    for (let n = 0; n < 20; n++) await writer.commit({ events: writer.events(entity, 100) });
    await store.close();
    const noise = Buffer.alloc(8 * 4_096, 0xa5);
    const file = openSync(path, 'r+');
    writeSync(file, noise, 0, noise.length, statSync(path).size - noise.length);
    closeSync(file);
    return entity;
  }

  it('says so when damage is read, and `check` says where', async () => {
    const entity = await damage();
    const store = await open();
    await expect(store.log.readEntity(entity, 0, 5_000)).rejects.toMatchObject({
      code: 'store_corrupt',
      message: expect.stringContaining('restore a backup') as string,
    });
    const { problems } = await store.check();
    expect(problems.length).toBeGreaterThan(0);
  });

  it('that was cut off is noticed', async () => {
    await damage();
    copyFileSync(path, `${path}.copy`);
    writeFileSync(path, readFileSync(`${path}.copy`).subarray(0, 8_192));
    await expect(open().then((store) => store.log.readEntity(newId(), 0, 1))).rejects.toMatchObject({
      code: 'store_corrupt',
    });
  });

  it('is told from one that misses waypoints: reading would be slow, not wrong', async () => {
    const store = await open();
    const entity = newId();
    const writer = await Writer.claim(store);
    await writer.commit({ events: writer.events(entity, 200) });
    expect((await store.check()).problems).toEqual([]);
    edit('delete from waypoints where position = 128');
    expect((await store.check()).problems).toEqual(['1 waypoints that are missing or lead elsewhere']);
    expect(await store.log.readShard(shardOf(entity), 0, 100)).toHaveLength(100);
  });

  it('is told from one whose rows contradict each other', async () => {
    const store = await open();
    const entity = newId();
    const writer = await Writer.claim(store);
    await writer.commit({ events: writer.events(entity, 5) });
    edit('delete from events where sequence = 3');
    expect((await store.check()).problems).toEqual([
      '1 entities whose sequences are not 1..n',
      '1 events that do not follow the one before them in their shard',
    ]);
    edit('update shards set position = 9 where position = 5');
    expect((await store.check()).problems).toContain('1 shards whose end is not their last event');
    await writer.commit({ executions: [execution(newId(), { asleep: true })] });
    expect((await store.check()).problems).toContain('1 executions that sleep without a wake-up');
  });
});

describe('data that SQLite does not take', () => {
  it('is refused without harm', async () => {
    const store = await open();
    const entity = newId();
    const writer = await Writer.claim(store);
    const [event] = writer.events(entity, 1);
    for (const wrong of [{ at: 1.5 }, { data: undefined }, { actor: null }, { schema: 'one' }]) {
      const events = [{ ...event, ...wrong } as never];
      await expect(store.log.commit({ ...writer.complete({}, [entity]), events })).rejects.toMatchObject({
        code: 'store_data_refused',
      });
    }
    await writer.commit({ events: event === undefined ? [] : [event] });
    expect(await store.log.readEntity(entity, 0, 10)).toEqual([event]);
  });
});
