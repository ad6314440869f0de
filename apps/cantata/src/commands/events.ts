/** `cantata events ID`: what happened, from the log; with `--follow` also what happens from now on. */
import { type ExecutionRow, type ExecutionState, hasEnded, projected, type Store } from '@cantata/core';
import { isDriven, liveHolders } from '../assemble/driven.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { createPlans, createReader, readerOf } from '../assemble/reader.ts';
import { readingOne } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Interrupted, listenForInterrupts } from '../follow/interrupts.ts';
import { ifReachable, newsOf } from '../follow/news.ts';
import { Tail, type Told } from '../follow/tail.ts';
import type { CommonOptions, Host } from '../host.ts';
import { findExecution } from '../ids.ts';
import { eventLine } from '../render/event-line.ts';
import { asTyped } from '../render/sentence.ts';
import { remarkLines } from '../render/text.ts';

export interface EventsOptions extends CommonOptions {
  readonly follow?: boolean;
  /** Only events after this sequence. */
  readonly after?: number;
}

export async function events(host: Host, named: string, options: EventsOptions): Promise<ExitCode> {
  return readingOne(host, options, async (store) => {
    const found = await findExecution(store, named);
    const { executionId } = found;
    const tail = new Tail(executionId, store, createPlans(store, host.patterns));
    const after = options.after ?? 0;
    const print = (told: readonly Told[]): void => {
      for (const one of told)
        if (one.published.sequence > after)
          for (const line of linesOf(one, tail, host, options)) host.out.line(line);
    };
    if (options.follow !== true) {
      print(await tail.read());
      return EXIT.ok;
    }
    const interrupts = listenForInterrupts();
    const hint = await createHint(host, options);
    const news = newsOf(store, found, { remark: (text) => remarkLines(text, host.err) });
    let stoodStill = false;
    const look = async (): Promise<'over' | 'open'> => {
      const row = await store.executions.get(executionId);
      print(await tail.read());
      if (row === undefined || hasEnded(row) || row.parked) return 'over';
      const standsStill = await isStandingStill(row, store);
      if (standsStill && !stoodStill) await explain(host, row, store, hint);
      stoodStill = standsStill;
      return 'open';
    };
    try {
      while ((await interrupts.during(ifReachable(look))) !== 'over') await interrupts.during(news.next());
      return EXIT.ok;
    } catch (error) {
      if (error instanceof Interrupted) return EXIT.interrupted;
      throw error;
    } finally {
      news.close();
      interrupts.close();
    }
  });
}

/** Nothing more comes before somebody resumes it. */
async function isStandingStill(row: ExecutionRow, store: Store): Promise<boolean> {
  return row.status === 'paused' || !(await isDriven(row, await liveHolders(store, Date.now()), store));
}

/** Whoever waits for events is told that none will come, and what makes them come. */
async function explain(host: Host, { executionId }: ExecutionRow, store: Store, hint: Hint): Promise<void> {
  const [cause] = await createReader(store, readerOf(host)).why(executionId);
  if (cause !== undefined) remarkLines(asTyped(cause.sentence, hint), host.err);
}

/** For programs also what happened between agents, each as an event with the sequence of its cause. */
function linesOf(told: Told, tail: Tail, { out }: Host, { json }: EventsOptions): readonly string[] {
  if (json !== true) return [eventLine(told, tail.state as ExecutionState, out.paint)];
  const { published } = told;
  return [published, ...projected(published)].map((one) => JSON.stringify(one));
}
