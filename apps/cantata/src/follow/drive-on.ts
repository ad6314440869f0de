/** From an execution that is there to one that goes on, which is performed from there and shown to its end. */
import type { ExecutionRow, Store } from '@cantata/core';
import { requireBinding } from '../assemble/binding.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { createPlans } from '../assemble/reader.ts';
import type { Teller } from '../assemble/teller.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { findExecution } from '../ids.ts';
import { connect } from '../remote/connect.ts';
import { shortId } from '../render/text.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import { drive } from './session.ts';

export interface DriveOptions extends CommonOptions {
  readonly quiet?: boolean;
}

/** `deed` resolves with the id of the one that goes on. */
export async function driveOn(
  host: Host,
  named: string,
  options: DriveOptions,
  deed: (engine: Teller, row: ExecutionRow, hint: Hint) => Promise<string>,
): Promise<ExitCode> {
  if (connect(host, options) !== undefined) return tellOn(host, named, options, deed);
  const project = projectOf(host, options);
  const hint = await createHint(host, options);
  const binding = await requireBinding(project, host.cwd);
  return drive({
    host,
    watcher: createWatcher(host, options),
    hint,
    dataDir: await project.dataDir(),
    binding,
    types: async (store) => typesOf(host, await findExecution(store, named), store),
    show: showOf(options),
    verbose: options.verbose === true,
    begin: async (engine, store) => deed(engine, await findExecution(store, named), hint),
  });
}

/** A service drives it by itself: this only says that it does. */
async function tellOn(
  host: Host,
  named: string,
  options: DriveOptions,
  deed: Parameters<typeof driveOn>[3],
): Promise<ExitCode> {
  const hint = await createHint(host, options);
  return telling(host, named, options, async ({ engine, store, row }) => {
    const executionId = await deed(engine, row, hint);
    const status = (await store.executions.get(executionId))?.status ?? 'planning';
    if (options.json === true) printJson(host, { execution_id: executionId, status });
    else if (options.quiet !== true) {
      host.out.line(`${host.out.paint.green(status)}  ${row.name} ${shortId(executionId)}`);
      host.out.line(`  ${hint.look(`events ${shortId(executionId)} --follow`)}`);
    }
    return EXIT.ok;
  });
}

/** The agent types its definition names. */
async function typesOf(
  { patterns }: Host,
  { digest }: ExecutionRow,
  store: Store,
): Promise<readonly string[]> {
  const { definition } = await createPlans(store, patterns).get(digest);
  return definition.agents.map(({ type }) => type);
}
