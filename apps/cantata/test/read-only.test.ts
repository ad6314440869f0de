// Data that this user may only read: whoever looks sees it, whoever wants to change something is told.
import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => {
  chmodSync(scratch.dataDir, 0o755);
  scratch.remove();
});

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

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

test('is shown by every command that only looks', async () => {
  await call('run', scratch.workflow(single('worker')));
  chmodSync(scratch.folder, 0o755);
  chmodSync(scratch.database, 0o444);
  chmodSync(scratch.dataDir, 0o555);
  await asNobody(async () => {
    expect((await call('list')).out).toMatch(/ only_worker +1\.0 +completed /);
    expect((await call('status', 'last')).out).toMatch(/^only_worker 1\.0 .* completed /);
    expect((await call('why', 'last')).out).toMatch(/^It is completed/);
    expect((await call('events', 'last', '--json')).out).toContain('"workflow.completed"');
    expect((await call('doctor')).out).toMatch(
      /^warn {2}database .*, sound, cannot be written by this user\n +Looking works; running needs write permission/m,
    );
    for (const changing of [
      ['cancel', 'last'],
      ['pause', 'last'],
      ['run', 'only_worker.yaml'],
    ]) {
      expect(await call(...changing)).toMatchObject({
        code: 4,
        err: expect.stringContaining('error store_unavailable: '),
      });
    }
  });
});
