// Each variable of the environment, by what it changes in what the command does; and the page that tells of them.
import { existsSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { JsonObject } from '@cantata/core';
import { STANDARD } from '@cantata/definition';
import type { Engine } from '@cantata/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '../src/assemble/engine.ts';
import { openStore } from '../src/assemble/store.ts';
import { configure } from '../src/configuration/environment.ts';
import { VARIABLES, type Variable, type VariableKey } from '../src/configuration/variables.ts';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { serviceChanges } from './service-changes.ts';
import { documentOf, single, threePhases, type Workflow } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

type Set = Readonly<Record<string, string>>;

const call = (args: readonly string[], variables: Set = {}): Promise<Result> =>
  cantata(args, { cwd: scratch.folder, variables });
const write = (document: object): string => scratch.file('own.yaml', JSON.stringify(document));

const workflowOf = (workflow: Workflow): JsonObject =>
  (JSON.parse(documentOf(workflow)) as { readonly workflow: JsonObject }).workflow;

/** One seat of two cores and 4 GB. */
const demanding = (): string =>
  write({
    ...{ name: 'big', version: '1', orchestration_pattern: 'custom', coordination: { type: 'graph_based' } },
    agents: { some: { type: 'worker', resources: { cpu: '2 cores', memory: '4GB' } } },
    tasks: [{ id: 'work', agent: 'some' }],
  });

/** An engine as the commands open it, whose agents never answer. */
async function withEngine(variables: Set, work: (engine: Engine) => Promise<unknown>): Promise<void> {
  const { environment } = configure(variables, scratch.folder);
  const store = await openStore(scratch.dataDir, environment);
  const agents = { where: 'the test', find: () => ({ perform: () => new Promise<never>(() => undefined) }) };
  const engine = await openEngine({ store, agents, environment, patterns: STANDARD, log: () => undefined });
  try {
    await work(engine);
  } finally {
    await engine.close();
    await store.close();
  }
}

/** What the service says where it listens. */
async function listening(variables: Set): Promise<string> {
  const service = begin(['serve', '--json'], { cwd: scratch.folder, variables });
  const { url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string };
  process.emit('SIGTERM');
  await service.ended;
  return url;
}

/** What a service is shown by a command that the environment sends there, one of each request. */
async function tokensShown(variables: Set): Promise<readonly (string | undefined)[]> {
  const shown: (string | undefined)[] = [];
  const service = createHttpServer(({ headers }, response) => {
    shown.push(headers.authorization);
    response.end('{"items":[],"next_cursor":null}');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  const { port } = service.address() as { readonly port: number };
  const { code } = await call(['list'], { CANTATA_SERVER: `http://127.0.0.1:${port}`, ...variables });
  expect(code).toBe(0);
  await new Promise((done) => service.close(done));
  return shown;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** By its key in the table, so that no variable is forgotten: how one sees that it counts. */
const CHANGES: Readonly<Record<VariableKey, () => Promise<void>>> = {
  async databaseFile() {
    const own = { DATABASE_URL: 'sqlite:own.db' };
    expect((await call(['run', scratch.workflow(single('worker'))], own)).code).toBe(0);
    expect(existsSync(join(scratch.folder, 'own.db'))).toBe(true);
    expect(existsSync(scratch.database)).toBe(false);
    expect((await call(['list'], own)).out).toContain('only_worker');
    expect((await call(['list'])).out).not.toContain('only_worker');
    const elsewhere = await call(['run', scratch.workflow(single('worker')), '--data', 'else'], own);
    expect(elsewhere.code).toBe(0);
    expect(existsSync(join(scratch.folder, 'else/cantata.db'))).toBe(true);
    const other = await call(['list'], { DATABASE_URL: 'postgresql://ann:hunter2@db:5432/cantata' });
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/^error config_invalid: DATABASE_URL .*sqlite:PATH or file:PATH/);
    expect(other.err).not.toContain('hunter2');
  },
  async server() {
    expect(await tokensShown({})).toEqual([undefined]);
  },
  async callerToken() {
    expect(await tokensShown({ CANTATA_TOKEN: 'mine' })).toEqual(['Bearer mine']);
  },
  async bus() {
    const refused = await call(['list'], { REDIS_STREAMS_URL: 'redis://redis:6379' });
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('REDIS_STREAMS_URL') as string });
  },
  async cluster() {
    const refused = await call(['list'], { KUBERNETES_CONFIG_PATH: '/kube.yaml' });
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('KUBERNETES_CONFIG_PATH') as string,
    });
  },
  async maxExecutions() {
    const one = { MAX_CONCURRENT_WORKFLOWS: '1' };
    const hanging = begin(['run', scratch.workflow(single('worker')), '--set', 'ms=600000'], {
      cwd: scratch.folder,
      variables: one,
    });
    await hanging.until(/step 1 of 4/);
    const other = scratch.workflow(threePhases('other'));
    expect((await call(['run', other], one)).err).toContain('error capacity_exhausted: ');
    await call(['cancel', 'last']);
    await hanging.ended;
    expect((await call(['run', other], one)).code).toBe(0);
  },
  async maxCpuMillis() {
    expect((await call(['run', demanding()], { CANTATA_MAX_CPU: '1' })).err).toContain(
      'error resources_insufficient: big does not fit what there is, even alone: it needs 2 cores',
    );
    expect((await call(['run', demanding()], { CANTATA_MAX_CPU: '2500m' })).code).toBe(0);
  },
  async maxMemoryBytes() {
    expect((await call(['run', demanding()], { CANTATA_MAX_MEMORY: '1GB' })).err).toContain(
      'error resources_insufficient: ',
    );
    expect((await call(['run', demanding()], { CANTATA_MAX_MEMORY: '8GB' })).code).toBe(0);
  },
  async allocationTimeoutMs() {
    const variables = { MAX_CONCURRENT_WORKFLOWS: '1', AGENT_ALLOCATION_TIMEOUT_SECONDS: '0.2' };
    await withEngine(variables, async (engine) => {
      const workflow = await engine.register(workflowOf(single('worker')));
      await engine.start({ workflow, input: null, by: 'ann' });
      const other = await engine.register(workflowOf(threePhases('other')));
      const waiting = engine.start({ workflow: other, input: null, by: 'ann', waits: true });
      await expect(waiting).rejects.toMatchObject({ code: 'allocation_timed_out' });
    });
  },
  async executionRetentionMs() {
    await call(['run', scratch.workflow(single('worker'))]);
    const listed = async (): Promise<string> => (await call(['list'])).out;
    await withEngine({ EXECUTION_RETENTION_DAYS: '0.00001' }, async () => {
      await expect.poll(listed, { timeout: 10_000 }).not.toContain('only_worker');
    });
  },
  async streamRetentionMs() {
    await call(['run', scratch.workflow(single('worker'))]);
    const from = (engine: Engine) =>
      engine.feed.subscribe({ filter: { tenant: 'default' }, after: 0, sink: () => undefined });
    await withEngine({ EVENT_RETENTION_HOURS: '0.000001' }, async (engine) => {
      await expect(from(engine)).rejects.toMatchObject({ code: 'cursor_too_old' });
    });
    await withEngine({}, async (engine) => (await from(engine)).close());
  },
  async workflowTimeoutMs() {
    const file = scratch.workflow(single('worker'));
    const short = await call(['run', file, '--set', 'ms=60000'], { WORKFLOW_TIMEOUT_HOURS: '0.00005' });
    expect(short).toMatchObject({ code: 1, out: expect.stringContaining('execution_timed_out') as string });
    expect((await call(['run', file])).code).toBe(0);
  },
  async checkpointIntervalMs() {
    const file = scratch.workflow(threePhases('slow'));
    const checkpoints = async (variables: Set): Promise<boolean> => {
      await call(['run', file, '--set', 'ms=200'], variables);
      return (await call(['events', 'last', '--json'])).out.includes('"workflow.checkpoint_created"');
    };
    expect(await checkpoints({ CHECKPOINT_INTERVAL_MINUTES: '0.001' })).toBe(true);
    expect(await checkpoints({})).toBe(false);
  },
  async breakerThreshold() {
    const file = write({
      ...{
        name: 'frail',
        version: '1',
        orchestration_pattern: 'custom',
        coordination: { type: 'graph_based' },
      },
      agents: { some: { type: 'thrower' } },
      tasks: [{ id: 'work', agent: 'some', retry_policy: { attempts: 3, backoff: 'none' } }],
      fault_tolerance: { circuit_breaker: { timeout_seconds: 0.2 } },
    });
    const opened = async (variables: Set): Promise<string> => {
      await call(['run', file], variables);
      return (await call(['agents'])).out;
    };
    expect(await opened({})).toMatch(/thrower +yes +closed, 3 failed in a row/);
    expect(await opened({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '4' })).toMatch(/thrower +yes +open/);
  },
  async compensationTimeoutMs() {
    const file = write({
      ...{
        name: 'trip',
        version: '1',
        orchestration_pattern: 'custom',
        coordination: { type: 'graph_based' },
      },
      agents: { clerk: { type: 'booker' }, post: { type: 'quitter' }, nobody: { type: 'hanger' } },
      tasks: [
        { id: 'book', agent: 'clerk', compensate: { agent: 'nobody' } },
        { id: 'send', agent: 'post', depends_on: ['book'] },
      ],
    });
    const { code, out } = await call(['run', file], { SAGA_COMPENSATION_TIMEOUT_SECONDS: '0.2' });
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('compensation_timed_out') });
  },
  async stallTimeoutMs() {
    const run = begin(['run', scratch.workflow(single('worker')), '--set', 'ms=600000'], {
      cwd: scratch.folder,
    });
    await run.until(/step 1 of 4/);
    const impatient = async (): Promise<string> =>
      (await call(['list'], { STALL_TIMEOUT_MINUTES: '0.0001' })).out;
    await expect.poll(impatient).toContain('stalled');
    expect((await call(['list'])).out).not.toContain('stalled');
    await call(['cancel', 'last']);
    await run.ended;
  },
  async listenHost() {
    expect(await listening({ HOST: '127.0.0.2', PORT: '0' })).toContain('//127.0.0.2:');
    expect(await listening({ PORT: '0' })).toContain('//127.0.0.1:');
  },
  async listenPort() {
    const port = await freePort();
    expect(await listening({ PORT: String(port) })).toBe(`http://127.0.0.1:${port}`);
  },
  async shutdownGraceMs() {
    const stopped = async (variables: Set): Promise<string> => {
      const service = begin(['serve', '--json'], {
        cwd: scratch.folder,
        variables: { PORT: '0', ...variables },
      });
      const { url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string };
      const post = (path: string, body: string): Promise<Response> =>
        fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await post('/api/v1/workflows', documentOf(single('worker')));
      await post('/api/v1/workflows/only_worker/execute', '{"input_data":{"ms":600}}');
      process.emit('SIGTERM');
      return (await service.ended).err;
    };
    expect(await stopped({ CANTATA_SHUTDOWN_GRACE_SECONDS: '0' })).toContain('1 attempt did not finish');
    await call(['resume', 'last']);
    const err = await stopped({});
    expect(err).toContain('stopping; 1 attempt may finish for 10 s');
    expect(err).not.toContain('did not finish');
  },
  ...serviceChanges(() => scratch.folder),
  async dataDir() {
    const own = { CANTATA_DATA: 'own' };
    await call(['run', scratch.workflow(single('worker'))], own);
    expect(existsSync(join(scratch.folder, 'own/cantata.db'))).toBe(true);
    expect((await call(['list'], own)).out).toContain('only_worker');
    expect(existsSync(scratch.database)).toBe(false);
  },
  async maxPages() {
    const file = scratch.workflow(single('worker'));
    const full = await call(['run', file], { CANTATA_MAX_PAGES: '20' });
    expect(full).toMatchObject({ code: 4, err: expect.stringContaining('store_full') as string });
  },
  async debug() {
    const wrong = ['run', 'none.yaml'];
    expect((await call(wrong, { CANTATA_DEBUG: '1' })).err).toMatch(/^ +at /m);
    expect((await call(wrong)).err).not.toMatch(/^ +at /m);
  },
  async isColourless() {
    const look = (variables: Set): Promise<Result> => call(['doctor'], { FORCE_COLOR: '1', ...variables });
    expect((await look({})).out).toContain('\u001b[');
    expect((await look({ NO_COLOR: '1' })).out).not.toContain('\u001b[');
  },
  async isColourful() {
    expect((await call(['doctor'], { FORCE_COLOR: '1' })).out).toContain('\u001b[');
    expect((await call(['doctor'], { FORCE_COLOR: '0' })).out).not.toContain('\u001b[');
  },
};

