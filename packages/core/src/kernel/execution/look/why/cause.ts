/** A structured cause and its sentence, and the causes that many things have in common. */
import type { Instant } from '../../../../ports/clock.ts';
import type { View } from '../../../law.ts';
import { statusWord } from '../../decide/control.ts';
import { endingOf } from '../../lookup.ts';
import type { ExecutionState } from '../../state.ts';

export type CauseCode =
  | 'agents_running'
  | 'paused'
  | 'cancelling'
  | 'failing'
  | 'completing'
  | 'failed'
  | 'cancelled'
  | 'completed'
  | 'waits_for_tasks'
  | 'waits_for_seat'
  | 'waits_for_room'
  | 'waits_for_turn'
  | 'waits_for_retry'
  | 'task_failed'
  | 'skipped'
  | 'given_up'
  | 'starting'
  | 'parked'
  | 'not_driven'
  | 'agent_type_unbound'
  | 'waits_for_timer'
  | 'waits_for_resource'
  | 'waits_for_capacity'
  | 'waits_for_signal'
  | 'waits_for_person'
  | 'waits_for_child'
  | 'waits_for_team'
  | 'waits_for_event'
  | 'command_waiting'
  | 'compensating'
  | 'compensated'
  | 'compensation_failed'
  | 'waits_for_undoing'
  | 'stalled';

export interface Cause {
  /** `execution`, or a task or item: `research[2]`. */
  readonly subject: string;
  readonly code: CauseCode;
  readonly sentence: string;
  /** Tasks, seats or commands it waits for. */
  readonly waits_for: readonly string[];
  /** When it goes on by itself, in Unix milliseconds. */
  readonly until?: Instant;
  /** Where it waits for a resource: as whom. */
  readonly claim?: string;
  /** Where it waits for an execution of its own: by which admission that is let in. */
  readonly admission?: string;
}

/** Only between two steps of many: the next one starts it. */
export function starting(subject: string): Cause {
  return { subject, code: 'starting', sentence: `${subject} is about to start.`, waits_for: [] };
}

/** Something is to be decided or asked for first. */
export function whyNotBegun(state: View<ExecutionState>, subject: string): Cause {
  return held(state, subject) ?? starting(subject);
}

/** What holds back work that could start by itself: the end of the execution, or a pause. */
export function held(state: View<ExecutionState>, subject: string): Cause | undefined {
  const end = endOf(state);
  if (end !== undefined) return givenUp(subject, `${subject} does not start any more: ${end}.`);
  if (state.status.kind !== 'paused') return undefined;
  const sentence = `${subject} is ready and starts when the execution is resumed.`;
  return { subject, code: 'paused', sentence, waits_for: [`cantata resume ${state.executionId}`] };
}

/** A wait that the end of the execution has ended. Pausing ends none: what was waited for may come meanwhile. */
export function whyNotOn(state: View<ExecutionState>, subject: string): Cause | undefined {
  const end = endOf(state);
  return end === undefined ? undefined : givenUp(subject, `${subject} does not wait any more: ${end}.`);
}

export function givenUp(subject: string, sentence: string): Cause {
  return { subject, code: 'given_up', sentence, waits_for: [] };
}

/** Why nothing starts any more, when the end has begun or come. */
export function endOf(state: View<ExecutionState>): string | undefined {
  const { kind } = state.status;
  if (kind === 'failed') return 'the execution failed';
  if (kind === 'cancelled') return 'the execution was cancelled';
  if ('cause' in state.status) return 'what was done is undone';
  return endingOf(state) === undefined ? undefined : `the execution is ${statusWord(state)}`;
}
