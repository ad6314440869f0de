/** `cantata run FILE`: registers the workflow, starts it, and shows it to its end. */
import type { RetryPolicyName } from '@cantata/core';
import { requireBinding } from '../assemble/binding.ts';
import { createHint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import { registerWorkflow } from '../beside/register.ts';
import { explainConflict } from '../conflict.ts';
import type { ExitCode } from '../exit.ts';
import { drive } from '../follow/session.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { type InputOptions, readInput } from '../input.ts';
import { connect } from '../remote/connect.ts';
import { runAt } from '../remote/run.ts';
import { count } from '../render/text.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import { requireWorkflow, workflowFile } from '../workflow-file.ts';

export interface RunOptions extends CommonOptions, InputOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly retryPolicy?: RetryPolicyName;
  readonly quiet?: boolean;
}

export async function run(host: Host, named: string, options: RunOptions): Promise<ExitCode> {
  const file = workflowFile(host.cwd, named);
  const remote = connect(host, options);
  if (remote !== undefined) return runAt(remote, host, file, options);
  const project = projectOf(host, options, file);
  const binding = await requireBinding(project, host.cwd);
  const { workflow, problems } = requireWorkflow({ ...host, binding }, file);
  const input = readInput(host.cwd, options);
  const hint = await createHint(host, options, file);
  const watcher = createWatcher(host, options);
  return drive({
    host,
    watcher,
    hint,
    dataDir: await project.dataDir(),
    binding,
    types: () =>
      Promise.resolve(
        [workflow, ...workflow.parts].flatMap(({ definition }) => definition.agents.map(({ type }) => type)),
      ),
    show: showOf(options),
    verbose: options.verbose === true,
    begin: async (engine, store) => {
      try {
        const asked = Date.now();
        const version = await registerWorkflow(engine, store, file, workflow);
        // With the first run of a version alone: who runs it every day has read it.
        if (problems.length > 0 && version.createdAt >= asked)
          watcher.remark(noticeWords(problems.length, host, file));
        const { timeout, retryPolicy } = options;
        return await engine.start({
          workflow: version,
          input,
          by: operator(),
          ...(timeout === undefined ? {} : { timeoutMs: timeout }),
          ...(retryPolicy === undefined ? {} : { retryPolicy }),
        });
      } catch (error) {
        throw await explainConflict(error, {
          store,
          hint,
          file,
          definition: workflow.definition,
          patterns: host.patterns,
        });
      }
    },
  });
}

function noticeWords(notices: number, { environment }: Host, file: string): string {
  return `${count(notices, 'notice')}: ${environment.command} validate ${file} shows ${notices === 1 ? 'it' : 'them'}`;
}
