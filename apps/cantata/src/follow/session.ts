/** One process's share in an execution: opens the engine, begins, follows to the end, and leaves in order. */
import { executionOutput, type Store } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { directoryOf } from '../assemble/directories.ts';
import { liveHolders } from '../assemble/driven.ts';
import { openEngine } from '../assemble/engine.ts';
import type { Hint } from '../assemble/hint.ts';
import { engineLog } from '../assemble/log.ts';
import { leaveNote, refuseIfOwnerCannot } from '../assemble/owner-note.ts';
import { openStore } from '../assemble/store.ts';
import { outlastPassingOwner } from '../assemble/telling.ts';
import { EXIT, type ExitCode, exitOfRun } from '../exit.ts';
import { Failure, failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import { readablePath } from '../paths.ts';
import { outcomeJson, outcomeLines, printWhole } from '../render/outcome.ts';
import type { Binding } from '../workflow-file.ts';
import { type Followed, follow } from './follow.ts';
import { Frames } from './frames.ts';
import { Interrupted, type Interrupts, listenForInterrupts } from './interrupts.ts';
import { leave, leftJson, leftLines } from './leave.ts';
import { ownConsole } from './own-console.ts';
import type { Watcher } from './watcher.ts';

export interface Session {
  readonly host: Host;
  readonly dataDir: string;
  readonly binding: Binding;
  readonly watcher: Watcher;
  readonly show: 'people' | 'json' | 'quiet';
  readonly verbose: boolean;
  readonly hint: Hint;
  /** The agent types the run needs. @throws Failure when there is no such run. */
  readonly types: (store: Store) => Promise<readonly string[]>;
  /** Starts or resumes the execution that is followed then; resolves with its id. */
  readonly begin: (engine: Engine, store: Store) => Promise<string>;
}

export async function drive(session: Session): Promise<ExitCode> {
  const { host, dataDir, binding, watcher, verbose } = session;
  const remark = (text: string): void => watcher.remark(text);
  const onStray = (error: unknown): void =>
    watcher.remark(`error: a promise of an agent failed and nobody waited for it: ${String(error)}`);
  const interrupts = listenForInterrupts({ onStray });
  const giveConsoleBack = ownConsole(remark);
  try {
    const store = await openStore(dataDir, host.environment);
    try {
      const log = engineLog(remark, verbose);
      const agents = directoryOf(binding, host.cwd);
      const engine = await openEngine({
        store,
        agents,
        log,
        environment: host.environment,
        patterns: host.patterns,
      });
      try {
        return await toTheEnd(session, engine, store, interrupts);
      } finally {
        await engine
          .close()
          .catch((error: unknown) =>
            log('warn', 'the engine did not close in order', { message: String(error) }),
          );
      }
    } finally {
      await store.close();
    }
  } finally {
    watcher.close();
    giveConsoleBack();
    interrupts.close();
  }
}

async function toTheEnd(
  session: Session,
  engine: Engine,
  store: Store,
  interrupts: Interrupts,
): Promise<ExitCode> {
  const { watcher, begin, binding, dataDir, host } = session;
  const onDriving = (): void =>
    leaveNote(dataDir, readablePath(host.cwd, binding.file), Object.keys(binding.config.agents));
  const frames = new Frames(engine.live);
  let executionId: string | undefined;
  const onExit = (code: number): void => {
    // Who pressed Ctrl-C twice knows.
    if (code === EXIT.interrupted) return;
    watcher.close();
    for (const line of exitLines(code, executionId, session.hint)) host.err.line(line);
  };
  process.once('exit', onExit);
  try {
    await interrupts.during(outlastPassingOwner(engine));
    if (engine.owns) onDriving();
    else await handOver(session, store);
    executionId = await interrupts.during(begin(engine, store));
    const followed = await interrupts.during(
      follow({ executionId, engine, store, watcher, frames, onDriving, patterns: host.patterns }),
    );
    await interrupts.during(outlastEndings(engine, executionId, watcher));
    watcher.close();
    return report(session, followed);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw withResume(error, executionId, session.hint);
    const left = await leave(engine, executionId);
    watcher.close();
    if (session.show === 'people') session.host.err.line();
    if (session.show === 'json') session.host.out.line(leftJson(left, session.hint));
    else for (const line of leftLines(left, session.hint)) session.host.err.line(line);
    return EXIT.interrupted;
  } finally {
    process.off('exit', onExit);
    frames.close();
  }
}

/** What the run left behind that is being stopped or undone: a sub-workflow that timed out, say. Nobody else would do it. */
async function outlastEndings(engine: Engine, executionId: string, watcher: Watcher): Promise<void> {
  const known = new Set([executionId]);
  const next = (): string | undefined => engine.ending.find((id) => !known.has(id));
  for (let id = next(); id !== undefined; id = next()) {
    known.add(id);
    watcher.remark(`execution ${id} is still being stopped or undone; waiting for that`);
    await engine.ended(id);
  }
}

/** A run that had begun and then met an error stands still; nothing of it is lost. */
function withResume(error: unknown, executionId: string | undefined, hint: Hint): unknown {
  if (executionId === undefined) return error;
  const { code, message, exit, help } = failureOf(error);
  const goOn = `${hint.drive(`resume ${executionId}`)} goes on with it when the cause is gone.`;
  return new Failure(code, message, { exit, help: [...help, goOn], cause: error });
}

/** Code of the user runs in this process, and may end it in the middle of a run. */
function exitLines(code: number, executionId: string | undefined, hint: Hint): readonly string[] {
  const what = `error exited: something in this process called process.exit(${code}) in the middle of the run`;
  const next = executionId === undefined ? hint.look('list') : hint.drive(`resume ${executionId}`);
  return [`${what}; what had finished is kept`, `  ${next}`];
}

/** Another process owns the data: it is asked to drive, if it can. */
async function handOver({ dataDir, types, watcher }: Session, store: Store): Promise<void> {
  const [holder] = await liveHolders(store, Date.now());
  if (holder !== undefined) refuseIfOwnerCannot(holder.owner, dataDir, await types(store));
  const who = holder === undefined ? 'another process' : `process ${holder.owner.pid}`;
  watcher.remark(`${who} owns the data and drives; this one follows, and takes over if that one ends`);
}

export function report(
  { host, show, hint }: Pick<Session, 'host' | 'show' | 'hint'>,
  followed: Followed,
): ExitCode {
  const { out, err } = host;
  const exit = exitOfRun(followed.row);
  if (show === 'json') out.line(outcomeJson(followed, exit));
  else if (show === 'quiet' && exit === EXIT.ok) printWhole(executionOutput(followed.state), out);
  else {
    const to = show === 'quiet' ? err : out;
    if (show === 'people') to.line();
    for (const line of outcomeLines({ ...followed, hint }, to)) to.line(line);
  }
  return exit;
}
