// An execution as it would be after some events, without an engine: for tests of what is shown.
import {
  type ExecutionEvent,
  type ExecutionState,
  executionLaw,
  newExecution,
  type Plan,
  publish,
} from '@cantata/core';
import { compile, parseDefinition } from '@cantata/definition';
import { began, type Told } from '../src/follow/tail.ts';
import { documentOf, type Workflow } from './workflows.ts';

const ID = '01a20838-ff54-7b26-8088-4a6b8daa5b5a';
/** 2026-11-23T12:00:00Z. */
export const BEGAN = 1_795_435_200_000;

export interface History {
  readonly plan: Plan;
  readonly state: ExecutionState;
  /** Tells an event so many milliseconds after the beginning. */
  tell(afterMs: number, event: ExecutionEvent): Told;
}

/** A run that has just started. */
export function begin(workflow: Workflow): History {
  const parsed = parseDefinition(documentOf(workflow));
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  const plan = compile(parsed.document);
  const state = newExecution(ID, plan);
  const ref = {
    id: '01a20838-0000-7000-8000-000000000000',
    name: plan.definition.name,
    version: plan.definition.version,
    digest: 'd',
  };
  const tell = (afterMs: number, event: ExecutionEvent): Told => {
    const at = BEGAN + afterMs;
    executionLaw.evolve(state, event, at);
    state.effects = [];
    const stored = { executionId: ID, sequence: state.sequence, at, actor: 'test', event };
    const published = publish(stored, ref, plan);
    return { at, event, published, definition: plan.definition, ...began(state, event) };
  };
  tell(0, {
    type: 'workflow.requested',
    workflow: ref,
    pattern: 'supervisor',
    input: { topic: 'rain' },
    timeoutMs: 60_000,
  });
  tell(0, { type: 'workflow.planned', tasks: plan.tasks.length, estimatedMs: plan.plannedMs });
  tell(0, { type: 'workflow.agents_allocated', seats: plan.seats.length });
  tell(0, { type: 'workflow.execution_started' });
  return { plan, state, tell };
}

export function assigned(task: string, seat: string, item?: number, attempt = 1): ExecutionEvent {
  return {
    type: 'agent.task_assigned',
    task,
    seat,
    attempt,
    assignment: 1,
    ...(item === undefined ? {} : { item }),
  };
}

export function completed(task: string, item?: number, attempt = 1): ExecutionEvent {
  return {
    type: 'task.completed',
    task,
    attempt,
    output: { done: task },
    ...(item === undefined ? {} : { item }),
  };
}
