// A sub-workflow that its parent gave up is stopped and undone before the command ends: nobody else would do it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const write = (name: string, tasks: readonly object[]): string =>
  scratch.file(
    `${name}.yaml`,
    JSON.stringify({
      name,
      version: '1',
      orchestration_pattern: 'custom',
      agents: { office: { type: 'booker' }, hands: { type: 'worker' } },
      tasks,
      coordination: { type: 'graph_based' },
    }),
  );

test('a sub-workflow that timed out is undone by the command that ran its parent', async () => {
  const inner = write('inner', [
    { id: 'book', agent: 'office', compensate: { agent: 'office' } },
    { id: 'work', agent: 'hands', depends_on: ['book'] },
  ]);
  const outer = write('outer', [
    { id: 'sub', workflow: 'inner', input: { ms: 600_000 }, timeout: '1s', on_failure: 'continue' },
  ]);
  await call('run', inner);
  const { code, err } = await call('run', outer);
  expect(code).toBe(0);
  expect(err).toMatch(/execution [0-9a-f-]+ is still being stopped or undone; waiting for that/);
  const rows = JSON.parse((await call('list', '--json')).out) as { name: string; status: string }[];
  // Parent and child may have begun in the same millisecond.
  expect(rows.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual([
    'inner compensated',
    'inner completed',
    'outer completed',
  ]);
});

test('the last execution is the one that somebody started, and not a part of it', async () => {
  const inner = write('inner', [{ id: 'work', agent: 'hands' }]);
  const outer = write('outer', [
    { id: 'first', workflow: 'inner' },
    { id: 'second', workflow: 'inner', depends_on: ['first'] },
  ]);
  await call('run', inner);
  await call('run', outer);
  expect(JSON.parse((await call('list', '--json')).out)).toMatchObject([{ name: 'inner' }, {}, {}, {}]);
  expect(JSON.parse((await call('status', 'last', '--json')).out)).toMatchObject({ name: 'outer' });
});
