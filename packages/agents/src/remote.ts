/** What stands in a configuration for an agent outside of this process. */
import type { Agent, AgentOutcome, TaskError } from '@cantata/core';

export interface RemoteAgent {
  readonly description?: string;
  readonly transport: Agent;
}

export function failed(code: string, message: string, retry?: TaskError['retry']): AgentOutcome {
  return { kind: 'failed', error: { code, message, ...(retry === undefined ? {} : { retry }) } };
}

/** Bytes of all that an agent says in a turn, unless its options say otherwise. */
export const MAX_OUTPUT_BYTES = 16 * 1_048_576;
