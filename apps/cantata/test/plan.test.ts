// `cantata plan` in a project that has executed something: where its durations come from.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { threePhases } from './workflows.ts';

let scratch: Scratch;
let file: string;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

beforeEach(() => {
  scratch = createScratch();
  file = scratch.workflow(threePhases('right'));
});
afterEach(() => scratch.remove());

interface Totals {
  readonly duration_ms: number;
  readonly estimates: object;
}

async function totals(): Promise<Totals> {
  const { out } = await call('plan', file, '--json');
  return (JSON.parse(out) as { readonly totals: Totals }).totals;
}

test('a plan guesses until there was a run, and then knows what runs took', async () => {
  expect(await totals()).toMatchObject({ duration_ms: 30_000, estimates: { guess: 3, history: 0 } });
  expect(await call('run', file)).toMatchObject({ code: 0 });
  const informed = await totals();
  expect(informed).toMatchObject({ estimates: { guess: 0, history: 3 } });
  expect(informed.duration_ms).toBeLessThan(30_000);
});

test('a plan can be seen where the data cannot be read', async () => {
  mkdirSync(join(scratch.folder, '.cantata'));
  writeFileSync(join(scratch.folder, '.cantata', 'cantata.db'), 'no database '.repeat(1_000));
  const { code, out, err } = await call('plan', file);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('critical path') });
  expect(err).toMatch(/^warn: store_corrupt: .*; durations are guessed\n$/);
});
