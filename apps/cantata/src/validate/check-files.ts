/** Workflow files and the configurations they are bound in, as they are now. */
import { resolve } from 'node:path';
import { loadConfig } from '../assemble/config.ts';
import { reading } from '../assemble/reading.ts';
import { missingOf } from '../beside/register.ts';
import { type Failure, type FileProblem, failureOf } from '../failure.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { type Binding, type CheckedFile, checkFile, type Setting } from '../workflow-file.ts';
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
    checked.push(check({ ...host, binding }, file, mayBeMissing));
  }
  const found = await Promise.all(checked.map((one) => withMissing(host, options, one)));
  return { checked: found, configFailures };
}

/** The configuration a workflow is bound in; one that was named may not be there. */
export function configOf(host: Host, workflow: string, options: CommonOptions): string | undefined {
  if (options.config !== undefined) return resolve(host.cwd, options.config);
  return projectOf(host, options, workflow).configFile;
}

function check(setting: Setting, file: string, mayBeMissing: boolean): CheckedFile {
  try {
    return checkFile(setting, file);
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
    return {
      file,
      workflow: undefined,
      isValid: false,
      readable: false,
      problems: [problem],
      beside: [],
    };
  }
}

/** What lies nowhere beside it may have been run here; data that cannot be read have nothing. */
async function withMissing(host: Host, options: CommonOptions, checked: CheckedFile): Promise<CheckedFile> {
  const { file, workflow } = checked;
  if (workflow === undefined || workflow.elsewhere.length === 0) return checked;
  const look = { ...options, workflow: file };
  const missing = await reading(host, look, (store) => missingOf(workflow.elsewhere, store)).catch(() =>
    missingOf(workflow.elsewhere, undefined),
  );
  return missing.length === 0 ? checked : lacking(checked, missing);
}

/** The problems stand with the files that have them. */
function lacking(checked: CheckedFile, missing: readonly FileProblem[]): CheckedFile {
  const own = missing.filter(({ file }) => file === checked.file);
  const beside = checked.beside.map((one) => lacking(one, missing));
  if (own.length === 0) return { ...checked, beside };
  const problems = [...checked.problems, ...own].toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { ...checked, problems, workflow: undefined, isValid: false, beside };
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
