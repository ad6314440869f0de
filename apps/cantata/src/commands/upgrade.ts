/** `cantata upgrade ID [FILE]`: an open execution goes on by another version of its workflow; first what that would mean. */
import {
  CantataError,
  type ExecutionRow,
  type Plan,
  type Store,
  type TaskChange,
  type UpgradeReport,
  type WorkflowVersion,
} from '@cantata/core';
import { compile } from '@cantata/definition';
import { operator } from '../assemble/owner.ts';
import { createPlans, createReader, readerOf } from '../assemble/reader.ts';
import { readingOne } from '../assemble/reading.ts';
import type { Teller } from '../assemble/teller.ts';
import { telling } from '../assemble/telling.ts';
import { registerWorkflow } from '../beside/register.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { findExecution } from '../ids.ts';
import { tableLines } from '../render/table.ts';
import { clean, shortId } from '../render/text.ts';
import { requireWorkflow, workflowFile } from '../workflow-file.ts';
import type { ReasonOptions } from './pause.ts';

export interface UpgradeOptions extends ReasonOptions {
  /** A version that was registered, by running it. */
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export async function upgrade(
  host: Host,
  named: string,
  file: string | undefined,
  options: UpgradeOptions,
): Promise<ExitCode> {
  if ((file === undefined) === (options.to === undefined))
    throw usage('say which version: a file, or --to VERSION for one that was run here');
  return options.dryRun === true ? look(host, named, file, options) : act(host, named, file, options);
}

async function act(
  host: Host,
  named: string,
  file: string | undefined,
  options: UpgradeOptions,
): Promise<ExitCode> {
  return telling(host, named, options, async ({ engine, store, row }) => {
    const { executionId } = row;
    const version = await versionOf(host, file, options, row, store, engine);
    const { reason, force: stopsTasks = false } = options;
    const why = reason === undefined ? {} : { reason };
    await engine.upgrade(executionId, version, { by: operator(), stopsTasks, ...why });
    const { version: number } = version;
    if (options.json === true) printJson(host, { execution_id: executionId, from: row.version, to: number });
    else
      host.out.line(
        `${host.out.paint.yellow('upgraded')}  ${shortId(executionId)} from ${row.version} to ${number}`,
      );
    return EXIT.ok;
  });
}

async function versionOf(
  host: Host,
  file: string | undefined,
  { to }: UpgradeOptions,
  { name, tenant }: ExecutionRow,
  store: Store,
  engine: Teller,
): Promise<WorkflowVersion> {
  if (file !== undefined) {
    const found = workflowFile(host.cwd, file);
    return registerWorkflow(engine, store, found, requireWorkflow(host, found).workflow);
  }
  return requireVersion(await store.workflows.find(tenant, name, to), name, to);
}

function requireVersion(
  found: WorkflowVersion | undefined,
  name: string,
  to: string | undefined,
): WorkflowVersion {
  if (found !== undefined) return found;
  throw new CantataError(
    'workflow_not_found',
    `there is no version ${to} of ${name} here; give its file instead`,
  );
}

/** What would come of it. Nothing is written. */
async function look(
  host: Host,
  named: string,
  file: string | undefined,
  options: UpgradeOptions,
): Promise<ExitCode> {
  return readingOne(host, options, async (store) => {
    const { executionId, name, tenant } = await findExecution(store, named);
    let plan: Plan;
    if (file === undefined) {
      const { digest } = requireVersion(
        await store.workflows.find(tenant, name, options.to),
        name,
        options.to,
      );
      plan = await createPlans(store, host.patterns).get(digest);
    } else plan = compile(requireWorkflow(host, workflowFile(host.cwd, file)).workflow.document, host);
    const report = await createReader(store, readerOf(host)).upgradeReport(executionId, plan);
    if (options.json === true) printJson(host, { execution_id: executionId, ...report });
    else printReport(host, executionId, report);
    return report.refused.length > 0 || (report.stops.length > 0 && options.force !== true)
      ? EXIT.conflict
      : EXIT.ok;
  });
}

const EFFECTS: Readonly<Record<TaskChange['effect'], string>> = {
  joins: 'comes with the rest',
  stays: 'has ended, and its result stays',
  follows: 'has not begun, and will by the new version',
  stops: 'is at work: with --force it is stopped',
  goes: 'is gone, with its result if it had one',
};

function printReport(
  { out }: Host,
  executionId: string,
  { from, to, tasks, refused, stops }: UpgradeReport,
): void {
  const { bold, red, yellow } = out.paint;
  out.line(`${bold('upgrade')}  ${shortId(executionId)} from ${from} to ${to}`);
  if (tasks.length === 0) out.line('  No task comes, goes or changes.');
  else {
    const rows = tasks.map(({ id, change, status, effect }) => [
      clean(id),
      change,
      status ?? '',
      EFFECTS[effect],
    ]);
    for (const line of tableLines(['TASK', 'CHANGE', 'IS', 'AND SO IT'], rows, out)) out.line(`  ${line}`);
  }
  for (const why of refused) out.line(`${red('refused')}  ${clean(why)}`);
  if (refused.length === 0 && stops.length > 0)
    out.line(`${yellow('needs --force')}  tasks at work would be stopped`);
}
