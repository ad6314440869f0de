/** What a validation found, for people and for programs. */
import { EXIT, type ExitCode } from '../exit.ts';
import type { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { problemLines } from '../render/problems.ts';
import { clean, count } from '../render/text.ts';
import type { CheckedFile } from '../workflow-file.ts';

export interface Report {
  readonly checked: readonly CheckedFile[];
  /** Configurations that could not be loaded, by file. */
  readonly configFailures: ReadonlyMap<string, Failure>;
}

export function exitOfReport({ checked, configFailures }: Report): ExitCode {
  const isValid = checked.every(({ workflow }) => workflow !== undefined) && configFailures.size === 0;
  return isValid ? EXIT.ok : EXIT.invalid;
}

export function printReport({ out }: Host, { checked, configFailures: failures }: Report): void {
  const { green, red, dim } = out.paint;
  for (const { problems } of checked) {
    for (const line of problemLines(problems, out)) out.line(line);
    if (problems.length > 0) out.line();
  }
  for (const { code, message } of failures.values())
    out.line(`${red('error')}  ${code}  ${clean(message)}\n`);
  const problems = checked.flatMap((file) => file.problems);
  const errors = problems.filter(({ severity }) => severity === 'error').length + failures.size;
  const notices = problems.length + failures.size - errors;
  const valid = checked.filter(({ workflow }) => workflow !== undefined).length;
  const counts = `${count(errors, 'error')}, ${count(notices, 'notice')}`;
  if (errors === 0)
    out.line(
      `${green('valid')}  ${validWords(checked)}${notices === 0 ? '' : dim(`, ${count(notices, 'notice')}`)}`,
    );
  else
    out.line(
      `${red('invalid')}  ${counts} in ${count(checked.length, 'file')}${valid > 0 ? `, ${valid} valid` : ''}`,
    );
}

function validWords(checked: readonly CheckedFile[]): string {
  const [only] = checked;
  if (checked.length !== 1 || only?.workflow === undefined) return count(checked.length, 'file');
  const { name, version, tasks } = only.workflow.definition;
  return `${name} ${version}, ${count(tasks.length, 'task')}`;
}

export function reportJson({ checked, configFailures: failures }: Report): object {
  return {
    valid: exitOfReport({ checked, configFailures: failures }) === EXIT.ok,
    files: checked.map(({ file, workflow, problems }) => ({
      file,
      valid: workflow !== undefined,
      problems: problems.map(({ file: _, ...problem }) => problem),
    })),
    config: [...failures].map(([file, { code, message }]) => ({ file, code, message })),
  };
}
