/** `cantata resume ID`: goes on with an execution that stands still, and shows it to its end. */
import type { ExecutionRow, Store } from '@cantata/core';
import { compile } from '@cantata/definition';
import { isWrittenOff, Plans } from '@cantata/engine';
import { createHint, type Hint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { drive } from '../follow/session.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { findExecution } from '../ids.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import { hasEnded } from '../statuses.ts';
import { requireBinding } from './run.ts';

export interface ResumeOptions extends CommonOptions {
  readonly quiet?: boolean;
}

export async function resume(host: Host, named: string, options: ResumeOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const hint = await createHint(host, options);
  const binding = await requireBinding(project, host.cwd);
  return drive({
    host,
    watcher: createWatcher(host, options),
    hint,
    dataDir: await project.dataDir(),
    binding,
    types: async (store) => typesOf(await findExecution(store, named), store),
    show: showOf(options),
    verbose: options.verbose === true,
    begin: async (engine, store) => {
      const row = await findExecution(store, named);
      if (hasEnded(row)) throw ended(row, hint);
      await engine.recover(row.executionId);
      if (row.status === 'paused') await engine.resume(row.executionId, operator());
      return row.executionId;
    },
  });
}

/** The agent types its definition names. */
export async function typesOf({ digest }: ExecutionRow, store: Store): Promise<readonly string[]> {
  const { definition } = await new Plans(store.workflows, compile).get(digest);
  return definition.agents.map(({ type }) => type);
}

function ended(row: ExecutionRow, hint: Hint): Failure {
  const { executionId, status, reason } = row;
  const why = isWrittenOff(row) ? `: ${reason}` : '';
  return new Failure('already_ended', `${executionId} is ${status}${why}; there is nothing to resume`, {
    exit: EXIT.conflict,
    help: [`${hint.look(`status ${executionId}`)} shows it.`],
  });
}
