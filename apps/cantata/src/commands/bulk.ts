/** `cantata pause|resume|cancel|retry --all`: the same for many executions; without `--yes` only which they would be. */
import { type ExecutionRow, listing } from '@cantata/core';
import { BULK, type BulkVerb, MAX_BULK } from '@cantata/engine';
import { operator } from '../assemble/owner.ts';
import { createReader, readerOf } from '../assemble/reader.ts';
import { readingOne } from '../assemble/reading.ts';
import type { Teller } from '../assemble/teller.ts';
import { withEngine } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { failureOf, usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { tableLines } from '../render/table.ts';
import { clean, count, cut, shortId } from '../render/text.ts';
import { stamp } from '../render/time.ts';
import { selectExecutions } from '../select.ts';
import { endedInTime } from './cancel.ts';
import type { ReasonOptions } from './pause.ts';

export interface BulkOptions extends ReasonOptions {
  readonly all?: boolean;
  readonly workflow?: string;
  readonly status?: readonly string[];
  readonly tag?: string;
  readonly yes?: boolean;
}

const DONE: Readonly<Record<BulkVerb, string>> = {
  pause: 'paused',
  resume: 'resumed',
  cancel: 'cancelled',
  retry: 'reopened',
};

/** What is typed is one execution, or a filter. Undefined for one. */
export function bulkOf(
  host: Host,
  verb: BulkVerb,
  named: string | undefined,
  options: BulkOptions,
): Promise<ExitCode> | undefined {
  const { all, workflow, status, tag, yes } = options;
  if (all === true) {
    if (named !== undefined) throw usage('an id or --all, not both');
    return bulk(host, verb, options);
  }
  if (workflow !== undefined || status !== undefined || tag !== undefined || yes === true)
    throw usage('--workflow, --status, --tag and --yes go with --all');
  return undefined;
}

async function bulk(host: Host, verb: BulkVerb, options: BulkOptions): Promise<ExitCode> {
  const rows = await readingOne(host, options, (store) => {
    const { workflow, tag, status: statuses = BULK[verb].statuses } = options;
    return selectExecutions(store, createReader(store, readerOf(host)), {
      statuses,
      limit: MAX_BULK,
      ...(workflow === undefined ? {} : { workflow }),
      ...(tag === undefined ? {} : { tag }),
    });
  });
  if (rows.length === 0) return say(host, options, [], 'Nothing matches.');
  if (options.yes !== true) return preview(host, verb, rows, options);
  return withEngine(host, options, async ({ engine }) => {
    const told = await Promise.all(rows.map((row) => tell(engine, verb, row, options.reason)));
    return report(host, verb, told, options);
  });
}

interface ToldOne {
  readonly execution_id: string;
  readonly name: string;
  /** Undefined where it was done. */
  readonly error?: string;
}

async function tell(engine: Teller, verb: BulkVerb, row: ExecutionRow, reason?: string): Promise<ToldOne> {
  const { executionId: execution_id, name } = row;
  try {
    const call = { by: operator(), ...(reason === undefined ? {} : { reason }) };
    await BULK[verb].tell(engine, execution_id, call);
    // Here they end, and no other process would see to it.
    if (verb === 'cancel') await endedInTime(engine, execution_id);
    return { execution_id, name };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { execution_id, name, error: `${code}: ${message}` };
  }
}

function preview(host: Host, verb: BulkVerb, rows: readonly ExecutionRow[], options: BulkOptions): ExitCode {
  const { out } = host;
  if (options.json === true) return say(host, options, rows.map(asJson), '');
  const cells = rows.map((row) => [
    shortId(row.executionId),
    cut(clean(row.name), 32),
    row.status,
    stamp(row.startedAt),
  ]);
  for (const line of tableLines(['ID', 'WORKFLOW', 'STATUS', 'STARTED'], cells, out)) out.line(line);
  out.line(out.paint.dim(`${count(rows.length, 'execution')}; nothing was done. --yes does it: ${verb}.`));
  return EXIT.ok;
}

function asJson({ executionId, name, status }: ExecutionRow): object {
  return { execution_id: executionId, name, status };
}

function report(host: Host, verb: BulkVerb, told: readonly ToldOne[], options: BulkOptions): ExitCode {
  const { out } = host;
  const refused = told.filter(({ error }) => error !== undefined);
  if (options.json === true)
    printJson(
      host,
      told.map(({ error = null, ...one }) => ({ ...one, done: error === null, error })),
    );
  else {
    for (const { execution_id, error } of refused)
      out.line(`${out.paint.red('refused')}  ${shortId(execution_id)} ${clean(error ?? '')}`);
    const names = listing([...new Set(told.map(({ name }) => clean(name)))]);
    out.line(
      `${out.paint.yellow(DONE[verb])}  ${count(told.length - refused.length, 'execution')} of ${names}`,
    );
  }
  return refused.length === 0 ? EXIT.ok : EXIT.conflict;
}

function say(host: Host, { json }: BulkOptions, rows: readonly object[], words: string): ExitCode {
  if (json === true) printJson(host, rows);
  else host.out.line(words);
  return EXIT.ok;
}
