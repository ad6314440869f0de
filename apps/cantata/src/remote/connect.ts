/** Whether a command is about a server, and which one: `--server`, CANTATA_SERVER, or the context in use. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Client, createClient } from '@cantata/sdk/client';
import { usage } from '../failure.ts';
import type { CommonOptions, Host } from '../host.ts';
import { clean } from '../render/text.ts';
import { readContexts } from './contexts.ts';

export interface Remote {
  readonly client: Client;
  readonly server: string;
}

interface Address {
  readonly server: string;
  readonly tokenFile?: string | undefined;
  readonly token?: string | undefined;
}

/** Undefined: the data of this machine. Who names those means them. @throws Failure for what is no address. */
export function connect(host: Host, options: CommonOptions): Remote | undefined {
  const address = addressOf(host, options);
  if (address === undefined) return undefined;
  const { server, token, tokenFile } = address;
  requireAddress(server);
  if (tokenFile !== undefined || token !== undefined) warnInClear(host, server);
  const credentials = tokenFile === undefined ? { token } : { tokenFrom: () => tokenIn(tokenFile) };
  return { client: createClient({ server, ...credentials }), server };
}

const warned = new WeakSet<Host>();
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Once a command: whoever reads along on the way could do whatever the token allows. */
function warnInClear(host: Host, server: string): void {
  const { protocol, hostname, origin } = new URL(server);
  if (protocol !== 'http:' || LOOPBACK.test(hostname) || warned.has(host)) return;
  warned.add(host);
  const { err } = host;
  err.line(
    err.paint.yellow(
      `warn: the token is sent to ${clean(origin)} in clear text; https:// would keep it to itself`,
    ),
  );
}

/** @throws Failure. */
export function requireAddress(server: string): void {
  try {
    createClient({ server });
  } catch (error) {
    throw usage(`${server} is no address of a server: ${(error as Error).message}`);
  }
}

function addressOf(
  { environment, cwd }: Host,
  { server, tokenFile, data }: CommonOptions,
): Address | undefined {
  const named = tokenFile === undefined ? undefined : resolve(cwd, tokenFile);
  const own = { tokenFile: named, token: environment.callerToken };
  if (server !== undefined) {
    if (data !== undefined) throw usage('--server or --data, not both');
    return { server, ...own };
  }
  if (data !== undefined) return undefined;
  if (environment.server !== undefined) return { server: environment.server, ...own };
  if (environment.dataDir !== undefined || environment.databaseFile !== undefined) return undefined;
  const { current, contexts } = readContexts(environment.settingsFolder);
  const context = current === undefined ? undefined : contexts[current];
  if (context === undefined) return undefined;
  // The token of a context goes to its server, and to no other.
  return {
    server: context.server,
    tokenFile: named ?? (environment.callerToken === undefined ? context.token_file : undefined),
    token: environment.callerToken ?? context.token,
  };
}

/** Read for each request: it may be renewed. @throws Failure. */
function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw usage(`the token cannot be read: ${(error as Error).message}`);
  }
}
