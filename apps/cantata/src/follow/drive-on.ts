/** From an execution that is there to one that goes on, which is performed from there, here or by a service, and shown to its end. */
import type { ExecutionRow, Store } from '@cantata/core';
import { requireBinding } from '../assemble/binding.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { createPlans } from '../assemble/reader.ts';
import type { Teller } from '../assemble/teller.ts';
import { telling } from '../assemble/telling.ts';
import type { ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { findExecution } from '../ids.ts';
import { connect } from '../remote/connect.ts';
import { createWatcher, showOf } from '../render/watcher.ts';
import { lookOn } from './look-on.ts';
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
  if (connect(host, options) !== undefined) {
    const hint = await createHint(host, options);
    return telling(host, named, options, ({ engine, store, row }) =>
      lookOn({ host, store, begin: () => deed(engine, row, hint), hint, options, role: 'began it' }),
    );
  }
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

/** The agent types its definition names. */
async function typesOf(
  { patterns }: Host,
  { digest }: ExecutionRow,
  store: Store,
): Promise<readonly string[]> {
  const { definition } = await createPlans(store, patterns).get(digest);
  return definition.agents.map(({ type }) => type);
}
