/**
 * A process that stays: it owns the data, keeps to schedules, drives everything that is open, and does what else it was
 * called for, until Ctrl-C or SIGTERM. What is open then goes on with the next one.
 */
import { duration, type Store } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { directoryOf } from '../assemble/directories.ts';
import { openEngine } from '../assemble/engine.ts';
import { engineLog } from '../assemble/log.ts';
import { leaveNote } from '../assemble/owner-note.ts';
import type { Project } from '../assemble/project.ts';
import { openStore } from '../assemble/store.ts';
import { outlastPassingOwner } from '../assemble/telling.ts';
import type { CommonOptions, Host } from '../host.ts';
import { readablePath } from '../paths.ts';
import { count, remarkLines } from '../render/text.ts';
import type { Binding } from '../workflow-file.ts';
import { Interrupted, type Interrupts, listenForInterrupts } from './interrupts.ts';
import { ownConsole } from './own-console.ts';

export interface Stay {
  readonly host: Host;
  readonly options: CommonOptions;
  readonly project: Project;
  readonly binding: Binding;
  /** Told when it was interrupted. */
  readonly farewell: string;
}

export interface Staying {
  readonly engine: Engine;
  readonly store: Store;
  readonly interrupts: Interrupts;
  readonly remark: (text: string) => void;
}

/** How often is looked whether the data are ours by now. */
const POLL_MS = 200;

/** Calls `begin`, which gives back how what it began is ended. Resolves when somebody has ended it all. */
export async function stay(
  { host, options, project, binding, farewell }: Stay,
  begin: (staying: Staying) => Promise<() => Promise<void> | void>,
): Promise<void> {
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
    const unwatch = whenOwning(engine, () => leaveNote(dataDir, config, Object.keys(binding.config.agents)));
    try {
      const end = await begin({ engine, store, interrupts, remark });
      try {
        await interrupts.during(outlastPassingOwner(engine));
        if (!engine.owns) remark('another process owns the data; this one takes over when that one ends');
        await interrupts.during(new Promise<never>(() => undefined));
      } catch (error) {
        if (error instanceof Interrupted) await drained(engine, host.environment.shutdownGraceMs, remark);
        throw error;
      } finally {
        await end();
      }
    } finally {
      unwatch();
      await engine.close();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    remark(farewell);
  } finally {
    await store.close();
    giveConsoleBack();
    interrupts.close();
  }
}

/** Lets what runs finish, as long as there is time; a second Ctrl-C has none. */
async function drained(engine: Engine, graceMs: number, remark: (text: string) => void): Promise<void> {
  const { attempts } = engine.gauges;
  if (attempts > 0) remark(`stopping; ${count(attempts, 'attempt')} may finish for ${duration(graceMs)}`);
  const { unfinished } = await engine.drain(graceMs);
  if (unfinished > 0) remark(`${count(unfinished, 'attempt')} did not finish, and will be handed out again`);
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
