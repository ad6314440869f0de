// The owner of the data changes while a run is followed: it leaves, or somebody takes the data away.

import { hostname } from 'node:os';
import type { AgentDirectory } from '@cantata/core';
import { STANDARD } from '@cantata/definition';
import { createSystemClock, type Engine } from '@cantata/engine';
import { openSqliteStore, type SqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOBODY } from '../src/assemble/directories.ts';
import { openEngine } from '../src/assemble/engine.ts';
import { configure } from '../src/configuration/environment.ts';
import { begin, cantata } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single, threePhases } from './workflows.ts';

let scratch: Scratch;
let store: SqliteStore;
beforeEach(async () => {
  scratch = createScratch();
  await cantata(['run', scratch.workflow(single('worker'))], { cwd: scratch.folder });
  store = await openSqliteStore({ path: scratch.database });
});
afterEach(async () => {
  await store.close();
  scratch.remove();
});

const own = (agents: AgentDirectory): Promise<Engine> =>
  openEngine({
    store,
    agents,
    patterns: STANDARD,
    log: () => undefined,
    environment: configure({}, scratch.folder).environment,
  });

test('a run that was handed over is taken over when its driver leaves', async () => {
  const owner = await own(NOBODY);
  const run = begin(['run', scratch.workflow(threePhases('handed'))], { cwd: scratch.folder });
  await run.until(/assigned/);
  await owner.close();
  const { code, out, err } = await run.ended;
  expect(code).toBe(0);
  expect(err).toContain('this one follows, and takes over if that one ends');
  expect(err).toContain('the process that drove the run ended; this one goes on with it');
  expect(out).toMatch(/lost +begin at lead/);
});

test('a run whose data somebody else took is followed there, and taken back', async () => {
  const run = begin(['run', scratch.workflow(threePhases('taken')), '--set', 'ms=800'], {
    cwd: scratch.folder,
  });
  await run.until(/assigned/);
  const holders = (await store.leases.holders()).map(({ owner }) => owner.id);
  const thief = { id: createSystemClock().id(), host: hostname(), pid: process.pid };
  await store.leases.claim(thief, Date.now(), 60_000, holders);
  await run.until(/another process took the run over; following it/);
  await store.leases.release(thief.id);
  const { code, err } = await run.ended;
  expect(code).toBe(0);
  expect(err).toContain('this one goes on with it');
}, 30_000);

test('what the owner has no agents for is not handed over to it', async () => {
  const owner = createScratch();
  owner.file(
    'cantata.config.ts',
    `import all from ${JSON.stringify(`${scratch.folder}/cantata.config.ts`)};\nexport default { agents: { worker: all.agents.worker } };\n`,
  );
  const args = ['run', owner.workflow(threePhases('own')), '--set', 'ms=4000', '--data', scratch.dataDir];
  const run = begin(args, { cwd: owner.folder });
  await run.until(/assigned/);
  const refused = await cantata(['run', scratch.workflow(single('quitter'))], { cwd: scratch.folder });
  expect(refused).toMatchObject({
    code: 5,
    err: expect.stringMatching(
      /error agent_type_unbound: process \d+ owns the data, and the cantata\.config\.ts it loaded binds no agent to quitter\n {2}Wait until it ends, or keep this run apart: --data DIR\./,
    ),
  });
  const shared = await cantata(['run', scratch.workflow({ ...single('worker'), name: 'shared' })], {
    cwd: scratch.folder,
  });
  expect(shared.code).toBe(0);
  process.emit('SIGINT');
  expect((await run.ended).code).toBe(130);
  owner.remove();
});
