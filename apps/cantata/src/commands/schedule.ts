/** `cantata schedule set|clear|pause|resume|list|next`: what is said about the schedules of workflows, and what they say. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Instant, listing, type Recurrence, type Store } from '@cantata/core';
import { calendar } from '@cantata/definition';
import type { ScheduleRow } from '@cantata/engine';
import { operator } from '../assemble/owner.ts';
import { createReader } from '../assemble/reader.ts';
import { reading, readingOne } from '../assemble/reading.ts';
import { openStore } from '../assemble/store.ts';
import type { Teller } from '../assemble/teller.ts';
import { passing, withEngine } from '../assemble/telling.ts';
import { registerWorkflow } from '../beside/register.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type CommonOptions, type Host, learnPatterns, printJson, projectOf } from '../host.ts';
import { connect } from '../remote/connect.ts';
import { createRemoteStore } from '../remote/store.ts';
import { tableLines } from '../render/table.ts';
import { clean, cut, shortId } from '../render/text.ts';
import { stamp } from '../render/time.ts';
import { requireWorkflow, workflowFile } from '../workflow-file.ts';

/** Keeps to what the document says, in place of any other version. */
export async function set(host: Host, named: string, options: CommonOptions): Promise<ExitCode> {
  const file = workflowFile(host.cwd, named);
  const project = projectOf(host, options, file);
  await learnPatterns(project);
  const { workflow } = requireWorkflow(host, file);
  const remote = connect(host, options);
  const store =
    remote === undefined
      ? await openStore(await project.dataDir(), host.environment)
      : createRemoteStore(remote.client);
  try {
    await passing(host, options, store, async ({ engine }) => {
      await engine.schedules.set(await registerWorkflow(engine, store, file, workflow), operator());
    });
    return say(host, options, 'kept', await rowOf(store, workflow.definition.name));
  } finally {
    await store.close();
  }
}

export function clear(host: Host, name: string, options: CommonOptions): Promise<ExitCode> {
  return tell(host, name, options, 'cleared', (engine, id, by) => engine.schedules.clear(id, by));
}

export function pause(host: Host, name: string, options: CommonOptions): Promise<ExitCode> {
  return tell(host, name, options, 'paused', (engine, id, by) => engine.schedules.pause(id, by));
}

export function resume(host: Host, name: string, options: CommonOptions): Promise<ExitCode> {
  return tell(host, name, options, 'resumed', (engine, id, by) => engine.schedules.resume(id, by));
}

function tell(
  host: Host,
  name: string,
  options: CommonOptions,
  done: 'cleared' | 'paused' | 'resumed',
  deed: (engine: Teller, workflowId: string, by: string) => Promise<void>,
): Promise<ExitCode> {
  return withEngine(host, options, async ({ engine, store }) => {
    const row = await rowOf(store, name);
    await deed(engine, row.workflowId, operator());
    return done === 'cleared'
      ? say(host, options, done, { ...row, next: undefined })
      : say(host, options, done, await rowOf(store, name));
  });
}

/** @throws Failure `schedule_missing` with those there are. */
async function rowOf(store: Store, name: string): Promise<ScheduleRow> {
  const rows = await createReader(store).schedules();
  const row = rows.find((one) => one.name === name || one.workflowId === name);
  if (row !== undefined) return row;
  const kept = rows.map((one) => one.name);
  const help =
    kept.length === 0
      ? 'No schedule is kept to; `cantata schedule set FILE` keeps to one.'
      : `Kept to are those of ${listing(kept)}.`;
  throw new Failure('schedule_missing', `${name} is kept to no schedule`, {
    exit: EXIT.invalid,
    help: [help],
  });
}

/** What was done, and when it starts next. */
function say(host: Host, { json }: CommonOptions, done: string, row: ScheduleRow): ExitCode {
  if (json === true) printJson(host, { ...asJson(row), status: done });
  else {
    const when = row.next === undefined ? '' : `; the next one starts ${stamp(row.next)}`;
    host.out.line(`${host.out.paint.green(done)}  ${clean(row.name)} ${clean(row.version)}${when}`);
  }
  return EXIT.ok;
}

export async function list(host: Host, options: CommonOptions): Promise<ExitCode> {
  const rows = await reading(host, options, async (store) =>
    store === undefined ? [] : createReader(store).schedules(),
  );
  const { out, environment } = host;
  if (options.json === true) printJson(host, rows.map(asJson));
  else if (rows.length === 0)
    out.line(
      `No schedule is kept to. ${out.paint.dim(`${environment.command} schedule set FILE keeps to one.`)}`,
    );
  else {
    const head = ['WORKFLOW', 'VERSION', 'CRON', 'TIME ZONE', 'NEXT', 'LAST'];
    for (const line of tableLines(head, rows.map(cells), out)) out.line(line);
  }
  return EXIT.ok;
}

function cells({ name, version, recurrence, next, paused, last }: ScheduleRow): readonly string[] {
  return [
    cut(clean(name), 32),
    cut(version, 12),
    recurrence.cron,
    recurrence.timeZone,
    paused === undefined ? (next === undefined ? 'never' : stamp(next)) : `paused by ${clean(paused.by)}`,
    last === undefined ? '' : `${stamp(last.nominal)}  ${shortId(last.execution)}`,
  ];
}

export interface NextOptions extends CommonOptions {
  readonly times: number;
}

/** The next times of a schedule that is kept to, or of a document. */
export async function next(host: Host, named: string, options: NextOptions): Promise<ExitCode> {
  const recurrence = existsSync(resolve(host.cwd, named))
    ? await ofFile(host, named, options)
    : (await readingOne(host, options, (store) => rowOf(store, named))).recurrence;
  const times: Instant[] = [];
  for (let at: Instant | undefined = Date.now(); times.length < options.times; times.push(at)) {
    at = calendar(recurrence, at);
    if (at === undefined) break;
  }
  if (options.json === true) printJson(host, { ...recurrenceJson(recurrence), next: times.map(isoOf) });
  else for (const at of times) host.out.line(stamp(at));
  return EXIT.ok;
}

/** @throws Failure `schedule_missing` for a workflow without one. */
async function ofFile(host: Host, named: string, options: CommonOptions): Promise<Recurrence> {
  const file = workflowFile(host.cwd, named);
  await learnPatterns(projectOf(host, options, file));
  const { schedule } = requireWorkflow(host, file).workflow.definition;
  if (schedule !== undefined) return schedule;
  throw new Failure('schedule_missing', `${file} has no schedule`, {
    exit: EXIT.invalid,
    help: ['The key `schedule` says when it starts.'],
  });
}

function asJson(row: ScheduleRow): object {
  const { workflowId, name, version, recurrence, catchUp, overlap, paused, last } = row;
  return {
    workflow_id: workflowId,
    name,
    version,
    ...recurrenceJson(recurrence),
    catch_up: catchUp,
    overlap,
    next: isoOf(row.next),
    paused: paused === undefined ? null : { by: paused.by, since: isoOf(paused.since) },
    last: last === undefined ? null : { time: isoOf(last.nominal), execution_id: last.execution },
  };
}

function recurrenceJson({ cron, timeZone }: Recurrence): object {
  return { cron, time_zone: timeZone };
}

function isoOf(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
