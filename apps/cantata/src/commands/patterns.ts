/** `cantata patterns`: the patterns a workflow can name, and what each of them lets it choose. */
import type { JsonObject, Pattern } from '@cantata/core';
import { STANDARD } from '@cantata/definition';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { tableLines } from '../render/table.ts';

export function patterns(host: Host, name: string | undefined, { json }: CommonOptions): ExitCode {
  const found = name === undefined ? all() : [named(name)];
  const { out } = host;
  if (json === true) printJson(host, found.map(asJson));
  else if (name === undefined) {
    const cells = found.map(({ name: title, roles, summary }) => [
      title,
      Object.keys(roles).join(', '),
      summary,
    ]);
    for (const line of tableLines(['PATTERN', 'ROLES', 'WHAT FOR'], cells, out)) out.line(line);
    out.line(out.paint.dim(`${host.environment.command} patterns NAME says what one lets you choose.`));
  } else for (const pattern of found) describe(host, pattern);
  return EXIT.ok;
}

function all(): readonly Pattern[] {
  return [...STANDARD.keys()].map(named);
}

/** @throws Failure for one there is not */
function named(name: string): Pattern {
  const pattern = STANDARD.get(name);
  if (pattern !== undefined) return pattern;
  throw usage(`there is no pattern ${name}; there are ${[...STANDARD.keys()].join(', ')}`);
}

function describe({ out }: Host, { name, version, summary, roles, options, asks }: Pattern): void {
  out.line(`${name} ${version}: ${summary}`);
  out.line('');
  const cells = Object.entries(roles).map(([role, { summary: does, least, most }]) => [
    role,
    `${least} to ${most ?? 'any'}`,
    does,
  ]);
  for (const line of tableLines(['ROLE', 'GROUPS', ''], cells, out)) out.line(line);
  const choices = optionsOf(options).map(([key, { default: usual, description = '' }]) => [
    key,
    usual === undefined ? '' : JSON.stringify(usual),
    description as string,
  ]);
  out.line('');
  if (choices.length > 0) {
    for (const line of tableLines(['OPTION', 'DEFAULT', ''], choices, out)) out.line(line);
    out.line('');
  }
  out.line(`Its agents may ask for: ${asks.length === 0 ? 'nothing' : asks.join(', ')}.`);
}

function optionsOf({ properties = {} }: JsonObject): readonly [string, JsonObject][] {
  return Object.entries(properties as JsonObject) as [string, JsonObject][];
}

function asJson({ name, version, summary, roles, options, limits, asks }: Pattern): object {
  return { name, version, summary, roles, options, limits, asks };
}
