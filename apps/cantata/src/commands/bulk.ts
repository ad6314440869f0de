/** `cantata pause|resume|cancel|retry --all`: the same for many executions; without `--yes` only which they would be. */
import { type ExecutionRow, listing } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { operator } from '../assemble/owner.ts';
import { readingOne } from '../assemble/reading.ts';
import { withEngine } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { failureOf, usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { tableLines } from '../render/table.ts';
import { clean, count, cut, shortId } from '../render/text.ts';
import { stamp } from '../render/time.ts';
import { selectExecutions } from '../select.ts';
import { OPEN_STATUSES } from '../statuses.ts';
import { endedInTime } from './cancel.ts';
import type { ReasonOptions } from './pause.ts';

export interface BulkOptions extends ReasonOptions {
  readonly all?: boolean;
  readonly workflow?: string;
  readonly status?: readonly string[];
  readonly tag?: string;
  readonly yes?: boolean;
}

/** More at once are told in several calls. */
const MAX_BULK = 1_000;

interface Verb {
  readonly name: string;
  /** Statuses it is for, unless others are named. */
  readonly statuses: readonly string[];
  readonly done: string;
  readonly tell: (engine: Engine, id: string, by: string, reason?: string) => Promise<unknown>;
}

const VERBS = {
  pause: {
    name: 'pause',
    statuses: ['running'],
    done: 'paused',
    tell: (engine, id, by, reason) => engine.pause(id, by, reason),
  },
  resume: {
    name: 'resume',
    statuses: ['paused'],
    done: 'resumed',
    tell: (engine, id, by) => engine.resume(id, by),
  },
  cancel: {
    name: 'cancel',
    statuses: OPEN_STATUSES,
    done: 'cancelled',
    tell: async (engine, id, by, reason) => {
      await engine.cancel(id, by, reason);
      await endedInTime(engine, id);
    },
  },
  retry: {
    name: 'retry',
    statuses: ['failed'],
    done: 'reopened',
    tell: (engine, id, by, reason) => {
      const why = reason === undefined ? {} : { reason };
      return engine.operate(id, { type: 'retry', tasks: [], key: 'same', ...why }, by);
    },
  },
} as const satisfies Readonly<Record<string, Verb>>;

/** What is typed is one execution, or a filter. Undefined for one. */
export function bulkOf(
  host: Host,
  verb: keyof typeof VERBS,
  named: string | undefined,
  options: BulkOptions,
): Promise<ExitCode> | undefined {
  const { all, workflow, status, tag, yes } = options;
  if (all === true) {
    if (named !== undefined) throw usage('an id or --all, not both');
    return bulk(host, VERBS[verb], options);
  }
  if (workflow !== undefined || status !== undefined || tag !== undefined || yes === true)
    throw usage('--workflow, --status, --tag and --yes go with --all');
  return undefined;
}

async function bulk(host: Host, verb: Verb, options: BulkOptions): Promise<ExitCode> {
  const rows = await readingOne(host, options, (store) => {
    const { workflow, tag, status: statuses = verb.statuses } = options;
    return selectExecutions(store, {
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

async function tell(engine: Engine, verb: Verb, row: ExecutionRow, reason?: string): Promise<ToldOne> {
  const { executionId: execution_id, name } = row;
  try {
    await verb.tell(engine, execution_id, operator(), reason);
    return { execution_id, name };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { execution_id, name, error: `${code}: ${message}` };
  }
}

function preview(host: Host, { name }: Verb, rows: readonly ExecutionRow[], options: BulkOptions): ExitCode {
  const { out } = host;
  if (options.json === true) return say(host, options, rows.map(asJson), '');
  const cells = rows.map((row) => [
    shortId(row.executionId),
    cut(clean(row.name), 32),
    row.status,
    stamp(row.startedAt),
  ]);
  for (const line of tableLines(['ID', 'WORKFLOW', 'STATUS', 'STARTED'], cells, out)) out.line(line);
  out.line(out.paint.dim(`${count(rows.length, 'execution')}; nothing was done. --yes does it: ${name}.`));
  return EXIT.ok;
}

function asJson({ executionId, name, status }: ExecutionRow): object {
  return { execution_id: executionId, name, status };
}

function report(host: Host, { done }: Verb, told: readonly ToldOne[], options: BulkOptions): ExitCode {
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
    out.line(`${out.paint.yellow(done)}  ${count(told.length - refused.length, 'execution')} of ${names}`);
  }
  return refused.length === 0 ? EXIT.ok : EXIT.conflict;
}

function say(host: Host, { json }: BulkOptions, rows: readonly object[], words: string): ExitCode {
  if (json === true) printJson(host, rows);
  else host.out.line(words);
  return EXIT.ok;
}
