/** `cantata validate FILE...`: everything that is wrong with workflows, without running anything. */
import type { ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { checkFiles } from '../validate/check-files.ts';
import { exitOfReport, printReport, reportJson } from '../validate/report.ts';
import { workflowFile } from '../workflow-file.ts';

export interface ValidateOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly staged?: boolean;
}

export async function validate(
  host: Host,
  named: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const { staged, watch } = options;
  if (staged === true && watch === true) throw usage('--staged and --watch do not go together');
  if (staged === true) return (await import('../validate/staged.ts')).validateStaged(host, named, options);
  if (named.length === 0)
    throw usage("missing required argument 'file'", 'Name a workflow, or say --staged.');
  const files = named.map((each) => workflowFile(host.cwd, each));
  if (watch === true) return (await import('../validate/watch.ts')).watchFiles(host, files, options);
  const report = await checkFiles(host, files, options);
  if (options.json === true) printJson(host, reportJson(report));
  else printReport(host, report);
  return exitOfReport(report);
}
