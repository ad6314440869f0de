/** Adds to the causes of the law what only the shell's rows tell: parked, driven by nobody, unbound, commands that wait. */
import {
  type CantataError,
  type Cause,
  duration,
  ENDING_WORDS,
  type ExecutionRow,
  type ExecutionState,
  type Instant,
  isEnded,
  type Lease,
  listing,
  type MessageRow,
  type PlanGroup,
  type PlanTask,
  type Seat,
  taskLabel,
} from '@cantata/core';
import { isWrittenOff } from '../shell/write-off.ts';

export interface Explained {
  readonly row: ExecutionRow;
  readonly state: ExecutionState;
  readonly causes: readonly Cause[];
  readonly holders: readonly Lease[];
  /** Commands in its inbox. */
  readonly waiting: readonly MessageRow[];
  readonly now: Instant;
  /** Whether the engine of this process has it in hand; undefined when another one owns the shards. */
  readonly isDriven: boolean | undefined;
  /** Agent types that nobody is bound to, and the file that binds them. Undefined where the directory is not at hand. */
  readonly binding: Binding | undefined;
}

export interface Binding {
  readonly where: string;
  readonly isBound: (agentType: string) => boolean;
}

export function explain(known: Explained): readonly Cause[] {
  const { row, state, causes } = known;
  if (row.parked) return [standing(row), ...causes];
  if (isEnded(state.status)) return causes;
  const undriven = state.status.kind === 'paused' ? undefined : notDriven(known);
  // The law speaks of the whole as if somebody drove it; what it says of the tasks holds.
  const lawful = undriven === undefined ? causes : causes.filter(({ subject }) => subject !== 'execution');
  return [undriven, unbound(known), ...lawful, inboxCause(known)].filter((cause) => cause !== undefined);
}

/** Also where its log cannot be read: the row knows the reason. */
export function standing(row: ExecutionRow): Cause {
  const { executionId, reason } = row;
  if (isWrittenOff(row)) {
    return { subject: 'execution', code: 'cancelled', sentence: `It was ${reason}.`, waits_for: [] };
  }
  return {
    subject: 'execution',
    code: 'parked',
    sentence: `It is parked: ${reason}. It stands still until it is resumed: cantata resume ${executionId}.`,
    waits_for: [`cantata resume ${executionId}`],
  };
}

/** Whoever resumes it will find it parked. */
export function unreadable({ executionId }: ExecutionRow, { code, message }: CantataError): Cause {
  return {
    subject: 'execution',
    code: 'parked',
    sentence:
      `It cannot be read, so nobody can go on with it: ${code}: ${message}. ` +
      `cantata cancel ${executionId} ends it.`,
    waits_for: [`cantata cancel ${executionId}`],
  };
}

/** An engine that took the shards over and has not touched the execution since does not drive it. */
function notDriven({ row, state, holders, now, isDriven }: Explained): Cause | undefined {
  const live = holders.filter((held) => held.expiresAt > now);
  if (isDriven ?? live.some((held) => row.asleep || !(startOf(held.owner.id) > state.lastAt)))
    return undefined;
  const who = live.length === 0 ? 'no engine is running' : 'the engine that is running has not taken it over';
  return {
    subject: 'execution',
    code: 'not_driven',
    sentence:
      `Nobody drives it: ${who}, and the process that did ended after its last event ` +
      `${duration(now - state.lastAt)} ago. cantata resume ${row.executionId} continues it.${whatStopped(state)}`,
    waits_for: [`cantata resume ${row.executionId}`],
  };
}

/** What was going on when nobody drove it any more. */
function whatStopped({ status, inFlight, plan }: ExecutionState): string {
  if (status.kind === 'running' && status.ending !== undefined) {
    const { ending } = status;
    const reason = ending.kind === 'failed' ? ending.error.message : ending.reason;
    return ` It was ${ENDING_WORDS[ending.kind]} (${reason}).`;
  }
  if (inFlight.size === 0) return '';
  const labels = [...inFlight].map(({ task, index }) => taskLabel((plan.tasks[task] as PlanTask).id, index));
  return ` Agents worked on ${listing(labels)}; that is handed out again then.`;
}

/** The time in a UUIDv7: an engine's id says when its process started. NaN for other ids. */
function startOf(ownerId: string): Instant {
  return Number.parseInt(ownerId.replaceAll('-', '').slice(0, 12), 16);
}

/** Attempts that were assigned and that no agent can take. */
function unbound({ row, state, binding }: Explained): Cause | undefined {
  if (binding === undefined) return undefined;
  const { tasks, seats, groups } = state.plan;
  const types = new Set<string>();
  const labels: string[] = [];
  for (const item of state.inFlight) {
    if (item.status.kind !== 'assigned') continue;
    const { group } = seats[item.status.seat] as Seat;
    const { type } = (groups[group] as PlanGroup).definition;
    if (binding.isBound(type)) continue;
    types.add(type);
    labels.push(taskLabel((tasks[item.task] as PlanTask).id, item.index));
  }
  if (types.size === 0) return undefined;
  const names = listing([...types]);
  return {
    subject: 'execution',
    code: 'agent_type_unbound',
    sentence:
      `${listing(labels)} cannot start: no agent is bound to the type ${names}. ` +
      `Bind it in ${binding.where}, then cantata resume ${row.executionId}.`,
    waits_for: [...types],
  };
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
