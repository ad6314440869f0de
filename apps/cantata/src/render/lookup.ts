/** Finds what events and indices name. */
import type { AgentGroup, ExecutionState, Item, Plan, PlanTask, View } from '@cantata/core';

/** The item of a parallel task, or the only one of a plain task; undefined before its task is open. */
export function itemOf(state: View<ExecutionState>, task: string, item = 0): View<Item> | undefined {
  const index = state.plan.taskIndex.get(task);
  return index === undefined ? undefined : state.tasks[index]?.items[item];
}

export function taskIds(plan: Plan, indices: readonly number[]): readonly string[] {
  return indices.flatMap((index) => plan.tasks[index]?.id ?? []);
}

// Indices of a plan lead somewhere: a plan is made whole.

export function taskAt(plan: Plan, index: number): PlanTask {
  return plan.tasks[index] as PlanTask;
}

export function groupAt({ definition }: Plan, index: number): AgentGroup {
  return definition.agents[index] as AgentGroup;
}

/** The id of a seat. */
export function seatAt({ seats }: Plan, index: number): string {
  return (seats[index] as Plan['seats'][number]).id;
}
