import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

test('an empty environment has defaults for everything', () => {
  expect(readEnvironment({})).toEqual({
    dataDir: undefined,
    debug: false,
    colours: 'on a terminal',
    dumbTerminal: false,
    plainSymbols: false,
    command: 'cantata',
    maxPages: undefined,
    workflowTimeoutMs: undefined,
    compensationTimeoutMs: undefined,
    stallTimeoutMs: undefined,
    checkpointIntervalMs: undefined,
  });
});

test('what is set is read, with its unit', () => {
  expect(
    readEnvironment({
      CANTATA_DATA: '/data',
      CANTATA_DEBUG: '1',
      CANTATA_MAX_PAGES: '100',
      WORKFLOW_TIMEOUT_HOURS: '0.5',
      SAGA_COMPENSATION_TIMEOUT_SECONDS: '90',
      STALL_TIMEOUT_MINUTES: '2',
      CHECKPOINT_INTERVAL_MINUTES: '5',
      npm_command: 'exec',
      TERM: 'linux',
      NO_COLOR: '0',
      FORCE_COLOR: '1',
    }),
  ).toMatchObject({
    dataDir: '/data',
    debug: true,
    maxPages: 100,
    workflowTimeoutMs: 1_800_000,
    compensationTimeoutMs: 90_000,
    stallTimeoutMs: 120_000,
    checkpointIntervalMs: 300_000,
    command: 'npx cantata',
    plainSymbols: true,
    colours: 'never',
  });
});

test('colours are forced where nothing forbids them', () => {
  expect(readEnvironment({ FORCE_COLOR: '1', NO_COLOR: '' }).colours).toBe('always');
});

test.each(['soon', '0', '-1'])('WORKFLOW_TIMEOUT_HOURS=%s is refused', (hours) => {
  expect(() => readEnvironment({ WORKFLOW_TIMEOUT_HOURS: hours })).toThrow(
    `WORKFLOW_TIMEOUT_HOURS is "${hours}", which is not a number above 0`,
  );
});

test.each([
  [{ LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8@euro' }, false],
  [{ LANG: 'de_DE', LC_ALL: '' }, false],
])('of a terminal with %j, plain symbols are %s', (variables, plain) => {
  expect(readEnvironment(variables).plainSymbols).toBe(plain);
});
