// A service that is told to stop, as a container runtime does it.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { documentOf, threePhases } from '../../apps/cantata/test/workflows.ts';
import { jsonLines, type Running, run, start } from './process.ts';

let scratch: Scratch;
let cwd: string;
let service: Running;
let url: string;

beforeEach(async () => {
  scratch = createScratch();
  cwd = scratch.folder;
  service = start(['serve', '--port', '0', '--json'], { cwd, env: { CANTATA_SHUTDOWN_GRACE_SECONDS: '20' } });
  await service.until(/"url"/);
  url = (jsonLines(service.text())[0] as { readonly url: string }).url;
});
afterEach(() => {
  service.child.kill('SIGKILL');
  scratch.remove();
});

async function post(path: string, body: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    ...((await answer.json()) as object),
  };
}

/** Three phases, the first of which takes so long. */
async function begun(ms: number): Promise<string> {
  await post('/api/v1/workflows', documentOf(threePhases('long')));
  const { execution_id: id } = await post(
    '/api/v1/workflows/long/execute',
    JSON.stringify({ input_data: { ms } }),
  );
  return id as string;
}

test('SIGTERM: new work is refused, the attempt that runs finishes, a checkpoint is written, and the exit is 0', async () => {
  const id = await begun(2_500);
  service.child.kill('SIGTERM');
  await service.until(/stopping; 1 attempt may finish for 20 s/);
  expect(await post('/api/v1/workflows/long/execute', '{}')).toMatchObject({
    status: 503,
    retryAfter: '1',
    code: 'engine_closed',
  });
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  const { code, err } = await service.ended;
  expect(code).toBe(0);
  expect(err).not.toContain('did not finish');

  const events = jsonLines((await run(['events', id, '--json'], { cwd })).out);
  expect(events.filter(({ event }) => event === 'task.completed')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ event: 'workflow.checkpoint_created', cause: 'interrupt' });
  const resumed = await run(['resume', id, '--json'], { cwd });
  expect(resumed.code).toBe(0);
  expect(resumed.out).not.toContain('agent.lost');
});

test('a second signal leaves at once, and what ran is handed out again', async () => {
  const id = await begun(60_000);
  service.child.kill('SIGTERM');
  await service.until(/stopping; 1 attempt/);
  await sleep(300);
  service.child.kill('SIGTERM');
  expect((await service.ended).code).toBe(130);
  const resumed = start(['resume', id], { cwd });
  await resumed.until(/lost +begin/);
  resumed.child.kill('SIGKILL');
  await resumed.ended;
});
