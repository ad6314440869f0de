/** Renders what an agent is given for an attempt from the state of its execution. */
import {
  type Assignment,
  dependencyOutputs,
  type Effect,
  type ExecutionState,
  idempotencyKey,
  itemInput,
  type Json,
  type JsonObject,
} from '@cantata/core';

type Dispatch = Extract<Effect, { kind: 'dispatch' }>;

/**
 * Values are read when asked for, so that a turn which needs none costs none. They are the state's own objects:
 * a transport in this process gives its agent a copy.
 */
export function assignmentOf(state: ExecutionState, dispatch: Dispatch, agentType: string): Assignment {
  const index = state.plan.taskIndex.get(dispatch.task) as number;
  const { task, item, seat, attempt, assignment } = dispatch;
  const status = state.tasks[index]?.items[item ?? 0]?.status;
  const deadline = status?.kind === 'assigned' ? status.deadline : undefined;
  const { request } = state;
  return {
    executionId: state.executionId,
    workflowId: request?.workflow.id ?? '',
    workflowName: request?.workflow.name ?? '',
    task,
    ...(item === undefined ? {} : { item }),
    items: state.tasks[index]?.items.length ?? 1,
    seat,
    agentType,
    attempt,
    assignment,
    idempotencyKey: idempotencyKey(state.executionId, { task, item }, 'perform'),
    get input(): Json {
      return itemInput(state, index, item);
    },
    get workflowInput(): Json {
      return request?.input ?? null;
    },
    get outputs(): JsonObject {
      return dependencyOutputs(state, index);
    },
    ...(deadline === undefined ? {} : { deadline }),
  };
}
