import { readFileSync } from 'node:fs';
import { ERROR_CODES, type ErrorCode } from '@cantata/core';
import { expect, test } from 'vitest';
import { EXIT, exitOf, exitOfRun } from './exit.ts';

test('the page shows the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, name]) => [name, Number(code)]);
  expect(Object.fromEntries(rows)).toEqual(EXIT);
});

test('every code of the system has an exit code, and no error ends with 0', () => {
  for (const code of Object.keys(ERROR_CODES))
    expect([code, exitOf(code as ErrorCode)]).not.toEqual([code, expect.toBeOneOf([0, undefined])]);
});

test('a run exits by its end, and by its being parked', () => {
  const exits = ['completed', 'failed', 'cancelled'].map((status) => exitOfRun({ status, parked: false }));
  expect(exits).toEqual([0, 1, 3]);
  expect(exitOfRun({ status: 'running', parked: true })).toBe(4);
  expect(exitOfRun({ status: 'cancelled', parked: true })).toBe(3);
});
