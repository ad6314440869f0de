/** `cantata list`: what was executed here, the newest first. */
import { duration, type ExecutionRow, hasEnded, OPEN_STATUSES, type Store } from '@cantata/core';
import { isDriven, liveHolders } from '../assemble/driven.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { createReader } from '../assemble/reader.ts';
import { elsewhereLines, reading } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { paintOf } from '../render/symbols.ts';
import { tableLines } from '../render/table.ts';
import { clean, cut, shortId } from '../render/text.ts';
import { ago, stamp } from '../render/time.ts';
import { selectExecutions } from '../select.ts';
import type { Terminal } from '../terminal.ts';

export interface ListOptions extends CommonOptions {
  readonly limit: number;
  readonly open?: boolean;
  readonly workflow?: string;
  readonly tag?: string;
}

interface Listed extends ExecutionRow {
  readonly driven: boolean;
  /** An agent of it has been at work for long without an answer. */
  readonly stalled: boolean;
}

export async function list(host: Host, options: ListOptions): Promise<ExitCode> {
  const now = Date.now();
  const found = await reading(host, options, async (store) => {
    if (store === undefined) return [];
    const { open, workflow, tag, limit } = options;
    const rows = await selectExecutions(store, createReader(store, { patterns: host.patterns }), {
      limit,
      ...(open === true ? { statuses: OPEN_STATUSES } : {}),
      ...(workflow === undefined ? {} : { workflow }),
      ...(tag === undefined ? {} : { tag }),
    });
    const holders = await liveHolders(store, now);
    return Promise.all(
      rows.map(async (row) => {
        const driven = await isDriven(row, holders, store);
        return { ...row, driven, stalled: driven && (await isStalled(row, store, host, now)) };
      }),
    );
  });
  if (options.json === true) printJson(host, found.map(asJson));
  else printTable(host, found, options, now, await createHint(host, options));
  return EXIT.ok;
}

/** Of what has run for so long, its log is read. */
async function isStalled(
  { executionId, status, parked, startedAt }: ExecutionRow,
  store: Store,
  { environment, patterns }: Host,
  now: number,
): Promise<boolean> {
  const { stallTimeoutMs } = environment;
  if (status !== 'running' || parked || now - startedAt < stallTimeoutMs) return false;
  const causes = await createReader(store, { patterns, stallTimeoutMs }).why(executionId);
  return causes.some(({ code }) => code === 'stalled');
}

function printTable(
  host: Host,
  found: readonly Listed[],
  options: ListOptions,
  now: number,
  hint: Hint,
): void {
  const { out, environment } = host;
  if (found.length === 0) {
    const what = options.open === true ? 'Nothing is open.' : 'Nothing was executed here yet.';
    out.line(`${what} ${out.paint.dim(`${environment.command} run FILE executes a workflow.`)}`);
    for (const line of elsewhereLines(host)) out.line(out.paint.dim(line));
    return;
  }
  const head = ['ID', 'WORKFLOW', 'VERSION', 'STATUS', 'PHASE', 'STARTED', 'TOOK'];
  for (const line of tableLines(
    head,
    found.map((row) => cells(row, now, out)),
    out,
  ))
    out.line(line);
  if (found.length === options.limit)
    out.line(out.paint.dim(`The newest ${options.limit}; --limit shows more.`));
  if (found.some(({ stalled }) => stalled))
    out.line(
      out.paint.dim(
        `An agent of what is stalled has given no answer for long; ${hint.look('why ID')} names it.`,
      ),
    );
  if (found.some(({ driven }) => !driven)) {
    out.line(
      out.paint.dim(`Nobody drives what is marked undriven; ${hint.drive('resume ID')} goes on with it.`),
    );
  }
}

function cells(row: Listed, now: number, { paint }: Terminal): readonly string[] {
  const mark = markOf(row);
  return [
    shortId(row.executionId),
    cut(clean(row.name), 32),
    cut(row.version, 12),
    paintOf(mark, paint)(mark),
    cut(row.phase, 28),
    // The hour of today, the day of before.
    now - row.startedAt < 43_200_000 ? ago(row.startedAt, now) : stamp(row.startedAt),
    row.completedAt === null ? '' : duration(row.completedAt - row.startedAt),
  ];
}

/** What there is to say of it in a word. */
function markOf({ status, reason, parked, driven, stalled }: Listed): string {
  if (hasEnded({ status })) return reason?.startsWith('deadlocked: ') === true ? 'deadlocked' : status;
  if (parked) return 'parked';
  if (!driven) return 'undriven';
  return stalled ? 'stalled' : status;
}

function asJson(row: Listed): object {
  return {
    execution_id: row.executionId,
    workflow_id: row.workflowId,
    name: row.name,
    version: row.version,
    status: row.status,
    current_phase: row.phase,
    tasks_total: row.tasksTotal,
    tasks_completed: row.tasksCompleted,
    tasks_failed: row.tasksFailed,
    started_at: new Date(row.startedAt).toISOString(),
    completed_at: row.completedAt === null ? null : new Date(row.completedAt).toISOString(),
    reason: row.reason,
    parked: row.parked,
    driven: row.driven,
    stalled: row.stalled,
  };
}
