/** `cantata retry ID`: an execution that has failed or was cancelled goes on from there, and is shown to its end. */
import type { Operation } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import type { ExitCode } from '../exit.ts';
import { type DriveOptions, driveOn } from '../follow/drive-on.ts';
import type { Host } from '../host.ts';

export interface RetryOptions extends DriveOptions {
  /** Run again besides what failed. */
  readonly task?: readonly string[];
  readonly newKey?: boolean;
  readonly reason?: string;
}

export function retry(host: Host, named: string, options: RetryOptions): Promise<ExitCode> {
  return driveOn(host, named, options, async (engine, { executionId }) => {
    await engine.operate(executionId, operationOf(options), operator());
    return executionId;
  });
}

export function operationOf({ task = [], newKey, reason }: RetryOptions): Operation {
  const why = reason === undefined ? {} : { reason };
  return { type: 'retry', tasks: task, key: newKey === true ? 'new' : 'same', ...why };
}
