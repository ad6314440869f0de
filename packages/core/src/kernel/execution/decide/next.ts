/** What follows from the state as it is: the next small step on the way of an execution, or nothing. */
import type { Json } from '../../../json.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { executionOutput } from '../input.ts';
import { hasWakeup } from '../look/invariants.ts';
import { attemptOf } from '../lookup.ts';
import { nextSeatless, pick } from '../seating.ts';
import type { Ending, ExecutionState } from '../state.ts';
import { beginAcquiring, giveAllBack } from './acquire.ts';
import { meter } from './budget.ts';
import { letGo } from './child.ts';
import { compensating, registration, undo, undoes } from './compensation.ts';
import { compute } from './compute.ts';
import { deadlocked } from './deadlock.ts';
import { assignment, leave, outcomeOf } from './hand-out.ts';
import { heardNothing } from './listening.ts';
import { decideOn } from './open.ts';
import { askForPermits } from './permits.ts';
import { begin } from './seatless.ts';
import { react } from './team.ts';

export function advance(state: View<ExecutionState>, now: Instant): Decision<ExecutionEvent> {
  const { status, plan } = state;
  const orphan = state.orphans.head;
  if (orphan !== undefined) return letGo(state, orphan);
  if (state.returns.length > 0) return giveAllBack(state);
  switch (status.kind) {
    case 'planning':
      return accept([{ type: 'workflow.planned', tasks: plan.tasks.length, estimatedMs: plan.plannedMs }]);
    case 'allocating':
      return accept([
        { type: 'workflow.agents_allocated', seats: plan.seats.length },
        { type: 'workflow.execution_started', estimatedMs: plan.plannedMs },
      ]);
    case 'running':
      return status.ending === undefined ? run(state, now) : end(state, status.ending, now);
    case 'compensating':
      return undo(state, now);
    default:
      return NO_EVENTS;
  }
}

function run(state: View<ExecutionState>, now: Instant): Decision<ExecutionEvent> {
  const undecided = state.undecided.head;
  if (undecided !== undefined) return accept(decideOn(state, undecided, now));
  const told = state.reacting.head;
  if (told !== undefined) return accept(react(state, told, now));
  const unasked = state.unasked.head;
  if (unasked !== undefined) return beginAcquiring(state, unasked);
  if (state.rates.askable.size > 0) return askForPermits(state);
  const seatless = nextSeatless(state);
  if (seatless !== undefined) return accept(begin(state, seatless, now));
  const next = pick(state);
  if (next !== undefined) {
    if (state.unstaffed) return NO_EVENTS;
    const metered = meter(state, next.item, now);
    if (metered !== undefined) return accept(metered);
    const assigned = assignment(state, next.item, next.seat);
    const registered = registration(state, next.item);
    return accept(registered === undefined ? [assigned] : [registered, assigned]);
  }
  if (state.openTasks === 0) return complete(state);
  const skipped = heardNothing(state);
  if (skipped !== undefined) return accept([skipped]);
  return hasWakeup(state) ? NO_EVENTS : accept(deadlocked(state));
}

function complete(state: View<ExecutionState>, given?: Json): Decision<ExecutionEvent> {
  if (given !== undefined) return completed(state, given);
  const { outputs } = state.plan.definition;
  const output = outputs === undefined ? undefined : compute(state, outputs);
  if (output?.kind === 'value') return completed(state, output.value);
  // What a budget stopped has no more than a part of what `outputs` speaks of, and that is no failure.
  if (output !== undefined && state.stopReason === undefined)
    return accept([{ type: 'workflow.failing', error: output.error }]);
  const leaving = leave(state, () => ({ status: 'completed', output: executionOutput(state) }));
  return accept([{ type: 'workflow.completed' }], leaving);
}

function completed(state: View<ExecutionState>, output: Json): Decision<ExecutionEvent> {
  return accept(
    [{ type: 'workflow.completed', output }],
    leave(state, () => ({ status: 'completed', output })),
  );
}

/**
 * The end comes when the last agent in flight has answered and the last child has ended. Those that have not by the
 * deadline are taken as gone, one a step, and the execution ends without their word.
 */
function end(state: View<ExecutionState>, ending: View<Ending>, now: Instant): Decision<ExecutionEvent> {
  const [silent] = state.inFlight;
  if (silent !== undefined) {
    if (now < ending.deadline) return NO_EVENTS;
    return accept([{ type: 'task.cancelled', ...attemptOf(state, silent), confirmed: false }]);
  }
  const [child] = state.children;
  if (child !== undefined) {
    if (now < ending.deadline) return NO_EVENTS;
    return accept([{ type: 'task.cancelled', ...attemptOf(state, child), confirmed: false }]);
  }
  if (ending.kind === 'completed') return complete(state, ending.output);
  if (undoes(state, ending)) return accept([compensating(state)]);
  const leaving = leave(state, () => outcomeOf(ending));
  if (ending.kind === 'cancelled') {
    return accept([{ type: 'workflow.cancelled', reason: ending.reason }], leaving);
  }
  const { kind: _, deadline: __, ...cause } = ending;
  return accept([{ type: 'workflow.failed', ...cause }], leaving);
}
