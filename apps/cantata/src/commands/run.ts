/** `cantata run FILE`: registers the workflow, starts it, and shows it to its end. */
import type { Json, RetryPolicyName, Store } from '@cantata/core';
import { requireBinding } from '../assemble/binding.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import type { Teller } from '../assemble/teller.ts';
import { withEngine } from '../assemble/telling.ts';
import { registerWorkflow } from '../beside/register.ts';
import { explainConflict } from '../conflict.ts';
import type { ExitCode } from '../exit.ts';
import { lookOn } from '../follow/look-on.ts';
import { drive } from '../follow/session.ts';
import type { Watcher } from '../follow/watcher.ts';
import { type CommonOptions, type Host, learnPatterns, projectOf } from '../host.ts';
import { type InputOptions, readInput } from '../input.ts';
import { connect } from '../remote/connect.ts';
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
  return connect(host, options) === undefined ? runHere(host, file, options) : runThere(host, file, options);
}

async function runHere(host: Host, file: string, options: RunOptions): Promise<ExitCode> {
  const project = projectOf(host, options, file);
  const binding = await requireBinding(project, host.cwd);
  const checked = requireWorkflow({ ...host, binding }, file);
  const input = readInput(host.cwd, options);
  const hint = await createHint(host, options, file);
  const watcher = createWatcher(host, options);
  const { workflow } = checked;
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
    begin: (engine, store) => start({ host, file, checked, input, hint, options, engine, store, watcher }),
  });
}

/** A service does it. Which agents are bound there is not known here. */
async function runThere(host: Host, file: string, options: RunOptions): Promise<ExitCode> {
  await learnPatterns(projectOf(host, options, file));
  const checked = requireWorkflow(host, file);
  const input = readInput(host.cwd, options);
  const hint = await createHint(host, options, file);
  return withEngine(host, options, ({ engine, store }) => {
    const begin = (watcher: Watcher): Promise<string> =>
      start({ host, file, checked, input, hint, options, engine, store, watcher });
    return lookOn({ host, store, begin, hint, options, role: 'began it' });
  });
}

interface Start {
  readonly host: Host;
  readonly file: string;
  readonly checked: ReturnType<typeof requireWorkflow>;
  readonly input: Json;
  readonly hint: Hint;
  readonly options: RunOptions;
  readonly engine: Pick<Teller, 'register' | 'start'>;
  readonly store: Store;
  readonly watcher: Watcher;
}

async function start({
  host,
  file,
  checked: { workflow, problems },
  input,
  hint,
  options: { timeout, retryPolicy },
  engine,
  store,
  watcher,
}: Start): Promise<string> {
  const { definition } = workflow;
  try {
    const asked = Date.now();
    const version = await registerWorkflow(engine, store, file, workflow);
    // With the first run of a version alone: who runs it every day has read it.
    if (problems.length > 0 && version.createdAt >= asked)
      watcher.remark(noticeWords(problems.length, host, file));
    return await engine.start({
      workflow: version,
      input,
      by: operator(),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      ...(retryPolicy === undefined ? {} : { retryPolicy }),
    });
  } catch (error) {
    throw await explainConflict(error, { store, hint, file, definition, patterns: host.patterns });
  }
}

function noticeWords(notices: number, { environment }: Host, file: string): string {
  return `${count(notices, 'notice')}: ${environment.command} validate ${file} shows ${notices === 1 ? 'it' : 'them'}`;
}
