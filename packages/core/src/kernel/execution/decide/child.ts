/** Sub-workflows: an item waits for an execution of its own, its child. Both know each other and talk by messages. */
import { derivedUuid, turnAddress } from '../../../ids.ts';
import { MAX_WORKFLOW_DEPTH, type WorkflowTask } from '../../../plan/definition.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../../law.ts';
import type { AdmissionRequest } from '../../resource/admission.ts';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';
import { admissionOf } from '../../resource/ids.ts';
import type { AtChild, ChildCommand, ChildOutcome } from '../commands.ts';
import type { AtAttempt, ExecutionEvent, Parent } from '../events.ts';
import { attemptOf, childOf, endingOf, findItem, placeOf, requestOf, statusOf } from '../lookup.ts';
import { type ExecutionState, type Item, isEnded, type Orphan } from '../state.ts';
import { failsForGood } from './failure.ts';
import { misfit } from './misfit.ts';
import { afterFailure } from './turn.ts';

type Of<Type extends ChildCommand['type']> = Extract<ChildCommand, { readonly type: Type }>;

/** An item that is ready begins to wait for its child, whose id follows from where and when that is. */
export function beginChild(
  state: View<ExecutionState>,
  item: View<Item>,
  { workflow, version, timeoutMs }: View<WorkflowTask>,
  now: Instant,
): readonly ExecutionEvent[] {
  const at: AtAttempt = { ...placeOf(state, item), attempt: item.attempt + 1 };
  if (depthOf(state) >= MAX_WORKFLOW_DEPTH) return failsForGood(state, at, tooDeep(workflow));
  const execution = derivedUuid(now, `${turnAddress(state.executionId, at)}~${at.attempt}`);
  const on = { kind: 'child', execution, workflow, ...(version === undefined ? {} : { version }) } as const;
  return [
    { type: 'task.waiting', ...at, on, ...(timeoutMs === undefined ? {} : { until: now + timeoutMs }) },
  ];
}

function depthOf(state: View<ExecutionState>): number {
  return requestOf(state).parent?.depth ?? 0;
}

function tooDeep(workflow: string): TaskError {
  const message = `${workflow} would run inside ${MAX_WORKFLOW_DEPTH} other executions already; a workflow that starts itself needs a condition under which it does not`;
  return { code: 'workflow_too_deep', message, retry: 'never' };
}

/** Its admission is asked. Inside an execution of the same workflow it has a place: that one waits for it. */
export function resolved(
  state: View<ExecutionState>,
  command: Of<'child.resolved'>,
): Decision<ExecutionEvent> {
  const item = waitingFor(state, command);
  // In a pause it is asked for again when that is over.
  if (item === undefined || state.status.kind !== 'running' || endingOf(state) !== undefined)
    return NO_EVENTS;
  if (childOf(item)?.workflowId !== undefined) return NO_EVENTS;
  const at = attemptOf(state, item);
  const { execution, workflow, pattern, limit, timeoutMs, input } = command;
  const { workflow: own, parent: grandparent, tenant } = requestOf(state);
  const lineage = [...(grandparent?.lineage ?? []), own.id];
  const parent: Parent = { ...at, execution: state.executionId, depth: depthOf(state) + 1, lineage };
  const claim: Claim = {
    ...placeOf(state, item),
    execution: state.executionId,
    activation: at.activation ?? 1,
  };
  const request: AdmissionRequest = {
    type: 'admission.request',
    execution,
    limit,
    start: {
      type: 'start',
      workflow,
      pattern,
      input,
      timeoutMs,
      ...(tenant === undefined ? {} : { tenant }),
      parent,
    },
    parent: claim,
    ...(lineage.includes(workflow.id) ? { isInside: true } : {}),
  };
  return accept(
    [{ type: 'task.child_started', ...at, execution, workflow }],
    [{ to: admissionOf(workflow.id), command: request }],
  );
}

