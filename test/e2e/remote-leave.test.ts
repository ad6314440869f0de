// Whoever leaves a run at a service leaves it running there, and is told how to come back.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single } from '../../apps/cantata/test/workflows.ts';
import { jsonLines, type Running, run, start } from './process.ts';

let scratch: Scratch;
let service: Running;
let url: string;

beforeEach(async () => {
  scratch = createScratch();
  service = start(['serve', '--port', '0', '--json'], { cwd: scratch.folder });
  await service.until(/"url"/);
  url = (jsonLines(service.text())[0] as { readonly url: string }).url;
});
afterEach(() => {
  service.child.kill('SIGKILL');
  scratch.remove();
});

async function leaves(...options: readonly string[]): Promise<Awaited<Running['ended']>> {
  const file = scratch.workflow({ ...single('worker'), max_concurrent_executions: 2 });
  const args = ['run', file, '--set', 'ms=60000', '--server', url, ...options];
  const running = start(args, { cwd: scratch.folder });
  await running.until(/assigned/);
  running.child.kill('SIGINT');
  return running.ended;
}

test('who leaves is told that it goes on, and how to end it', async () => {
  const { code, err } = await leaves();
  const [id = ''] = /[\da-f-]{36}/.exec(err) ?? [];
  const words = [
    '',
    'left; the run goes on at the server',
    `  cantata watch ${id} --server ${url}   shows it again`,
    `  cantata cancel ${id} --server ${url}   ends it`,
  ];
  expect({ code, err }).toEqual({ code: 130, err: `${words.join('\n')}\n` });
  const open = await run(['list', '--open', '--json', '--server', url], { cwd: scratch.folder });
  expect(open.out).toContain(id);
});

test('programs are told as well', async () => {
  const { code, out } = await leaves('--json');
  expect(code).toBe(130);
  expect(jsonLines(out).at(-1)).toMatchObject({
    result: { status: 'interrupted', driven_elsewhere: true, exit_code: 130 },
  });
});
