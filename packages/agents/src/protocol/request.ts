/** What an agent outside of this process is told of its turn: docs/agent-protocol.md. */
import type { Assignment, Json, JsonObject } from '@cantata/core';

const PROTOCOL = 1;

/** Names as the outside world writes them. Reads everything: what is sent is sent whole. */
export function requestOf(assignment: Assignment): JsonObject {
  const { executionId, workflowId, workflowName, item, spawned, deadline, undoes, team } = assignment;
  return {
    type: 'perform',
    protocol: PROTOCOL,
    execution: executionId,
    workflow: { id: workflowId, name: workflowName, input: assignment.workflowInput },
    task: assignment.task,
    item: item ?? null,
    items: assignment.items,
    spawned: spawned ?? null,
    seat: assignment.seat,
    agent_type: assignment.agentType,
    activation: assignment.activation,
    attempt: assignment.attempt,
    idempotency_key: assignment.idempotencyKey,
    deadline_ms: deadline ?? null,
    input: assignment.input,
    outputs: assignment.outputs,
    kept: assignment.kept,
    team: team === undefined ? null : ({ ...team } as unknown as Json),
    undoes: undoes === undefined ? null : undone(undoes),
  };
}

function undone({ input, output, unknown, idempotencyKey }: NonNullable<Assignment['undoes']>): JsonObject {
  return { input, output, unknown, idempotency_key: idempotencyKey };
}
