/** Real processes on one file: reading, posting, taking over, and being killed in the middle of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { shardOf } from '@cantata/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStore } from './index.ts';
import { ALPHA, BETA, BUSY_MS, message, nthCommit, PER_COMMIT } from './second-process.suite.ts';
import { temporaryFolder } from './temporary.suite.ts';

const SCRIPT = fileURLToPath(new URL('./second-process.suite.ts', import.meta.url));
const OWNER = { id: 'parent', host: 'host', pid: process.pid };

let path: string;
let remove: () => void;
let store: SqliteStore;
const children: ChildProcess[] = [];

beforeEach(async () => {
  const temporary = temporaryFolder();
  remove = temporary.remove;
  path = `${temporary.folder}/cantata.db`;
  store = await openSqliteStore({ path, busyTimeoutMs: BUSY_MS });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await store.close();
  remove();
});

interface Child {
  readonly process: ChildProcess;
  /** What it has said so far. */
  readonly lines: string[];
  readonly ended: Promise<unknown>;
}

function run(deed: string): Child {
  const child = spawn(process.execPath, [SCRIPT, deed, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { process: child, lines, ended: once(child, 'close') };
}

it('lets other processes read and post while the owner appends', async () => {
  const claims = await store.leases.claim(OWNER, Date.now(), 60_000);
  const posters = [run('post'), run('post')];
  let n = 0;
  while (posters.some(({ lines }) => lines.length === 0)) {
    n += 1;
    await store.log.commit(nthCommit(n, claims));
    // Committing blocks this thread: the children's output needs a turn.
    await sleep(0);
  }
  expect(posters.flatMap(({ lines }) => lines)).toEqual(['posted', 'posted']);
  const waiting = await store.inbox.of(ALPHA);
  expect(waiting).toHaveLength(2 * 200 + 1);
  expect(await store.log.readShard(shardOf(ALPHA), 0, 1_000_000)).toHaveLength(n * PER_COMMIT);

  const reader = run('read');
  await reader.ended;
  expect(reader.lines).toEqual([String(n * PER_COMMIT)]);
});

it('fences an owner in another process as soon as this one has taken over', async () => {
  const child = run('own-then-wait');
  await expect.poll(() => child.lines, { timeout: 10_000 }).toEqual(['committed']);
  const [lease] = await store.leases.holders();
  const claims = await store.leases.claim(OWNER, Date.now(), 60_000, [lease?.owner.id ?? '']);
  expect(claims).toHaveLength(256);
  child.process.stdin?.write('go\n');
  await child.ended;
  expect(child.lines).toEqual(['committed', 'store_fenced']);
  expect(await store.log.readEntity(ALPHA, 0, 100)).toHaveLength(PER_COMMIT);
  await store.log.commit(nthCommit(2, claims));
  expect(await store.log.readEntity(BETA, 0, 100)).toHaveLength(2 * PER_COMMIT);
});

it('loses nothing that was acknowledged and keeps nothing torn when the owner is killed in a loop of commits', async () => {
  let acknowledged = 0;
  for (let round = 0; round < 8; round++) {
    const child = run('commit-forever');
    await expect.poll(() => child.lines.length, { timeout: 10_000, interval: 1 }).toBeGreaterThan(0);
    await sleep(Math.random() * 60);
    child.process.kill('SIGKILL');
    await child.ended;
    acknowledged = Math.max(acknowledged, ...child.lines.map(Number));

    // Another process, as after a crash: this one opens the file anew.
    await store.close();
    store = await openSqliteStore({ path, busyTimeoutMs: BUSY_MS });
    const alpha = await store.log.readShard(shardOf(ALPHA), 0, 1_000_000);
    const beta = await store.log.readEntity(BETA, 0, 1_000_000);
    const commits = alpha.length / PER_COMMIT;
    expect([acknowledged, acknowledged + 1]).toContain(commits);
    expect(beta).toHaveLength(alpha.length);
    for (const log of [alpha, beta]) {
      expect(log.every(({ sequence, position }, i) => sequence === i + 1 && position === i + 1)).toBe(true);
    }
    expect((await store.inbox.read('all', 10)).map(({ id }) => id)).toEqual([`message-${commits}`]);
    expect(await store.inbox.outcome(`answer-${commits}`)).toBeDefined();
    expect(await store.inbox.outcome(`answer-${commits + 1}`)).toBeUndefined();
    expect((await store.log.snapshot(ALPHA))?.state).toBe(String(commits));
    await store.inbox.post([message(ALPHA, `message-${commits - 1}`)]);
    expect(await store.inbox.read('all', 10)).toHaveLength(1);
  }
  expect(acknowledged).toBeGreaterThan(8);
  expect((await store.check()).problems).toEqual([]);
  const claims = await store.leases.claim(OWNER, Date.now() + 120_000, 60_000);
  expect(claims[0]?.epoch).toBe(9);
});
