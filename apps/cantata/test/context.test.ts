// Servers that have a name, and what is kept of them.

import { statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
let service: Server;
let url: string;
let shown: (string | undefined)[];

beforeEach(async () => {
  scratch = createScratch();
  shown = [];
  service = createServer(({ headers }, response) => {
    shown.push(headers.authorization);
    response.end('{"items":[],"next_cursor":null}');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((done) => service.close(done));
  scratch.remove();
});

function call(...args: readonly string[]): Promise<Result> {
  return cantata(args, { cwd: scratch.folder, variables: { XDG_CONFIG_HOME: scratch.folder } });
}

test('commands are about the server of the context in use, with its token, unless something else is named', async () => {
  writeFileSync(join(scratch.folder, 'token'), 'secret\n');
  expect(await call('context', 'add', 'near', '--server', url, '--token-file', 'token')).toMatchObject({
    code: 0,
  });
  expect((await call('list')).code).toBe(0);
  expect(shown).toEqual([]);
  expect((await call('context', 'use', 'near')).out).toBe('in use  near\n');
  expect((await call('list')).code).toBe(0);
  expect(shown).toEqual(['Bearer secret']);
  await call('list', '--data', 'data');
  expect(shown).toHaveLength(1);
  await call('list', '--server', url);
  expect(shown).toEqual(['Bearer secret', undefined]);
  await call('context', 'use', '--none');
  await call('list');
  expect(shown).toHaveLength(2);
});

test('a token that goes to another machine in clear text is warned of, once', async () => {
  const variables = { CANTATA_TOKEN: 'secret' };
  const list = async (server: string, given: Readonly<Record<string, string>>): Promise<string> =>
    (await cantata(['resume', '--all', '--server', server], { cwd: scratch.folder, variables: given })).err;
  // All addresses of this machine, of which not all are its own alone.
  const { port } = new URL(url);
  const far = `http://0.0.0.0:${port}`;
  expect(await list(far, variables)).toBe(
    `warn: the token is sent to ${far} in clear text; https:// would keep it to itself\n`,
  );
  expect(shown).toContain('Bearer secret');
  expect(await list(far, {})).toBe('');
  expect(await list(url, variables)).toBe('');
  expect(await list(`http://localhost:${port}`, variables)).not.toContain('warn');
});

test('contexts are listed without their tokens, in a file that nobody else reads, until they are removed', async () => {
  await call('context', 'add', 'near', '--server', url);
  await call('context', 'use', 'near');
  expect(JSON.parse((await call('context', 'list', '--json')).out)).toEqual([
    { name: 'near', server: url, token: null, current: true },
  ]);
  expect((await call('context', 'list')).out).toContain(`near  ${url}`);
  expect(statSync(join(scratch.folder, 'cantata/contexts.json')).mode & 0o777).toBe(0o600);
  expect((await call('context', 'remove', 'near')).code).toBe(0);
  expect((await call('context', 'list')).out).toBe('There are no contexts.\n');
});

test('what is no context is told', async () => {
  expect((await call('context', 'use', 'far')).err).toContain('there is no context far');
  expect((await call('context', 'use')).err).toContain('a name, or --none');
  expect((await call('context', 'add', 'far')).err).toContain('cantata context add far --server URL');
  expect((await call('context', 'add', 'a b', '--server', url)).err).toContain('a name has letters');
  expect((await call('context', 'add', 'far', '--server', 'ftp://x')).err).toContain(
    'no address of a server',
  );
  expect(
    (await call('context', 'add', 'far', '--server', url, '--token-file', 'x', '--token-stdin')).err,
  ).toContain('not both');
  await call('context', 'add', 'near', '--server', url);
  expect((await call('context', 'remove', 'far')).err).toContain('There is near.');
  writeFileSync(join(scratch.folder, 'cantata/contexts.json'), '{');
  expect(await call('list')).toMatchObject({
    code: 2,
    err: expect.stringContaining('contexts.json') as string,
  });
  writeFileSync(join(scratch.folder, 'cantata/contexts.json'), '[]');
  expect((await call('list')).err).toContain('holds no contexts');
});
