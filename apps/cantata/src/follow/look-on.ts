/** Shows an execution to its end or until Ctrl-C, and does none of its work: whoever drives it goes on doing so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionRow, type ExecutionState, hasEnded, isEnded, type Store } from '@cantata/core';
import type { LiveFrame } from '@cantata/engine';
import type { Hint } from '../assemble/hint.ts';
import { createPlans, createReader, readerOf } from '../assemble/reader.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure, failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import { itemOf } from '../render/lookup.ts';
import { createWatcher, type ShowOptions, showOf } from '../render/watcher.ts';
import { type FailedAttempt, note } from './follow.ts';
import { Interrupted, listenForInterrupts } from './interrupts.ts';
import { leftJson, leftLines } from './leave.ts';
import { ifReachable, type Listener, type News, newsOf } from './news.ts';
import { report } from './session.ts';
import { Tail } from './tail.ts';
import type { Watcher } from './watcher.ts';

/** How often is looked whether it has begun. */
const BEGINNING_MS = 100;

export interface LookOn {
  readonly host: Host;
  readonly store: Store;
  readonly hint: Hint;
  readonly options: ShowOptions;
  /** Finds the execution, or makes it go on at a service: who leaves that one is told how to come back. */
  readonly begin: (watcher: Watcher) => Promise<string>;
  readonly role: 'only looks' | 'began it';
}

/** The exit code is that of the run. */
export async function lookOn({ host, store, hint, options, begin, role }: LookOn): Promise<ExitCode> {
  const watcher = createWatcher(host, options);
  const interrupts = listenForInterrupts();
  const show = showOf(options);
  let executionId: string | undefined;
  let news: News | undefined;
  try {
    executionId = await interrupts.during(begin(watcher));
    const look = new Look({ host, store, executionId, watcher });
    for (;;) {
      const row = await interrupts.during(look.once());
      if (row !== undefined) {
        watcher.close();
        return report({ host, show, hint }, { row, ...look.seen });
      }
      if (news === undefined && look.workflowId !== undefined)
        news = newsOf(store, { executionId, workflowId: look.workflowId }, look.listener);
      await interrupts.during(news?.next() ?? sleep(BEGINNING_MS));
    }
  } catch (error) {
    if (!(error instanceof Interrupted))
      throw role === 'began it' ? withWatch(error, executionId, hint) : error;
    watcher.close();
    if (role === 'only looks') return EXIT.interrupted;
    const left = { executionId, drivenBy: 'a service', refusal: undefined } as const;
    if (show === 'people') host.err.line();
    if (show === 'json') host.out.line(leftJson(left, hint));
    else for (const line of leftLines(left, hint)) host.err.line(line);
    return EXIT.interrupted;
  } finally {
    news?.close();
    watcher.close();
    interrupts.close();
  }
}

interface LookParts {
  readonly host: Host;
  readonly store: Store;
  readonly executionId: string;
  readonly watcher: Watcher;
}

class Look {
  readonly #parts: LookParts;
  readonly #tail: Tail;
  readonly #failures = new Map<string, FailedAttempt[]>();

  constructor(parts: LookParts) {
    const { host, store, executionId } = parts;
    this.#parts = parts;
    this.#tail = new Tail(executionId, store, createPlans(store, host.patterns));
  }

  get workflowId(): string | undefined {
    return this.#tail.state?.request?.workflow.id;
  }

  get seen(): { readonly state: ExecutionState; readonly failures: ReadonlyMap<string, FailedAttempt[]> } {
    return { state: this.#tail.state as ExecutionState, failures: this.#failures };
  }

  get listener(): Listener {
    const { watcher } = this.#parts;
    return {
      remark: (text) => watcher.remark(text),
      said: (frame) => {
        // How far one has come who is done by now is of no interest.
        if (frame.kind !== 'progress' || this.#isAtWork(frame)) watcher.said(frame);
      },
    };
  }

  #isAtWork({ task, item }: LiveFrame): boolean {
    const { state } = this.#tail;
    return state !== undefined && itemOf(state, task, item)?.status.kind === 'assigned';
  }

  /** Its row when it ended or is parked, and its log is told to its end. */
  once(): Promise<ExecutionRow | undefined> {
    // Before it was seen at all, nothing says when it is worth asking again.
    return this.workflowId === undefined ? this.#look() : ifReachable(() => this.#look());
  }

  async #look(): Promise<ExecutionRow | undefined> {
    const { host, store, executionId } = this.#parts;
    const isNew = await this.#tell();
    const { state } = this.#tail;
    if (state === undefined || (isNew && !isEnded(state.status))) return undefined;
    const row = await store.executions.get(executionId);
    if (row === undefined || !(hasEnded(row) || row.parked)) return undefined;
    // What the row says has ended, the log then tells to its end.
    await this.#tell();
    await createReader(store, readerOf(host)).fetchOutput(state);
    return row;
  }

  async #tell(): Promise<boolean> {
    const told = await this.#tail.read();
    for (const one of told) {
      note(one.event, this.#failures);
      this.#parts.watcher.told(one, this.#tail.state as ExecutionState);
    }
    return told.length > 0;
  }
}

/** It goes on, though nobody here sees it. */
function withWatch(error: unknown, executionId: string | undefined, hint: Hint): unknown {
  if (executionId === undefined) return error;
  const { code, message, exit, help } = failureOf(error);
  const watch = `It goes on there; ${hint.look(`watch ${executionId}`)} shows it.`;
  return new Failure(code, message, { exit, help: [...help, watch], cause: error });
}
