/** Everything the world owes an execution, once, at load: what `evolve` listed before the last process ended. */
import type { Effect, View } from '../law.ts';
import { type ExecutionState, isEnded } from './state.ts';

export function* owed(state: View<ExecutionState>): Iterable<Effect> {
  const { status, plan } = state;
  if (isEnded(status) || status.kind === 'new') return;
  if (state.deadline !== undefined)
    yield { kind: 'arm', timer: { kind: 'execution_timeout' }, at: state.deadline };
  const ending = status.kind === 'running' ? status.ending : undefined;
  if (ending !== undefined) yield { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: ending.deadline };
  for (const item of state.retrying) {
    if (item.status.kind !== 'retrying' || ending !== undefined) continue;
    const timer = { kind: 'retry_due', task: plan.tasks[item.task]?.id as string, item: item.index } as const;
    yield { kind: 'arm', timer, at: item.status.until };
  }
  for (const { task: index, index: item, attempt, assignment, status: at } of state.inFlight) {
    if (at.kind !== 'assigned') continue;
    const task = plan.tasks[index]?.id as string;
    const seat = plan.seats[at.seat]?.id as string;
    yield { kind: 'dispatch', task, item, attempt, assignment, seat, sequence: at.sequence };
    if (at.deadline !== undefined)
      yield { kind: 'arm', timer: { kind: 'attempt_timeout', task, item }, at: at.deadline };
    if (ending !== undefined) {
      const reason = ending.kind === 'failed' ? ending.error.message : ending.reason;
      yield { kind: 'cancel_agent', task, item, attempt, assignment, reason };
    }
  }
  yield { kind: 'continue' };
}