export function unresolved(
  state: View<ExecutionState>,
  command: Of<'child.unresolved'>,
): Decision<ExecutionEvent> {
  const item = waitingFor(state, command);
  if (item === undefined || endingOf(state) !== undefined) return NO_EVENTS;
  return accept(failsForGood(state, attemptOf(state, item), command.error));
}

/** Its admission has no place for it, not even in line. */
export function refusedChild(
  state: View<ExecutionState>,
  { claim, code, message }: Extract<ResourceAnswer, { readonly type: 'resource.denied' }>,
  now: Instant,
): Decision<ExecutionEvent> {
  const item = isEnded(state.status) ? undefined : findItem(state, claim);
  if (item === undefined || childOf(item) === undefined || endingOf(state) !== undefined) return NO_EVENTS;
  return accept(afterFailure(state, item, { code, message }, now));
}

export function childEnded(
  state: View<ExecutionState>,
  command: Of<'child.ended'>,
  now: Instant,
): Decision<ExecutionEvent> {
  const item = waitingFor(state, command);
  if (item === undefined) return NO_EVENTS;
  const at = attemptOf(state, item);
  const { execution, outcome } = command;
  const ended: ExecutionEvent = { type: 'task.child_ended', ...at, execution, status: outcome.status };
  if (endingOf(state) !== undefined) {
    return accept([ended, { type: 'task.cancelled', ...at, confirmed: true }]);
  }
  return accept([ended, ...outcomeOf(state, item, execution, outcome, now)]);
}

/** Who is between a child and the one that failed first: the whole line of them would say less. */
const PASSED_ON = /^execution \S+ failed: (?=execution \S+ failed: )/;

function outcomeOf(
  state: View<ExecutionState>,
  item: View<Item>,
  execution: string,
  outcome: ChildOutcome,
  now: Instant,
): readonly ExecutionEvent[] {
  if (outcome.status === 'cancelled') {
    const message = `execution ${execution} was cancelled: ${outcome.reason}`;
    return failsForGood(state, attemptOf(state, item), { code: 'child_cancelled', message, retry: 'never' });
  }
  if (outcome.status === 'failed') {
    const { message, ...error } = outcome.error;
    const said = `execution ${execution} failed: ${message.replace(PASSED_ON, '')}`;
    return afterFailure(state, item, { ...error, message: said }, now);
  }
  const error = misfit(state, item, outcome.output);
  if (error !== undefined) return afterFailure(state, item, error, now);
  return [{ type: 'task.completed', ...attemptOf(state, item), output: outcome.output }];
}

/** The child is told to stop, and its end is not waited for. */
export function childTimedOut(
  state: View<ExecutionState>,
  item: View<Item>,
  now: Instant,
): readonly ExecutionEvent[] {
  const { since, until = since } = statusOf(item, 'waiting');
  const afterMs = until - since;
  const message = `its execution did not end within the timeout of ${afterMs / 1_000} s`;
  const timedOut: ExecutionEvent = { type: 'task.timed_out', ...attemptOf(state, item), afterMs };
  return [timedOut, ...afterFailure(state, item, { code: 'task_timed_out', message }, now)];
}

/**
 * The next child that nobody waits for any more. What waits to be admitted never begins; what has begun is told to stop,
 * by its admission: what is told to the child itself may be there before its start, and be lost on nobody.
 */
export function letGo(state: View<ExecutionState>, orphan: View<Orphan>): Decision<ExecutionEvent> {
  const { workflowId, ...told } = orphan;
  const { execution, reason } = told;
  const cancel = { type: 'cancel', by: `execution ${state.executionId}`, reason } as const;
  return accept(
    [{ type: 'task.child_cancelling', ...told }],
    [{ to: admissionOf(workflowId), command: { type: 'admission.withdraw', execution, cancel } }],
  );
}

/** The item that waits for exactly this execution. */
function waitingFor(state: View<ExecutionState>, at: AtChild): View<Item> | undefined {
  // What has ended waits for nobody, whatever its items say.
  const item = isEnded(state.status) ? undefined : findItem(state, at);
  return item !== undefined && childOf(item)?.execution === at.execution ? item : undefined;
}
