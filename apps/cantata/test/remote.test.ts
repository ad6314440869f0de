// Commands about a service print what they print about the data it serves.
import { createClient } from '@cantata/sdk/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { begin, type Call, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single, threePhases } from './workflows.ts';

let scratch: Scratch;
let service: Call;
let url: string;

function here(...args: readonly string[]): Promise<Result> {
  return cantata(args, { cwd: scratch.folder, variables: {} });
}

function there(...args: readonly string[]): Promise<Result> {
  return here(...args, '--server', url);
}

beforeAll(async () => {
  scratch = createScratch();
  await here('run', scratch.workflow(threePhases('phases')));
  await here('run', scratch.workflow(single('worker')));
  service = begin(['serve', '--port', '0', '--json'], { cwd: scratch.folder, variables: {} });
  ({ url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string });
});
afterAll(async () => {
  process.emit('SIGTERM');
  await service.ended;
  scratch.remove();
});

test.each([
  [['list']],
  [['list', '--json']],
  [['list', '--workflow', 'phases']],
  [['list', '--open']],
  [['status', 'last']],
  [['status', 'last', '--json']],
  [['status', 'last', '--output']],
  [['why', 'last']],
  [['why', 'last', '--json']],
  [['events', 'last']],
  [['events', 'last', '--json']],
  [['events', 'last', '--after', '3']],
  [['patterns', 'stats']],
  [['schedule', 'list']],
  [['status', 'abcdef0']],
  [['list', '--workflow', 'nothing']],
  [['watch', 'last']],
  [['watch', 'last', '--json']],
  [['watch', 'last', '--quiet']],
  [['pause', 'last']],
  [['cancel', 'last']],
  [['signal', 'last', 'paid']],
  [['task', 'complete', 'last', 'work']],
  [['approve', 'last', 'work']],
  [['compensation', 'retry', 'last']],
  [['delete', 'last']],
  [['cancel', '--all']],
  [['resume', 'last']],
])('%j prints the same about a service as about its data', async (args) => {
  const [local, remote] = [await here(...args), await there(...args)];
  expect(same(remote)).toEqual(same(local));
});

/** Starts one that works until it is stopped. */
async function started(): Promise<string> {
  const { execution_id: id } = await createClient({ server: url }).workflows.execute('only_worker', {
    input_data: { ms: 600_000 },
  });
  return id;
}

test('what is told to a service happens there, and is shown as it is here', async () => {
  const id = await started();
  const paused = await there('pause', id, '--reason', 'lunch');
  expect(paused).toMatchObject({ code: 0, out: expect.stringContaining('paused  only_worker') as string });
  expect(paused.out).toContain(`--server ${url}`);
  expect((await here('status', id)).out).toContain('paused');
  const why = await here('why', id);
  expect(same(await there('why', id))).toEqual(same(why));
  const resumed = begin(['resume', id, '--server', url], { cwd: scratch.folder, variables: {} });
  await resumed.until(/resumed/);
  expect((await there('list', '--open')).out).toContain('running');
  expect(await there('task', 'fail', id, 'work')).toMatchObject({ code: 0 });
  const followed = await there('events', id, '--follow');
  expect(followed).toMatchObject({ code: 0, out: expect.stringContaining('failed') as string });
  expect(await resumed.ended).toMatchObject({ code: 1 });
  const again = begin(['retry', id, '--server', url], { cwd: scratch.folder, variables: {} });
  await again.until(/reopened/);
  expect((await there('cancel', '--all', '--yes')).out).toContain('cancelled  1 execution of only_worker');
  expect(await again.ended).toMatchObject({ code: 3 });
  expect((await there('delete', id, '--yes')).out).toContain('deleted  only_worker');
  expect(await there('status', id)).toMatchObject({ code: 2 });
});

test('a file is run at a service, to its end, with the output and the exit code it has here', async () => {
  const file = scratch.workflow({ ...threePhases('remote'), version: '2.0' });
  const { code, out } = await there('run', file, '--quiet');
  const last = await here('status', 'last', '--output');
  expect({ code, out }).toEqual({ code: 0, out: last.out });
  expect((await there('run', file)).out).toContain('completed');
  const failing = scratch.workflow({ ...single('worker'), name: 'bad' });
  expect((await there('run', failing, '--set', 'ms=600000', '--timeout', '1s')).code).toBe(1);
});

test('a task is done by hand, and an execution forked, at a service', async () => {
  const id = await started();
  expect((await there('task', 'complete', id, 'work', '--output', '{"by": "hand"}')).out).toContain(
    'completed  work',
  );
  expect((await there('status', id, '--output')).out).toContain('hand');
  const fork = begin(['fork', id, '--from', 'work', '--server', url], { cwd: scratch.folder, variables: {} });
  const forked = /as (\S+)\n/.exec(await fork.until(/start .* as \S+\n/))?.[1] ?? '';
  expect(forked).not.toBe(id);
  await fork.until(/assigned/);
  expect((await there('task', 'fail', forked, 'work', '--reason', 'enough')).code).toBe(0);
  expect(await fork.ended).toMatchObject({ code: 1, out: expect.stringContaining('failed') as string });
  expect(same(await there('events', forked))).toEqual(same(await here('events', forked)));
});

test('what is only done here says so, and what is no service is told', async () => {
  expect(await there('format', 'phases.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('`cantata format` works with what is here') as string,
  });
  expect((await here('list', '--server', 'nowhere')).err).toContain('nowhere is no address of a server');
  expect((await there('list', '--data', 'x')).err).toContain('--server or --data, not both');
  expect((await there('list', '--token-file', 'none')).err).toContain('the token cannot be read');
});

/** Command lines for people name the server; and how long ago something was goes on. */
function same({ code, out, err }: Result): Result {
  const plain = (text: string): string =>
    text
      .replace(/^process \d+ owns the data and drives.*\n/, '')
      .replaceAll(` --server ${url}`, '')
      .replaceAll(/\d+(\.\d+)?( ?m?s|%) ago/g, 'ago');
  return { code, out: plain(out), err: plain(err) };
}
