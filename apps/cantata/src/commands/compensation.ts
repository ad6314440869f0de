/**
 * `cantata compensation retry|skip ID`: what could not be undone is tried again or left as it is, and what waits behind
 * it is undone, shown to the end.
 */
import { placeOfLabel } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import type { ExitCode } from '../exit.ts';
import { type DriveOptions, driveOn } from '../follow/drive-on.ts';
import type { Host } from '../host.ts';

/** All that failed, unless one task or item is named. */
export function retry(
  host: Host,
  named: string,
  place: string | undefined,
  options: DriveOptions,
): Promise<ExitCode> {
  return driveOn(host, named, options, async (engine, { executionId }) => {
    await engine.retryCompensation(
      executionId,
      operator(),
      place === undefined ? undefined : placeOfLabel(place),
    );
    return executionId;
  });
}

export interface SkipOptions extends DriveOptions {
  readonly reason?: string;
}

export function skip(host: Host, named: string, place: string, options: SkipOptions): Promise<ExitCode> {
  return driveOn(host, named, options, async (engine, { executionId }) => {
    const by = operator();
    const { reason = `skipped by ${by}` } = options;
    await engine.skipCompensation(executionId, by, placeOfLabel(place), reason);
    return executionId;
  });
}
