/** Shows an execution to its end or until Ctrl-C, and has no part in it: whoever drives it goes on doing so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionState, hasEnded, type Store } from '@cantata/core';
import type { Hint } from '../assemble/hint.ts';
import { createPlans, createReader, readerOf } from '../assemble/reader.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { createWatcher, type ShowOptions, showOf } from '../render/watcher.ts';
import { type FailedAttempt, note } from './follow.ts';
import { Interrupted, listenForInterrupts } from './interrupts.ts';
import { report } from './session.ts';
import { Tail } from './tail.ts';

const POLL_MS = 200;

export interface LookOn {
  readonly host: Host;
  readonly store: Store;
  readonly executionId: string;
  readonly hint: Hint;
  readonly options: ShowOptions;
}

/** The exit code is that of the run. */
export async function lookOn({ host, store, executionId, hint, options }: LookOn): Promise<ExitCode> {
  const watcher = createWatcher(host, options);
  const interrupts = listenForInterrupts();
  const tail = new Tail(executionId, store, createPlans(store, host.patterns));
  const failures = new Map<string, FailedAttempt[]>();
  try {
    for (;;) {
      // The row first: what it says has ended, the log then tells to its end.
      const row = await store.executions.get(executionId);
      for (const told of await tail.read()) {
        note(told.event, failures);
        watcher.told(told, tail.state as ExecutionState);
      }
      const { state } = tail;
      if (row !== undefined && state !== undefined && (hasEnded(row) || row.parked)) {
        await createReader(store, readerOf(host)).fetchOutput(state);
        watcher.close();
        return report({ host, show: showOf(options), hint }, { row, state, failures });
      }
      await interrupts.during(sleep(POLL_MS));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return EXIT.interrupted;
  } finally {
    watcher.close();
    interrupts.close();
  }
}
