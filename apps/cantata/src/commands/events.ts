/** `cantata events ID`: what happened, from the log; with `--follow` also what happens from now on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionState } from '@cantata/core';
import { compile } from '@cantata/definition';
import { Plans } from '@cantata/engine';
import { readingOne } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Interrupted, listenForInterrupts } from '../follow/interrupts.ts';
import { Tail, type Told } from '../follow/tail.ts';
import type { CommonOptions, Host } from '../host.ts';
import { findExecution } from '../ids.ts';
import { eventLine } from '../render/event-line.ts';
import { hasEnded } from '../statuses.ts';

const POLL_MS = 200;

export interface EventsOptions extends CommonOptions {
  readonly follow?: boolean;
  /** Only events after this sequence. */
  readonly after?: number;
}

export async function events(host: Host, named: string, options: EventsOptions): Promise<ExitCode> {
  return readingOne(host, options, async (store) => {
    const { executionId } = await findExecution(store, named);
    const tail = new Tail(executionId, store, new Plans(store.workflows, compile));
    const after = options.after ?? 0;
    const print = (told: readonly Told[]): void => {
      for (const one of told)
        if (one.published.sequence > after) host.out.line(lineOf(one, tail, host, options));
    };
    if (options.follow !== true) {
      print(await tail.read());
      return EXIT.ok;
    }
    const interrupts = listenForInterrupts();
    try {
      for (;;) {
        const row = await store.executions.get(executionId);
        print(await tail.read());
        if (row === undefined || hasEnded(row) || row.parked) return EXIT.ok;
        await interrupts.during(sleep(POLL_MS));
      }
    } catch (error) {
      if (error instanceof Interrupted) return EXIT.interrupted;
      throw error;
    } finally {
      interrupts.close();
    }
  });
}

function lineOf(told: Told, tail: Tail, { out }: Host, { json }: EventsOptions): string {
  return json === true
    ? JSON.stringify(told.published)
    : eventLine(told, tail.state as ExecutionState, out.paint);
}
