import { DEFAULT_SETTINGS } from '@cantata/engine';
import { expect, test } from 'vitest';
import { configure, type Environment, requireSound, type Variables } from './environment.ts';
import { VARIABLES } from './variables.ts';

const CWD = '/home/ann';
const environmentOf = (variables: Variables): Environment => configure(variables, CWD).environment;
const refusalOf = (variables: Variables): { readonly message: string; readonly help: readonly string[] } => {
  try {
    requireSound(configure(variables, CWD));
  } catch (error) {
    return error as { message: string; help: readonly string[] };
  }
  return { message: 'nothing is wrong', help: [] };
};

test('an empty environment has defaults for everything, and those of the engine are the engine’s', () => {
  const found = environmentOf({});
  expect(found).toMatchObject({
    databaseFile: undefined,
    dataDir: undefined,
    debug: false,
    colours: 'on a terminal',
    dumbTerminal: false,
    plainSymbols: false,
    command: 'cantata',
    maxPages: undefined,
    listenHost: '127.0.0.1',
    listenPort: 8_002,
  });
  const { workflowTimeoutMs, compensationTimeoutMs, stallTimeoutMs, checkpointIntervalMs, breakerThreshold } =
    DEFAULT_SETTINGS;
  expect(found).toMatchObject({
    workflowTimeoutMs,
    compensationTimeoutMs,
    stallTimeoutMs,
    checkpointIntervalMs,
    breakerThreshold,
  });
});

test('what is set is read, with its unit, and what is set to nothing is not set', () => {
  const variables = {
    CANTATA_DATA: 'data',
    CANTATA_DEBUG: '1',
    CANTATA_MAX_PAGES: '100',
    WORKFLOW_TIMEOUT_HOURS: ' 0.5 ',
    SAGA_COMPENSATION_TIMEOUT_SECONDS: '90',
    STALL_TIMEOUT_MINUTES: '2',
    CHECKPOINT_INTERVAL_MINUTES: '',
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2',
    HOST: '::1',
    PORT: '0',
    npm_command: 'exec',
    TERM: 'linux',
    NO_COLOR: '0',
    FORCE_COLOR: '1',
  };
  expect(environmentOf(variables)).toMatchObject({
    dataDir: '/home/ann/data',
    debug: true,
    maxPages: 100,
    workflowTimeoutMs: 1_800_000,
    compensationTimeoutMs: 90_000,
    stallTimeoutMs: 120_000,
    checkpointIntervalMs: 300_000,
    breakerThreshold: 2,
    listenHost: '::1',
    listenPort: 0,
    command: 'npx cantata',
    plainSymbols: true,
    colours: 'never',
  });
  expect(refusalOf(variables).message).toBe('nothing is wrong');
});

test('colours are forced where nothing forbids them', () => {
  expect(environmentOf({ FORCE_COLOR: '1', NO_COLOR: '' }).colours).toBe('always');
});

test.each([
  ['sqlite:/data/a.db', '/data/a.db'],
  ['sqlite:///data/a%20b.db', '/data/a b.db'],
  ['file:///data/a.db', '/data/a.db'],
  ['file:here/a.db', '/home/ann/here/a.db'],
])('DATABASE_URL=%s is the file %s', (url, file) => {
  expect(environmentOf({ DATABASE_URL: url }).databaseFile).toBe(file);
});

test.each([
  'postgresql://ann:hunter2@db/cantata',
  'mysql://db',
  '/data/a.db',
  'sqlite:',
  'sqlite::memory:',
  'sqlite:a.db?mode=memory',
  'sqlite://db/a.db',
  'sqlite:///a%zz',
])('DATABASE_URL=%s is refused without being told to anybody', (url) => {
  const { message } = refusalOf({ DATABASE_URL: url });
  expect(message).toBe(
    'DATABASE_URL is set to what it cannot be; it may be sqlite:PATH or file:PATH: the adapters that this Cantata has',
  );
});

test.each([
  ['REDIS_STREAMS_URL', 'redis://:hunter2@cluster:6379', 'is set to what it cannot be'],
  ['KUBERNETES_CONFIG_PATH', '/app/kube.yaml', 'is "/app/kube.yaml"'],
])('%s is refused while its adapter is not there', (name, value, what) => {
  const { message } = refusalOf({ [name]: value });
  expect(message).toContain(`${name} ${what}; it may be nothing: this Cantata has no adapter for it yet`);
  expect(message).not.toContain('hunter2');
});

test.each([
  ['WORKFLOW_TIMEOUT_HOURS', 'soon', 'a number above 0 and at most 876000, of hours'],
  ['WORKFLOW_TIMEOUT_HOURS', '0', 'a number above 0'],
  ['WORKFLOW_TIMEOUT_HOURS', '-1', 'a number above 0'],
  ['WORKFLOW_TIMEOUT_HOURS', '1e999', 'a number above 0'],
  ['WORKFLOW_TIMEOUT_HOURS', '876001', 'a number above 0'],
  ['CIRCUIT_BREAKER_FAILURE_THRESHOLD', '1.5', 'a whole number from 1 to 1000000, of failures'],
  ['PORT', '65536', 'a whole number from 0 to 65535'],
  ['CANTATA_MAX_PAGES', '0', 'a whole number from 1'],
  ['CANTATA_SERVER', 'cantata.example', 'an address that begins with http:// or https://'],
  ['CANTATA_DEBUG', 'banana', '1 or 0'],
])('%s=%s is refused with what is allowed', (name, value, allowed) => {
  expect(refusalOf({ [name]: value }).message).toContain(`${name} is "${value}"; it may be ${allowed}`);
  expect(configure({ [name]: value }, CWD).environment).toEqual(environmentOf({}));
});

test('blanks are nothing, wherever they stand', () => {
  const blank = Object.fromEntries(Object.values(VARIABLES).map(({ name }) => [name, ' \n']));
  expect(configure(blank, CWD).environment).toEqual(environmentOf({}));
});

test('a password in an address is told to nobody', () => {
  const { message } = refusalOf({ CANTATA_SERVER: 'https://ada:hunter2@cantata.example' });
  expect(message).toBe(
    'CANTATA_SERVER is set to what it cannot be; it may be an address that begins with http:// or https://, and has no password in it',
  );
  const { configured } = configure({ CANTATA_JWT_ISSUER: 'https://ada:hunter2@issuer.example' }, CWD);
  expect(JSON.stringify(configured.map(({ shown }) => shown))).not.toContain('hunter2');
});

test('everything that is wrong is told at once', () => {
  const { message, help } = refusalOf({ PORT: 'x', STALL_TIMEOUT_MINUTES: 'y', CANTATA_DEBUG: '1' });
  expect(message).toBe('2 variables of the environment are wrong');
  expect(help).toHaveLength(3);
  expect(help.join(' ')).toMatch(/STALL_TIMEOUT_MINUTES is "y".*PORT is "x"/);
});

test.each([
  [{ LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8@euro' }, false],
  [{ LANG: 'de_DE', LC_ALL: '' }, false],
])('of a terminal with %j, plain symbols are %s', (variables, plain) => {
  expect(environmentOf(variables).plainSymbols).toBe(plain);
});
