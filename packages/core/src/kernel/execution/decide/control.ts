/** What an operator or the engine may ask of an execution: pause, resume, cancel, checkpoint. */
import { derivedUuid } from '../../../ids.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, type Rejected, reject, type View } from '../../law.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { CheckpointCreated, ExecutionEvent, RecoveryInstructions } from '../events.ts';
import { endingOf, goesOn, labelOf, seatId, statusOf } from '../lookup.ts';
import { type ExecutionState, isEnded } from '../state.ts';
import { toChildren } from './to-children.ts';

type Of<Type extends ExecutionCommand['type']> = Extract<ExecutionCommand, { readonly type: Type }>;

export function pause(
  state: View<ExecutionState>,
  command: Of<'pause'>,
  now: Instant,
): Decision<ExecutionEvent> {
  if (state.status.kind !== 'running' || state.status.ending !== undefined) {
    return notRunning(state, 'paused');
  }
  const { by, checkpoint, reason } = command;
  return accept(
    [
      { type: 'workflow.paused', by, checkpoint, ...(reason === undefined ? {} : { reason }) },
      created(state, checkpoint, 'pause'),
    ],
    toChildren(state, (child) => ({
      type: 'pause',
      checkpoint: derivedUuid(now, child),
      by,
      ...(reason === undefined ? {} : { reason }),
    })),
  );
}

export function resume(state: View<ExecutionState>, by: string): Decision<ExecutionEvent> {
  if (state.status.kind !== 'paused') {
    return reject('not_paused', `execution ${state.executionId} is ${statusWord(state)}, not paused`);
  }
  return accept(
    [{ type: 'workflow.resumed', by }],
    toChildren(state, () => ({ type: 'resume', by })),
  );
}

export function cancel(state: View<ExecutionState>, command: Of<'cancel'>): Decision<ExecutionEvent> {
  if (isEnded(state.status)) {
    return reject('already_ended', `execution ${state.executionId} is ${statusWord(state)}`);
  }
  if (endingOf(state) !== undefined || state.status.kind === 'compensating')
    return notRunning(state, 'cancelled');
  const { by, reason = `cancelled by ${by}` } = command;
  return accept([{ type: 'workflow.cancelling', by, reason }]);
}

export function checkpoint(state: View<ExecutionState>, command: Of<'checkpoint'>): Decision<ExecutionEvent> {
  if (isEnded(state.status)) {
    return reject('already_ended', `execution ${state.executionId} is ${statusWord(state)}`);
  }
  return accept([created(state, command.checkpoint, command.cause)]);
}

function created(
  state: View<ExecutionState>,
  checkpoint: string,
  cause: CheckpointCreated['cause'],
): CheckpointCreated {
  return { type: 'workflow.checkpoint_created', checkpoint, cause, recovery: recoveryInstructions(state) };
}

const MAX_LISTED = 100;

function recoveryInstructions(state: View<ExecutionState>): RecoveryInstructions {
  const inFlight: RecoveryInstructions['in_flight'][number][] = [];
  for (const item of state.inFlight) {
    if (inFlight.length === MAX_LISTED) break;
    const { seat } = statusOf(item, 'assigned');
    inFlight.push({ task: labelOf(state, item), agent_id: seatId(state, seat), attempt: item.attempt });
  }
  return {
    in_flight: inFlight,
    redispatch: state.inFlight.size,
    ready: state.seating.readyOfPool.reduce((sum, queue) => sum + queue.size, 0),
    retrying: state.retrying.size,
    resume: `cantata resume ${state.executionId}`,
  };
}

/** Undefined where something may still come of it. A paused one takes what comes. */
export function refusedAtEnd(
  state: View<ExecutionState>,
  what: string,
): Decision<ExecutionEvent> | undefined {
  return goesOn(state) ? undefined : notRunning(state, what);
}

export function notRunning(state: View<ExecutionState>, what: string): Rejected {
  const message = `execution ${state.executionId} is ${statusWord(state)} and cannot be ${what}`;
  return reject(isEnded(state.status) ? 'already_ended' : 'not_running', message);
}

/** The status as people say it: an ending execution is neither running nor ended. */
export function statusWord(state: View<ExecutionState>): string {
  const ending = endingOf(state);
  if (ending === undefined) return state.status.kind;
  return ENDING_WORDS[ending.kind];
}

export const ENDING_WORDS = {
  cancelled: 'being cancelled',
  failed: 'failing',
  completed: 'being completed',
} as const;
