/**
 * Events as the outside sees them: the specification's schemas with every field, in its names. A projection of the
 * stored event, its columns and the plan; nothing of it is stored twice.
 */
import { taskLabel } from '../../../ids.ts';
import type { Json, JsonObject } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { estimate } from '../../../plan/estimate.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { Instant } from '../../../ports/clock.ts';
import { iso } from '../../../text.ts';
import type { ExecutionEvent, WorkflowRef } from '../events.ts';

export interface PublishedEvent {
  readonly event: string;
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly sequence: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly actor: string;
  readonly [field: string]: Json | undefined;
}

export interface StoredEvent {
  readonly executionId: string;
  readonly sequence: number;
  readonly at: Instant;
  readonly actor: string;
  readonly event: ExecutionEvent;
}

export function publish(stored: StoredEvent, workflow: WorkflowRef, plan: Plan): PublishedEvent {
  return {
    event: stored.event.type,
    workflow_id: workflow.id,
    execution_id: stored.executionId,
    sequence: stored.sequence,
    timestamp: iso(stored.at),
    actor: stored.actor,
    ...fields(stored.event, stored.executionId, plan),
  };
}

function fields(event: ExecutionEvent, executionId: string, plan: Plan): JsonObject {
  switch (event.type) {
    case 'workflow.execution_started':
      return {
        orchestration_pattern: plan.definition.pattern,
        estimated_duration: seconds(event.estimatedMs ?? plan.plannedMs),
        allocated_agents: plan.seats.map((seat) => ({
          agent_id: seat.id,
          type: nth(plan.groups, seat.group).definition.type,
        })),
      };
    case 'agent.task_assigned': {
      const task = nth(plan.tasks, plan.taskIndex.get(event.task) as number);
      return {
        agent_id: event.seat,
        task_id: taskLabel(event.task, event.item),
        dependencies: task.definition.dependsOn,
        // Without past runs, of which every reader knows others: an event reads the same everywhere.
        estimated_duration: seconds(estimate(task.definition).durationMs),
        attempt: event.attempt,
        assignment: event.assignment,
      };
    }
    case 'workflow.checkpoint_created':
      return {
        checkpoint_id: event.checkpoint,
        // By reference: the snapshot stands beside the log and is read with `checkpoint_id`.
        state_snapshot: { execution_id: executionId, checkpoint_id: event.checkpoint },
        recovery_instructions: event.recovery as unknown as JsonObject,
        cause: event.cause,
      };
    case 'workflow.planned':
      return { tasks: event.tasks, estimated_duration: seconds(event.estimatedMs) };
    case 'workflow.requested':
      return { name: event.workflow.name, version: event.workflow.version, input_data: event.input };
    default: {
      const { type: _, ...rest } = event as unknown as JsonObject;
      const { task, item, ...others } = rest;
      if (typeof task !== 'string') return others;
      return { task_id: taskLabel(task, item as number | undefined), ...others };
    }
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
