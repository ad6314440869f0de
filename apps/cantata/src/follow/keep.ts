/**
 * A process that stays: it keeps to schedules and drives everything that is open in the data, until Ctrl-C. What it
 * starts and what becomes of that is a line each.
 */
import type { EventRow } from '@cantata/core';
import type { Engine, ScheduleRow } from '@cantata/engine';
import { requireBinding } from '../assemble/binding.ts';
import { createReader } from '../assemble/reader.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { clean, shortId } from '../render/text.ts';
import { stamp } from '../render/time.ts';
import { stay } from './stay.ts';

/** Its beginning and its ends, as they are told. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['workflow.execution_started', 'started'],
  ['workflow.completed', 'completed'],
  ['workflow.failed', 'failed'],
  ['workflow.cancelled', 'cancelled'],
  ['workflow.compensated', 'compensated'],
  ['workflow.compensation_failed', 'compensation failed'],
]);

/** Ends with Ctrl-C alone, and that is its right end. */
export async function keep(host: Host, options: CommonOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const binding = await requireBinding(project, host.cwd);
  const farewell = 'stopped; what is open goes on with the next `schedule keep` or `serve`, or with `resume`';
  await stay({ host, options, project, binding, farewell }, async ({ engine, store, remark }) => {
    const stop = tellAll(host, options, engine);
    for (const row of await createReader(store).schedules()) remark(keptWords(row));
    return stop;
  });
  return EXIT.ok;
}

function keptWords({ name, version, next, paused }: ScheduleRow): string {
  const when =
    paused === undefined
      ? next === undefined
        ? 'never starts again'
        : `starts next ${stamp(next)}`
      : `is paused by ${paused.by}`;
  return `${clean(name)} ${clean(version)} ${when}`;
}

/** A line for each execution that begins or ends, in the order in which that is committed. */
function tellAll({ out }: Host, { json }: CommonOptions, engine: Engine): () => void {
  let told = Promise.resolve();
  const tell = async ({ type, entity, at }: EventRow, status: string): Promise<void> => {
    const { name, version } = await engine.reader.row(entity);
    const time = new Date(at).toISOString();
    if (json === true)
      out.line(JSON.stringify({ event: type, timestamp: time, execution_id: entity, name, version }));
    else out.line(`${stamp(at)}  ${status.padEnd(10)}  ${clean(name)} ${clean(version)}  ${shortId(entity)}`);
  };
  return engine.bus.subscribe(({ events }) => {
    for (const row of events) {
      const status = WORDS.get(row.type);
      // Who cannot be looked up for a moment is not told of; the log has it.
      if (status !== undefined) told = told.then(() => tell(row, status)).catch(() => undefined);
    }
  });
}
