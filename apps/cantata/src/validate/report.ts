/** What a validation found, for people and for programs. */
import { EXIT, type ExitCode } from '../exit.ts';
import type { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { problemLines } from '../render/problems.ts';
import { clean, count } from '../render/text.ts';
import type { CheckedFile } from '../workflow-file.ts';

export interface Report {
  /** Those that were named; what they need beside is in them. */
  readonly checked: readonly CheckedFile[];
  /** Configurations that could not be loaded, by file. */
  readonly configFailures: ReadonlyMap<string, Failure>;
}

export function exitOfReport({ checked, configFailures }: Report): ExitCode {
  const isValid = everyFile(checked).every((file) => file.isValid) && configFailures.size === 0;
  return isValid ? EXIT.ok : EXIT.invalid;
}

/** Each once: several workflows may need the same pattern. */
function everyFile(checked: readonly CheckedFile[]): readonly CheckedFile[] {
  const all = new Map<string, CheckedFile>();
  for (const one of checked.flatMap((named) => [named, ...named.beside]))
    if (!all.has(one.file) || !one.isValid) all.set(one.file, one);
  return [...all.values()];
}

export function printReport({ out }: Host, { checked, configFailures: failures }: Report): void {
  const { green, red, dim } = out.paint;
  const all = everyFile(checked);
  for (const { problems } of all) {
    for (const line of problemLines(problems, out)) out.line(line);
    if (problems.length > 0) out.line();
  }
  for (const { code, message } of failures.values())
    out.line(`${red('error')}  ${code}  ${clean(message)}\n`);
  const problems = all.flatMap((file) => file.problems);
  const errors = problems.filter(({ severity }) => severity === 'error').length + failures.size;
  const notices = problems.length + failures.size - errors;
  const valid = checked.filter(({ isValid }) => isValid).length;
  const counts = `${count(errors, 'error')}, ${count(notices, 'notice')}`;
  if (errors === 0)
    out.line(
      `${green('valid')}  ${validWords(checked)}${notices === 0 ? '' : dim(`, ${count(notices, 'notice')}`)}`,
    );
  else
    out.line(
      `${red('invalid')}  ${counts} in ${count(all.filter((one) => !one.isValid || checked.includes(one)).length, 'file')}${valid > 0 ? `, ${valid} valid` : ''}`,
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
    files: everyFile(checked).map(({ file, isValid, problems }) => ({
      file,
      valid: isValid,
      problems: problems.map(({ file: _, ...problem }) => problem),
    })),
    config: [...failures].map(([file, { code, message }]) => ({ file, code, message })),
  };
}
