/** `cantata fork ID`: a new execution that goes on where another one has come to, shown to its end. */
import { createHint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import type { ExitCode } from '../exit.ts';
import { drive } from '../follow/session.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { findExecution } from '../ids.ts';
import { type InputOptions, readInput, readJson } from '../input.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import { typesOf } from './resume.ts';
import { requireBinding } from './run.ts';

export interface ForkOptions extends CommonOptions, InputOptions {
  readonly from?: string;
  readonly checkpoint?: string;
  readonly taskInput?: string;
  readonly quiet?: boolean;
}

export async function fork(host: Host, named: string, options: ForkOptions): Promise<ExitCode> {
  const { from, checkpoint, input, set, taskInput } = options;
  const given = input === undefined && set === undefined ? {} : { input: readInput(host.cwd, options) };
  const forTask = taskInput === undefined ? {} : { taskInput: readJson(host.cwd, taskInput, '--task-input') };
  const point = {
    ...(from === undefined ? {} : { from }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  const project = projectOf(host, options);
  const binding = await requireBinding(project, host.cwd);
  return drive({
    host,
    watcher: createWatcher(host, options),
    hint: await createHint(host, options),
    dataDir: await project.dataDir(),
    binding,
    types: async (store) => typesOf(await findExecution(store, named), store),
    show: showOf(options),
    verbose: options.verbose === true,
    begin: async (engine, store) => {
      const { executionId } = await findExecution(store, named);
      return engine.fork(executionId, { ...point, ...given, ...forTask, by: operator() });
    },
  });
}
