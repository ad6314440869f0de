/** Workflow files and the configurations they are bound in, as they are now. */
import { resolve } from 'node:path';
import { loadConfig } from '../assemble/config.ts';
import { type Failure, failureOf } from '../failure.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { type Binding, type CheckedFile, checkFile } from '../workflow-file.ts';
import type { Report } from './report.ts';

export interface CheckOptions {
  /** A file that is not there is a problem like any other, not a failure. */
  readonly mayBeMissing?: boolean;
  /** Another one loads configurations anew. */
  readonly revision?: string;
}

/** @throws Failure when a file is not there. */
export async function checkFiles(
  host: Host,
  files: readonly string[],
  options: CommonOptions,
  { mayBeMissing = false, revision }: CheckOptions = {},
): Promise<Report> {
  const checked: CheckedFile[] = [];
  const configFailures = new Map<string, Failure>();
  for (const file of files) {
    const config = mayBeMissing ? configOf(host, file, options) : projectOf(host, options, file).configFile;
    const binding = config === undefined ? undefined : await bindingOf(config, revision, configFailures);
    checked.push(check(host.cwd, file, binding, mayBeMissing));
  }
  return { checked, configFailures };
}

/** The configuration a workflow is bound in; one that was named may not be there. */
export function configOf(host: Host, workflow: string, options: CommonOptions): string | undefined {
  if (options.config !== undefined) return resolve(host.cwd, options.config);
  return projectOf(host, options, workflow).configFile;
}

function check(cwd: string, file: string, binding: Binding | undefined, mayBeMissing: boolean): CheckedFile {
  try {
    return checkFile(cwd, file, binding);
  } catch (error) {
    if (!mayBeMissing) throw error;
    const { message } = failureOf(error);
    const problem = {
      file,
      code: 'file_missing',
      severity: 'error',
      message,
      path: '',
      line: 1,
      column: 1,
    } as const;
    return { file, workflow: undefined, readable: false, problems: [problem] };
  }
}

/** A configuration that cannot be loaded is a problem of its own. */
async function bindingOf(
  file: string,
  revision: string | undefined,
  failures: Map<string, Failure>,
): Promise<Binding | undefined> {
  if (failures.has(file)) return undefined;
  try {
    return { config: await loadConfig(file, revision), file };
  } catch (error) {
    failures.set(file, failureOf(error));
    return undefined;
  }
}
