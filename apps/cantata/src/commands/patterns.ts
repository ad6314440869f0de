/** `cantata patterns`: the patterns a workflow can name, and what each of them lets it choose. */
import { join } from 'node:path';
import type { JsonObject, Pattern } from '@cantata/core';
import { closestTo } from '@cantata/definition';
import { ON_DISK } from '../beside/documents.ts';
import { PatternsBeside } from '../beside/patterns.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { connect } from '../remote/connect.ts';
import { patternsAt } from '../remote/patterns.ts';
import { problemLines } from '../render/problems.ts';
import { tableLines } from '../render/table.ts';
import { unfit } from '../workflow-file.ts';

export async function patterns(
  host: Host,
  name: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const remote = connect(host, options);
  const library = remote === undefined ? await here(host, options) : await patternsAt(remote.client);
  const found =
    name === undefined ? [...library.keys()].map((key) => named(library, key)) : [named(library, name)];
  const { out } = host;
  if (options.json === true) printJson(host, found.map(asJson));
  else if (name === undefined) {
    const cells = found.map(({ name: title, roles, summary }) => [
      title,
      Object.keys(roles).join(', '),
      summary,
    ]);
    for (const line of tableLines(['PATTERN', 'ROLES', 'WHAT FOR'], cells, out)) out.line(line);
    out.line(out.paint.dim(`${host.environment.command} patterns NAME says what one lets you choose.`));
  } else for (const pattern of found) describe(host, pattern);
  const problems = library.looked().flatMap((file) => file.problems);
  for (const line of problemLines(problems, host.err)) host.err.line(line);
  return problems.some(({ severity }) => severity === 'error') ? EXIT.invalid : EXIT.ok;
}

/** What is told of one. */
export type Described = Pick<
  Pattern,
  'name' | 'version' | 'summary' | 'roles' | 'options' | 'limits' | 'asks'
>;

/** Where they are looked up, and what is wrong with files that should be some. */
export interface Library extends Pick<PatternsBeside, 'keys' | 'looked'> {
  get(name: string): Described | undefined;
}

/** Those that come with Cantata, those of the configuration, and those that lie in the folder `patterns` here. */
async function here(host: Host, options: CommonOptions): Promise<Library> {
  await projectOf(host, options).config();
  // As of a workflow in this folder.
  return new PatternsBeside(host.cwd, join(host.cwd, 'workflow.yaml'), ON_DISK, host.patterns);
}

/** @throws Failure for one there is not */
function named(library: Library, name: string): Described {
  const pattern = library.get(name);
  if (pattern !== undefined) return pattern;
  const broken = library.looked().find(({ problems }) => problems.length > 0);
  if (broken !== undefined) throw unfit(broken.file, broken.problems);
  const meant = closestTo(name, library.keys());
  throw usage(
    `there is no pattern ${name}; there are ${[...library.keys()].join(', ')}`,
    ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
  );
}

function describe({ out }: Host, { name, version, summary, roles, options, asks }: Described): void {
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

function asJson({ name, version, summary, roles, options, limits, asks }: Described): object {
  return { name, version, summary, roles, options, limits, asks };
}