const keys = Object.keys(VARIABLES) as VariableKey[];

test.each(keys.map((key) => [VARIABLES[key].name, key] as const))('%s counts', async (_, key) => {
  await expect(CHANGES[key]()).resolves.toBeUndefined();
});

describe('the doctor', () => {
  test('tells what holds, where it came from, and no secret', async () => {
    const variables = { STALL_TIMEOUT_MINUTES: '2', DATABASE_URL: 'sqlite:secret.db', CANTATA_DATA: 'own' };
    const { out, code } = await call(['doctor'], variables);
    expect(code).toBe(0);
    expect(out).toMatch(/^STALL_TIMEOUT_MINUTES +2 minutes +environment$/m);
    expect(out).toMatch(/^WORKFLOW_TIMEOUT_HOURS +24 hours +default$/m);
    expect(out).toMatch(/^DATABASE_URL +set +environment$/m);
    expect(out).toMatch(/^CANTATA_DATA +\. +DATABASE_URL$/m);
    const held = async (args: readonly string[], set: Set): Promise<unknown> => {
      const { environment } = JSON.parse((await call(['doctor', '--json', ...args], set)).out) as {
        readonly environment: readonly { readonly name: string }[];
      };
      return environment.find(({ name }) => name === 'CANTATA_DATA');
    };
    expect(await held(['--data', 'x'], variables)).toMatchObject({ value: 'x', source: '--data' });
    expect(await held([], { CANTATA_DATA: 'own' })).toMatchObject({ value: 'own', source: 'environment' });
    expect(await held([], {})).toMatchObject({ value: '.cantata', source: 'the project' });
  });

  test('says what is wrong where all others refuse, and what nobody heeds', async () => {
    const { out, code } = await call(['doctor'], {
      PORT: 'x',
      CANTATA_DATTA: 'own',
      CANTATA_QUITE_ELSE: '1',
    });
    expect(code).toBe(2);
    expect(out).toMatch(/^fail {2}environment +PORT is "x"; it may be a whole number from 0 to 65535$/m);
    expect(out).toMatch(
      /^warn {2}environment +CANTATA_DATTA is no variable .*\n +Did you mean CANTATA_DATA\?$/m,
    );
    expect(out).toMatch(
      /^warn {2}environment +CANTATA_QUITE_ELSE is no variable of Cantata and changes nothing$/m,
    );
    const file = scratch.workflow(single('worker'));
    expect((await call(['validate', file], { PORT: 'x' })).code).toBe(0);
    expect((await call(['run', file], { PORT: 'x' })).code).toBe(2);
  });
});

test('docs/configuration.md has the table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
  const rows = Object.values(VARIABLES).map(
    ({ name, meaning, unit, adapter, unset, ...variable }: Variable) =>
      `| \`${name}\` | ${meaning}${adapter === undefined ? '' : `; refused until the ${adapter} adapter is there`} | ${
        variable.default === undefined
          ? unset
          : [`\`${unset}\``, ...(unit === undefined ? [] : [unit])].join(' ')
      } | ${adapter === undefined ? variable.allowed : 'nothing yet'} |`,
  );
  expect(page).toContain(
    ['| variable | what it means | default | allowed |', '|---|---|---|---|', ...rows].join('\n'),
  );
});
