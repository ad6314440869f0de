/** Everything the world owes an execution, once, at load: what `evolve` listed before the last process ended. */
import { nth } from '../../nth.ts';
import type { Effect, View } from '../law.ts';
import { startOf } from './evolve/children.ts';
import {
  endingOf,
  entryOf,
  goesOn,
  placeOf,
  planTask,
  seatId,
  statusOf,
  taskDeadline,
  taskTimer,
  timerOf,
} from './lookup.ts';
import { type ExecutionState, isEnded, isTimed } from './state.ts';
import type { TeamRun } from './team.ts';
import { runOf, teamTimer, teamTimes } from './team-view.ts';

export function* owed(state: View<ExecutionState>): Iterable<Effect> {
  if (isEnded(state.status) || state.status.kind === 'new') return;
  const ending = endingOf(state);
  // What is ending has a deadline of its own.
  if (state.deadline !== undefined && ending === undefined) {
    yield { kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline };
  }
  if (ending !== undefined) yield { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: ending.deadline };
  if (ending === undefined && !('cause' in state.status)) yield* taskTimeouts(state);
  if (state.status.kind === 'compensating')
    yield { kind: 'arm', timer: { kind: 'compensation_timeout' }, at: state.status.deadline };
  for (const item of state.retrying) {
    // Retries are given up when the end begins.
    if (ending !== undefined) break;
    const timer = timerOf('retry_due', placeOf(state, item));
    yield { kind: 'arm', timer, at: statusOf(item, 'retrying').until };
  }
  for (const item of state.waiting) {
    // So are waits.
    if (!goesOn(state)) break;
    const { until, on } = statusOf(item, 'waiting');
    if (on.kind === 'team') yield* timersOfTeam(state, runOf(nth(state.tasks, item.task), item.index));
    if (until === undefined) continue;
    yield { kind: 'arm', timer: { kind: 'wait_due', ...placeOf(state, item) }, at: until };
  }
  for (const item of state.children) {
    const start = state.status.kind === 'running' ? startOf(state, item) : undefined;
    if (start !== undefined) yield start;
  }
  for (const item of state.acquiring) {
    if (ending !== undefined) break;
    const { until } = statusOf(item, 'acquiring');
    if (until === undefined) continue;
    yield { kind: 'arm', timer: { kind: 'permit_due', ...placeOf(state, item) }, at: until };
  }
  for (const { index, listensUntil } of state.listening) {
    if (!goesOn(state) || listensUntil === undefined) continue;
    const { id } = nth(state.plan.tasks, index);
    yield { kind: 'arm', timer: { kind: 'listen_due', task: id }, at: listensUntil };
  }
  for (const assigned of state.inFlight) {
    const { index: item, attempt, assignment } = assigned;
    const { seat, sequence, deadline, stopping } = statusOf(assigned, 'assigned');
    const task = planTask(state, assigned).id;
    const entry = entryOf(state, assigned);
    const at = { task, item, ...entry, attempt, assignment };
    yield {
      kind: 'dispatch',
      task,
      item,
      attempt,
      assignment,
      seat: seatId(state, seat),
      sequence,
      ...entry,
    };
    if (deadline !== undefined) {
      yield { kind: 'arm', timer: timerOf('attempt_timeout', placeOf(state, assigned)), at: deadline };
    }
    if (stopping !== undefined) {
      yield { kind: 'arm', timer: { kind: 'stop_deadline', task, item }, at: stopping.deadline };
      yield { kind: 'cancel_agent', ...at, reason: stopping.reason };
    }
    if (ending !== undefined) {
      const reason = ending.kind === 'failed' ? ending.error.message : ending.reason;
      yield { kind: 'cancel_agent', ...at, reason };
    }
  }
  yield { kind: 'continue' };
}

function* taskTimeouts(state: View<ExecutionState>): Iterable<Effect> {
  for (const task of state.tasks) {
    const at = isTimed(task) ? taskDeadline(state, task) : undefined;
    if (at !== undefined) yield { kind: 'arm', timer: taskTimer(state, task), at };
  }
}

function* timersOfTeam(state: View<ExecutionState>, run: View<TeamRun>): Iterable<Effect> {
  for (const { timer, at } of teamTimes(state, run)) yield { kind: 'arm', timer, at };
  for (const [name, at] of run.timers) yield { kind: 'arm', timer: teamTimer(state, run, name), at };
}
