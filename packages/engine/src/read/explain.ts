/** Adds to the causes of the law what only the shell's rows tell: parked, driven by nobody, commands that wait. */
import {
  type Cause,
  duration,
  type ExecutionRow,
  type ExecutionState,
  type Instant,
  isEnded,
  type Lease,
  type MessageRow,
} from '@cantata/core';

export interface Explained {
  readonly row: ExecutionRow;
  readonly state: ExecutionState;
  readonly causes: readonly Cause[];
  readonly holders: readonly Lease[];
  /** Commands in its inbox. */
  readonly waiting: readonly MessageRow[];
  readonly now: Instant;
}

export function explain(known: Explained): readonly Cause[] {
  const { row, state, causes } = known;
  if (row.parked) return [parked(row), ...causes];
  if (isEnded(state.status)) return causes;
  const inbox = inboxCause(known);
  const undriven = state.status.kind === 'paused' ? undefined : notDriven(known);
  return [undriven, ...causes, inbox].filter((cause) => cause !== undefined);
}

function parked(row: ExecutionRow): Cause {
  return {
    subject: 'execution',
    code: 'parked',
    sentence: `It is parked: ${row.reason}. It stands still until it is resumed: cantata resume ${row.executionId}.`,
    waits_for: [`cantata resume ${row.executionId}`],
  };
}

/** An engine that took the shards over and has not touched the execution since does not drive it. */
function notDriven({ row, state, holders, now }: Explained): Cause | undefined {
  const live = holders.filter((held) => held.expiresAt > now);
  const drives = live.some((held) => startOf(held.owner.id) <= state.lastAt);
  if (drives) return undefined;
  const who = live.length === 0 ? 'no engine is running' : 'the engine that is running has not taken it over';
  return {
    subject: 'execution',
    code: 'not_driven',
    sentence:
      `Nobody drives it: ${who}, and the process that did ended after its last event ` +
      `${duration(now - state.lastAt)} ago. cantata resume ${row.executionId} continues it.`,
    waits_for: [`cantata resume ${row.executionId}`],
  };
}

/** The time in a UUIDv7: an engine's id says when its process started. */
function startOf(ownerId: string): Instant {
  return Number.parseInt(ownerId.replaceAll('-', '').slice(0, 12), 16);
}

function inboxCause({ waiting, now }: Explained): Cause | undefined {
  const oldest = waiting[0];
  if (oldest === undefined) return undefined;
  const types = waiting.map((message) => message.type);
  return {
    subject: 'execution',
    code: 'command_waiting',
    sentence: `${types.length} command(s) wait to be dealt with, the oldest (${oldest.type}) for ${duration(now - oldest.at)}.`,
    waits_for: types,
  };
}
