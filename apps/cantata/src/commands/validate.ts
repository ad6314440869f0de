/** `cantata validate FILE...`: everything that is wrong with workflows, without running anything. */
import { EXIT, type ExitCode } from '../exit.ts';
import { type Failure, failureOf } from '../failure.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { problemLines } from '../render/problems.ts';
import { clean, count } from '../render/text.ts';
import { type Binding, type CheckedFile, checkFile, workflowFile } from '../workflow-file.ts';

export async function validate(
  host: Host,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const checked: CheckedFile[] = [];
  const configFailures = new Map<string, Failure>();
  for (const named of files) {
    const file = workflowFile(host.cwd, named);
    checked.push(checkFile(host.cwd, file, await bindingFor(host, file, options, configFailures)));
  }
  const isValid = checked.every(({ workflow }) => workflow !== undefined) && configFailures.size === 0;
  if (options.json === true) printJson(host, asJson(checked, configFailures));
  else printReport(host, checked, configFailures);
  return isValid ? EXIT.ok : EXIT.invalid;
}

/** The configuration beside the file, if there is one. One that cannot be loaded is a problem of its own. */
async function bindingFor(
  host: Host,
  workflow: string,
  options: CommonOptions,
  failures: Map<string, Failure>,
): Promise<Binding | undefined> {
  const project = projectOf(host, options, workflow);
  const file = project.configFile;
  if (file === undefined || failures.has(file)) return undefined;
  try {
    const config = await project.config();
    return config === undefined ? undefined : { config, file };
  } catch (error) {
    failures.set(file, failureOf(error));
    return undefined;
  }
}

function printReport(
  { out }: Host,
  checked: readonly CheckedFile[],
  failures: ReadonlyMap<string, Failure>,
): void {
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

function asJson(checked: readonly CheckedFile[], failures: ReadonlyMap<string, Failure>): object {
  return {
    valid: checked.every(({ workflow }) => workflow !== undefined) && failures.size === 0,
    files: checked.map(({ file, workflow, problems }) => ({
      file,
      valid: workflow !== undefined,
      problems: problems.map(({ file: _, ...problem }) => problem),
    })),
    config: [...failures].map(([file, { code, message }]) => ({ file, code, message })),
  };
}
