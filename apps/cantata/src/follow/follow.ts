/** Watches an execution to its end, whoever drives it, and takes it over when nobody does any more. */
import {
  CantataError,
  type ExecutionEvent,
  type ExecutionRow,
  type ExecutionState,
  type PatternLibrary,
  type Store,
  type TaskError,
  taskLabel,
} from '@cantata/core';
import type { Engine, LiveFrame } from '@cantata/engine';
import { createPlans } from '../assemble/reader.ts';
import type { Frames } from './frames.ts';
import { Tail } from './tail.ts';
import type { Watcher } from './watcher.ts';

/** How often another process's events, and the change of the owner, are looked for. */
const POLL_MS = 200;

/** The attempts of a task or item that failed, oldest first, by its label. */
export type Failures = ReadonlyMap<string, readonly FailedAttempt[]>;

export interface FailedAttempt {
  readonly attempt: number;
  readonly error: TaskError;
}

export interface Followed {
  readonly row: ExecutionRow;
  readonly state: ExecutionState;
  readonly failures: Failures;
}

export interface FollowOptions {
  readonly executionId: string;
  readonly engine: Engine;
  readonly store: Store;
  readonly watcher: Watcher;
  readonly frames: Frames;
  /** This process drives from now on. */
  readonly onDriving: () => void;
  readonly patterns: PatternLibrary;
}

/** Resolves when the execution ended or is parked. @throws CantataError what it is parked with where nothing can be written. */
export async function follow(options: FollowOptions): Promise<Followed> {
  const { executionId, engine, store, watcher, frames, patterns } = options;
  const tail = new Tail(executionId, store, createPlans(store, patterns));
  const say = (frame: LiveFrame): void => {
    if (frame.executionId === executionId) watcher.said(frame);
  };
  const failures = new Map<string, FailedAttempt[]>();
  const pump = serial(async () => {
    const news = await tail.read();
    for (const told of news) {
      note(told.event, failures);
      frames.tellBefore(told.at, say);
      watcher.told(told, tail.state as ExecutionState);
    }
  });
  const stops = [
    engine.bus.subscribe(({ events }) => {
      if (events.some(({ entity }) => entity === executionId)) pump.soon();
    }),
    watchOwner(options, pump.soon),
  ];
  try {
    await pump.now();
    // Events that were committed before are read in the same turn of the loop; then it is time.
    frames.whenWaiting(() => setImmediate(() => frames.tellAll(say)));
    const row = await engine.ended(executionId);
    await pump.now();
    const { state } = tail;
    if (state !== undefined) await engine.reader.fetchOutput(state);
    return { row, state: state as ExecutionState, failures };
  } finally {
    for (const stop of stops) stop();
    frames.tellAll(say);
  }
}

export function note(event: ExecutionEvent, failures: Map<string, FailedAttempt[]>): void {
  if (event.type !== 'task.retry_scheduled' && event.type !== 'task.failed') return;
  const label = taskLabel(event.task, event.item);
  const { attempt, error } = event;
  failures.set(label, [...(failures.get(label) ?? []), { attempt, error }]);
}

/** Another process publishes nothing here, so its log is polled; when it is gone, this engine owns the shards and drives. */
function watchOwner(
  { executionId, engine, watcher, onDriving }: FollowOptions,
  poll: () => void,
): () => void {
  let drives = engine.owns;
  const tick = (): void => {
    if (!engine.owns) poll();
    if (engine.owns === drives) return;
    drives = engine.owns;
    if (!drives) return watcher.remark('another process took the run over; following it');
    watcher.remark('the process that drove the run ended; this one goes on with it');
    onDriving();
    engine.recover(executionId).catch((error: unknown) => {
      // The start itself is still in the inbox: it drives when it is dealt with.
      if (error instanceof CantataError && error.code === 'execution_not_found') return;
      watcher.remark(
        `the run could not be taken over: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  };
  const timer = setInterval(tick, POLL_MS);
  return () => clearInterval(timer);
}

/** Runs `work` one at a time; a wish that comes meanwhile is one more round afterwards. */
function serial(work: () => Promise<void>): { readonly now: () => Promise<void>; readonly soon: () => void } {
  let running = Promise.resolve();
  let waiting = false;
  const now = (): Promise<void> => {
    const round = running.then(() => {
      waiting = false;
      return work();
    });
    running = round.catch(() => undefined);
    return round;
  };
  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    // A read that fails is tried again with the next event or poll; the end of the run reads with its error.
    now().catch(() => undefined);
  };
  return { now, soon };
}
