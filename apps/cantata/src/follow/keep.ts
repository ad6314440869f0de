/**
 * A process that stays: it keeps to schedules and drives everything that is open in the data, until Ctrl-C. What it
 * starts and what becomes of that is a line each.
 */
import type { EventRow } from '@cantata/core';
import type { Engine, ScheduleRow } from '@cantata/engine';
import { requireBinding } from '../assemble/binding.ts';
import { directoryOf } from '../assemble/directories.ts';
import { openEngine } from '../assemble/engine.ts';
import { engineLog } from '../assemble/log.ts';
import { leaveNote } from '../assemble/owner-note.ts';
import { createReader } from '../assemble/reader.ts';
import { openStore } from '../assemble/store.ts';
import { outlastPassingOwner } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { readablePath } from '../paths.ts';
import { clean, remarkLines, shortId } from '../render/text.ts';
import { stamp } from '../render/time.ts';
import { Interrupted, listenForInterrupts } from './interrupts.ts';
import { ownConsole } from './own-console.ts';

/** Its beginning and its ends, as they are told. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['workflow.execution_started', 'started'],
  ['workflow.completed', 'completed'],
  ['workflow.failed', 'failed'],
  ['workflow.cancelled', 'cancelled'],
  ['workflow.compensated', 'compensated'],
  ['workflow.compensation_failed', 'compensation failed'],
]);

/** How often is looked whether the data are ours by now. */
const POLL_MS = 200;

/** Ends with Ctrl-C alone, and that is its right end. */
export async function keep(host: Host, options: CommonOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const binding = await requireBinding(project, host.cwd);
  const dataDir = await project.dataDir();
  const remark = (text: string): void => remarkLines(text, host.err);
  const interrupts = listenForInterrupts({ onStray: (error) => remark(`error: ${String(error)}`) });
  const giveConsoleBack = ownConsole(remark);
  const store = await openStore(dataDir, host.environment);
  try {
    const engine = await openEngine({
      store,
      agents: directoryOf(binding, host.cwd),
      log: engineLog(remark, options.verbose === true),
      environment: host.environment,
      patterns: host.patterns,
      drives: 'everything',
    });
    const config = readablePath(host.cwd, binding.file);
    const stops = [
      tellAll(host, options, engine),
      whenOwning(engine, () => leaveNote(dataDir, config, Object.keys(binding.config.agents))),
    ];
    try {
      await interrupts.during(outlastPassingOwner(engine));
      if (!engine.owns) remark('another process owns the data; this one takes over when that one ends');
      for (const row of await createReader(store).schedules()) remark(keptWords(row));
      await interrupts.during(new Promise<never>(() => undefined));
    } finally {
      for (const stop of stops) stop();
      await engine.close();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    remark('stopped; what is open goes on with the next `schedule keep`, or with `resume`');
  } finally {
    await store.close();
    giveConsoleBack();
    interrupts.close();
  }
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

/** Each time the data become ours. */
function whenOwning(engine: Engine, act: () => void): () => void {
  let owns = false;
  const look = (): void => {
    if (engine.owns && !owns) act();
    owns = engine.owns;
  };
  look();
  const timer = setInterval(look, POLL_MS);
  return () => clearInterval(timer);
}
