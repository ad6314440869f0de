/** `cantata retry ID`: an execution that has failed or was cancelled goes on from there, and is shown to its end. */
import type { Operation } from '@cantata/core';
import { createHint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import type { ExitCode } from '../exit.ts';
import { drive } from '../follow/session.ts';
import { type Host, projectOf } from '../host.ts';
import { findExecution } from '../ids.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import type { ReasonOptions } from './pause.ts';
import { typesOf } from './resume.ts';
import { requireBinding } from './run.ts';

export interface RetryOptions extends ReasonOptions {
  /** Run again besides what failed. */
  readonly task?: readonly string[];
  readonly newKey?: boolean;
  readonly quiet?: boolean;
}

export async function retry(host: Host, named: string, options: RetryOptions): Promise<ExitCode> {
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
      await engine.operate(executionId, operationOf(options), operator());
      return executionId;
    },
  });
}

export function operationOf({ task = [], newKey, reason }: RetryOptions): Operation {
  const why = reason === undefined ? {} : { reason };
  return { type: 'retry', tasks: task, key: newKey === true ? 'new' : 'same', ...why };
}
