/** What past runs of a workflow took, where the project has data. A plan can be shown without it. */
import type { History } from '@cantata/core';
import { failureOf } from '../failure.ts';
import type { CommonOptions, Host } from '../host.ts';
import { createReader } from './reader.ts';
import { reading } from './reading.ts';

/** `file`: the workflow's, whose project is meant. Data that cannot be read is a warning. */
export async function pastRuns(
  host: Host,
  options: CommonOptions,
  file: string,
  name: string,
): Promise<History> {
  try {
    return await reading(host, { ...options, workflow: file }, async (store) =>
      store === undefined ? new Map() : createReader(store, { patterns: host.patterns }).history(name),
    );
  } catch (error) {
    const { code, message } = failureOf(error);
    host.err.line(host.err.paint.yellow(`warn: ${code}: ${message}; durations are guessed`));
    return new Map();
  }
}
