/** The checkpoints of an execution, from its log. It can be forked from each, kept as a snapshot or not. */
import type { CheckpointCreated, Instant } from '@cantata/core';
import type { Recorded } from './events-of.ts';

export interface CheckpointRow extends Pick<CheckpointCreated, 'cause' | 'recovery'> {
  readonly checkpointId: string;
  readonly sequence: number;
  readonly at: Instant;
  readonly by: string;
}

export async function readCheckpoints(
  recorded: AsyncIterable<Recorded<'workflow.checkpoint_created'>>,
  limit: number,
): Promise<readonly CheckpointRow[]> {
  const found: CheckpointRow[] = [];
  for await (const { row, event } of recorded) {
    const { checkpoint: checkpointId, cause, recovery } = event;
    found.push({ checkpointId, sequence: row.sequence, at: row.at, by: row.actor, cause, recovery });
    if (found.length === limit) break;
  }
  return found;
}
