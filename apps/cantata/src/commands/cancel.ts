/**
 * `cantata cancel ID`: agents are told to stop, and the execution ends when they have; at once where it cannot be read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionRow, hasEnded, placeOfLabel } from '@cantata/core';
import { isWrittenOff } from '@cantata/engine';
import { operator } from '../assemble/owner.ts';
import type { Teller } from '../assemble/teller.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure, usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { clean, shortId } from '../render/text.ts';
import type { ReasonOptions } from './pause.ts';
import { byHand } from './task.ts';

/** An agent has ten seconds to stop; then the execution ends without it. */
const LONGEST_MS = 15_000;

export interface CancelOptions extends ReasonOptions {
  /** `research` or `research[2]`. */
  readonly task?: string;
  readonly region?: boolean;
}

export async function cancel(host: Host, named: string, options: CancelOptions): Promise<ExitCode> {
  if (options.task !== undefined) return cancelTask(host, named, options.task, options);
  if (options.region === true) throw usage('--region goes with --task, which says where it begins');
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    await engine.cancel(executionId, operator(), options.reason);
    const row = await endedInTime(engine, executionId);
    if (row !== undefined && isWrittenOff(row)) return writtenOff(host, row, options);
    if (row?.parked === true) throw new Failure('parked', row.reason ?? 'it is parked', { exit: EXIT.store });
    const status = row !== undefined && hasEnded(row) ? row.status : 'cancelling';
    if (options.json === true) printJson(host, { execution_id: executionId, status });
    else host.out.line(words(host, executionId, status));
    return EXIT.ok;
  });
}

async function cancelTask(
  host: Host,
  named: string,
  place: string,
  options: CancelOptions,
): Promise<ExitCode> {
  const extent = options.region === true ? 'region' : 'task';
  return byHand(host, named, options, 'cancelling', { type: 'task.cancel', ...placeOfLabel(place), extent });
}

/** It is gone from the way; what it had done is neither finished nor undone, and that is said. */
function writtenOff(
  host: Host,
  { executionId, status, reason }: ExecutionRow,
  { json }: ReasonOptions,
): ExitCode {
  const { yellow, dim } = host.out.paint;
  if (json === true) printJson(host, { execution_id: executionId, status, reason });
  else host.out.line(`${yellow(status)}  ${shortId(executionId)} ${dim(clean(reason ?? ''))}`);
  return EXIT.ok;
}

/** The row it ended with; undefined where its agents take too long. */
export async function endedInTime(
  engine: Pick<Teller, 'ended'>,
  executionId: string,
): Promise<ExecutionRow | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([
      engine.ended(executionId),
      sleep(LONGEST_MS, undefined, { signal: late.signal }),
    ]);
  } finally {
    late.abort();
  }
}

function words({ out }: Host, executionId: string, status: string): string {
  const id = shortId(executionId);
  const { yellow, dim } = out.paint;
  if (status === 'cancelled') return `${yellow('cancelled')}  ${id}`;
  if (status === 'cancelling')
    return `${yellow('cancelling')}  ${id} ${dim('its agents have not stopped yet')}`;
  return `${status}  ${id} ${dim('it ended before it could be cancelled')}`;
}
