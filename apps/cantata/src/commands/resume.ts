/** `cantata resume ID`: goes on with an execution that stands still, and shows it to its end. */
import { type ExecutionRow, hasEnded } from '@cantata/core';
import { isWrittenOff } from '@cantata/engine';
import type { Hint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type DriveOptions, driveOn } from '../follow/drive-on.ts';
import type { Host } from '../host.ts';

export type ResumeOptions = DriveOptions;

export function resume(host: Host, named: string, options: ResumeOptions): Promise<ExitCode> {
  return driveOn(host, named, options, async (engine, row, hint) => {
    const { executionId, status } = row;
    if (hasEnded(row)) throw ended(row, hint);
    await engine.recover(executionId);
    if (status === 'paused') await engine.resume(executionId, operator());
    return executionId;
  });
}

function ended(row: ExecutionRow, hint: Hint): Failure {
  const { executionId, status, reason } = row;
  const why = isWrittenOff(row) ? `: ${reason}` : '';
  return new Failure('already_ended', `${executionId} is ${status}${why}; there is nothing to resume`, {
    exit: EXIT.conflict,
    help: [
      ...(status === 'compensation_failed'
        ? [`${hint.drive(`compensation retry ${executionId}`)} tries again what could not be undone.`]
        : []),
      `${hint.look(`status ${executionId}`)} shows it.`,
    ],
  });
}
