/** A PostgreSQL of the benchmark's own: its defaults, fsync among them, in a folder of its own, on loopback, gone with it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Postgres {
  readonly url: string;
  /** `PostgreSQL 15.18`. */
  readonly version: string;
  stop(): Promise<void>;
}

/** Undefined where no server is installed. */
export function findPostgres(): string | undefined {
  // Debian has the server's programs in a folder for each version, and not on the path.
  return globSync('/usr/lib/postgresql/*/bin/postgres').toSorted().at(-1)?.slice(0, -'/postgres'.length);
}

/** @throws Error with what the server said, when it does not come up */
export async function startPostgres(bin: string): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'cantata-postgres-'));
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? idOf('nobody') : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  const files = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', files, '-U', 'bench', '-A', 'trust', '-E', 'UTF8'], {
    ...options,
    stdio: 'ignore',
  });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories='];
  const server = spawn(join(bin, 'postgres'), ['-D', files, ...settings.flatMap((each) => ['-c', each])], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    await stopped(server);
    await rm(folder, { recursive: true });
  };
  try {
    await ready(server);
  } catch (error) {
    await stop();
    throw error;
  }
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  return {
    url: `postgresql://bench@127.0.0.1:${port}/postgres`,
    version: `PostgreSQL ${/[\d.]+/.exec(version)?.[0] ?? ''}`,
    stop,
  };
}

function idOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (option: string): number =>
    Number(execFileSync('id', [option, name], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

/** Another process may take it before the server does; then that says so. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (more: Buffer) => {
      said += more.toString();
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`the server of PostgreSQL ended: ${said}`)));
  });
}

/** Its clients have gone; SIGINT ends those that have not. */
async function stopped(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGINT');
  await exit;
}
