/** Folds one event into the state of an execution. Writes down what was decided; decides nothing (L2). */
import { noRule } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { ExecutionEvent } from '../events.ts';
import type { ExecutionState } from '../state.ts';
import * as acquiring from './acquiring.ts';
import * as budget from './budget.ts';
import { cancelling } from './cancelling.ts';
import * as children from './children.ts';
import * as compensation from './compensation.ts';
import { rerouted } from './diverted.ts';
import { enough } from './enough.ts';
import * as items from './items.ts';
import * as lifecycle from './lifecycle.ts';
import * as listening from './listening.ts';
import * as mail from './mail.ts';
import { overridden, reassigned } from './overridden.ts';
import * as permits from './permits.ts';
import { reentered } from './region.ts';
import { reopened } from './reopened.ts';
import { spawned } from './spawn.ts';
import * as tasks from './tasks.ts';
import * as team from './team.ts';
import { terminating } from './terminating.ts';
import { upgraded } from './upgraded.ts';
import { asked, waiting } from './waiting.ts';

export function evolve(state: ExecutionState, event: ExecutionEvent, at: Instant): void {
  state.sequence += 1;
  state.lastAt = at;
  switch (event.type) {
    // Nearly all events are of these two kinds, and the cases are tried in their order.
    case 'agent.task_assigned':
      return items.assigned(state, event, at);
    case 'task.completed':
      return items.completed(state, event, at);
    case 'workflow.requested':
      return lifecycle.requested(state, event, at);
    case 'workflow.planned':
      state.plannedMs = event.estimatedMs;
      state.status = { kind: 'allocating' };
      return;
    case 'workflow.agents_allocated':
    case 'deadlock.detected':
      return;
    case 'workflow.execution_started':
      return lifecycle.started(state, at);
    case 'workflow.paused':
      return lifecycle.paused(state, event, at);
    case 'workflow.resumed':
      return lifecycle.resumed(state, at);
    case 'workflow.checkpoint_created':
      return lifecycle.checkpointCreated(state, event, at);
    case 'workflow.cancelling':
    case 'workflow.failing':
      return lifecycle.ending(state, event, at);
    case 'workflow.terminating':
      return terminating(state, event, at);
    case 'workflow.upgraded':
      return upgraded(state, event, at);
    case 'workflow.reopened':
      return reopened(state, event, at);
    case 'workflow.completed':
    case 'workflow.failed':
    case 'workflow.cancelled':
      return lifecycle.ended(state, event, at);
    case 'task.opened':
      return tasks.opened(state, event, at);
    case 'task.spawned':
      return spawned(state, event, at);
    case 'task.items_added':
      return tasks.itemsAdded(state, event, at);
    case 'task.skipped':
      return tasks.skipped(state, event, at);
    case 'task.awaited':
      return tasks.awaited(state, event);
    case 'task.repeated':
      return tasks.repeated(state, event, at);
    case 'task.loop_ended':
      return tasks.loopEnded(state, event, at);
    case 'task.reentered':
      return reentered(state, event, at);
    case 'budget.warned':
      return budget.warned(state, event);
    case 'budget.exceeded':
      return budget.exceeded(state, event, at);
    case 'task.enough':
      return enough(state, event, at);
    case 'task.cancelling':
      return cancelling(state, event, at);
    case 'task.overridden':
      return overridden(state, event, at);
    case 'task.reassigned':
      return reassigned(state, event, at);
    case 'task.rerouted':
      return rerouted(state, event, at);
    case 'task.acquiring':
      return acquiring.acquiring(state, event, at);
    case 'task.granted':
      return acquiring.granted(state, event, at);
    case 'task.permits_asked':
      return permits.permitsAsked(state, event);
    case 'task.permits_granted':
      return permits.permitsGranted(state, event, at);
    case 'task.permit_due':
      return acquiring.permitDue(state, event, at);
    case 'task.released':
      return acquiring.released(state, event);
    case 'task.child_started':
      return children.childStarted(state, event);
    case 'task.child_ended':
      return children.childEnded(state, event);
    case 'task.child_cancelling':
      return children.childCancelling(state, event);
    case 'task.waiting':
      return waiting(state, event, event.on, at);
    case 'human.requested':
      return waiting(state, event, { kind: 'approval', ...asked(event) }, at);
    case 'signal.received':
      return mail.received(state, event);
    case 'event.published':
      return listening.published(state, event);
    case 'task.listening':
      return listening.listening(state, event);
    case 'event.consumed':
      return listening.consumed(state, event);
    case 'signal.consumed':
      return mail.consumed(state, event);
    case 'human.answered':
      return mail.remember(state, event.id);
    case 'human.defaulted':
      return;
    case 'agent.result_kept':
      return items.resultKept(state, event);
    case 'task.retry_scheduled':
      return items.retryScheduled(state, event, at);
    case 'task.retry_due':
      return items.retryDue(state, event, at);
    case 'task.timed_out':
      return items.timedOut(state, event, at);
    case 'task.failed':
      return tasks.isUnopened(state, event)
        ? tasks.unopened(state, event, at)
        : items.failed(state, event, at);
    case 'task.cancelled':
      return items.cancelled(state, event, at);
    case 'agent.lost':
      return items.lost(state, event, at);
    case 'task.compensation_registered':
      return compensation.registered(state, event);
    case 'workflow.compensating':
      return compensation.compensating(state, event, at);
    case 'task.compensating':
      return compensation.begun(state, event, at);
    case 'task.compensated':
      return compensation.compensated(state, event, at);
    case 'task.compensation_failed':
      return compensation.failed(state, event, at);
    case 'task.compensation_skipped':
      return compensation.skipped(state, event, at);
    case 'workflow.compensation_resumed':
      return compensation.resumed(state, event, at);
    case 'workflow.compensated':
    case 'workflow.compensation_failed':
      return compensation.ended(state, event, at);
    case 'pattern.started':
      return team.started(state, event, at);
    case 'pattern.reacted':
      return team.reacted(state, event, at);
    case 'pattern.switched':
      return team.switched(state, event, at);
    case 'pattern.timer_due':
      return team.timerDue(state, event);
    case 'pattern.finished':
      return team.finished(state, event, at);
    default:
      throw noRule('event', event);
  }
}
