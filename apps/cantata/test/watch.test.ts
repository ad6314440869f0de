// `cantata validate --watch` inside this process; with a process of its own it is in test/e2e.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, type Call } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

async function ends(call: Call): Promise<{ readonly code: number; readonly out: string }> {
  process.emit('SIGINT', 'SIGINT');
  return call.ended;
}

test('says it again when the file is changed, replaced, removed and there again', async () => {
  const file = scratch.workflow(single('worker'));
  const other = scratch.workflow({ ...single('worker'), name: 'other' });
  const call = begin(['validate', '--watch', file, '--json'], { cwd: scratch.folder });
  await call.until(/"valid":true/);
  const broken = { ...single('worker'), version: 1 } as unknown as ReturnType<typeof single>;
  scratch.workflow(broken);
  await call.until(/"valid":false/);
  rmSync(join(scratch.folder, file));
  await call.until(/"valid":true[^]*"valid":false[^]*"valid":false/);
  renameSync(join(scratch.folder, other), join(scratch.folder, file));
  await call.until(/"valid":true[^]*"valid":false[^]*"valid":false[^]*"valid":true/);
  const { code, out } = await ends(call);
  expect(code).toBe(0);
  for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('at');
});

test('ends with the code of what was found last, and tells people when', async () => {
  const file = scratch.file('broken.yaml', 'name: "broken');
  const call = begin(['validate', '--watch', file], { cwd: scratch.folder });
  await call.until(/invalid {2}/);
  const { code, out } = await ends(call);
  expect(code).toBe(2);
  expect(out).toMatch(/^\d{4}-\d\d-\d\d.*\n/);
});
