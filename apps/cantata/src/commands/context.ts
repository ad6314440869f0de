/** `cantata context add|use|list|remove`: servers that have a name, and which of them commands are about. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { listing } from '@cantata/core';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { requireAddress } from '../remote/connect.ts';
import { type Context, type Contexts, readContexts, writeContexts } from '../remote/contexts.ts';
import { tableLines } from '../render/table.ts';
import { clean } from '../render/text.ts';

export interface AddOptions extends CommonOptions {
  readonly tokenStdin?: boolean;
}

export interface UseOptions extends CommonOptions {
  readonly none?: boolean;
}

export function add(host: Host, name: string, options: AddOptions): ExitCode {
  const { server, tokenFile, tokenStdin } = options;
  if (!/^[\w.-]{1,64}$/.test(name)) throw usage('a name has letters, digits, dots, dashes and underscores');
  if (server === undefined) throw usage(`where is it? cantata context add ${name} --server URL`);
  if (tokenFile !== undefined && tokenStdin === true) throw usage('--token-file or --token-stdin, not both');
  requireAddress(server);
  const file = tokenFile === undefined ? undefined : resolve(host.cwd, tokenFile);
  const context: Context = {
    server,
    ...(file === undefined ? {} : { token_file: file }),
    ...(tokenStdin === true ? { token: readFileSync(0, 'utf8').trim() } : {}),
  };
  change(host, (known) => ({ ...known, contexts: { ...known.contexts, [name]: context } }));
  return say(host, options, 'added', name);
}

export function use(host: Host, name: string | undefined, options: UseOptions): ExitCode {
  if ((name === undefined) !== (options.none === true)) throw usage('which one? a name, or --none');
  change(host, ({ contexts }) => {
    if (name !== undefined) requireKnown(contexts, name);
    return { current: name, contexts };
  });
  return say(host, options, 'in use', name ?? 'none');
}

export function list(host: Host, options: CommonOptions): ExitCode {
  const { current, contexts } = readContexts(host.environment.settingsFolder);
  const rows = Object.entries(contexts).map(([name, { server, token, token_file: file }]) => ({
    name,
    server,
    // Of a token only that there is one.
    token: file ?? (token === undefined ? null : 'kept'),
    current: name === current,
  }));
  if (options.json === true) printJson(host, rows);
  else if (rows.length === 0) host.out.line('There are no contexts.');
  else {
    const cells = rows.map((row) => [row.current ? '*' : '', row.name, clean(row.server), row.token ?? '']);
    for (const line of tableLines(['', 'NAME', 'SERVER', 'TOKEN'], cells, host.out)) host.out.line(line);
  }
  return EXIT.ok;
}

export function remove(host: Host, name: string, options: CommonOptions): ExitCode {
  change(host, ({ current, contexts }) => {
    requireKnown(contexts, name);
    const { [name]: _, ...rest } = contexts;
    return { contexts: rest, ...(current === name ? {} : { current }) };
  });
  return say(host, options, 'removed', name);
}

function change({ environment }: Host, to: (known: Contexts) => Contexts): void {
  writeContexts(environment.settingsFolder, to(readContexts(environment.settingsFolder)));
}

function requireKnown(contexts: Contexts['contexts'], name: string): void {
  if (Object.hasOwn(contexts, name)) return;
  const known = Object.keys(contexts);
  throw usage(
    `there is no context ${name}`,
    known.length === 0 ? '`cantata context add` makes one.' : `There is ${listing(known)}.`,
  );
}

function say(host: Host, { json }: CommonOptions, done: string, name: string): ExitCode {
  if (json === true) printJson(host, { name, status: done });
  else host.out.line(`${host.out.paint.green(done)}  ${name}`);
  return EXIT.ok;
}
