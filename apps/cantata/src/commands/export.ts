/** `cantata export [NAME...] --out DIR`: workflows as they are stored, a file for each version. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_TENANT, type WorkflowVersion } from '@cantata/core';
import { formatDefinition } from '@cantata/definition';
import { readingOne } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { readablePath } from '../paths.ts';
import { clean } from '../render/text.ts';

export interface ExportOptions extends CommonOptions {
  readonly out: string;
}

export async function exportWorkflows(
  host: Host,
  names: readonly string[],
  options: ExportOptions,
): Promise<ExitCode> {
  const all = await readingOne(host, options, (store) => store.workflows.list(DEFAULT_TENANT));
  const missing = names.filter((name) => !all.some((one) => one.name === name));
  if (missing.length > 0) {
    const message = `there is no workflow ${missing.map((name) => clean(name)).join(', ')} here`;
    throw new Failure('workflow_not_found', message, { exit: EXIT.invalid });
  }
  const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  const folder = resolve(host.cwd, options.out);
  mkdirSync(folder, { recursive: true });
  const written = chosen.map((one) => {
    const file = join(folder, fileOf(one));
    writeFileSync(file, textOf(one));
    return { name: one.name, version: one.version, digest: one.digest, file };
  });
  if (options.json === true) printJson(host, written);
  else
    for (const { name, version, file } of written)
      host.out.line(`exported  ${clean(name)} ${clean(version)}  ${readablePath(host.cwd, file)}`);
  return EXIT.ok;
}

/** Whatever they are called, it is one file in that folder. */
function fileOf({ name, version }: WorkflowVersion): string {
  return `${encodeURIComponent(name)}-${encodeURIComponent(version)}.json`;
}

/** With its keys in the order of the language, which its digest does not see. */
function textOf({ document }: WorkflowVersion): string {
  const formatted = formatDefinition(document);
  return formatted.kind === 'formatted' ? formatted.text : `${document}\n`;
}
