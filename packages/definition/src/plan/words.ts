/** What every form of a plan finds by number, and says in the same words. */
import { type AgentGroup, count, type Plan, type PlanTask } from '@cantata/core';

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

export function taskIds(plan: Plan, indices: readonly number[]): readonly string[] {
  return indices.map((index) => taskAt(plan, index).id);
}

export function tasksByPhase(plan: Plan): readonly (readonly PlanTask[])[] {
  const phases = Array.from({ length: plan.layers.count }, (): PlanTask[] => []);
  for (const task of plan.tasks) (phases[plan.layers.layerOf[task.index] as number] as PlanTask[]).push(task);
  return phases;
}

/** `2 cores`, `0.5 core`. */
export function cpuWords(millis: number): string {
  const cores = Number((millis / 1_000).toFixed(3));
  return count(cores, 'core');
}

/** How many tasks were estimated from what. */
export function sources(plan: Plan): Readonly<Record<'declared' | 'history' | 'guess', number>> {
  const counts = { declared: 0, history: 0, guess: 0 };
  for (const { estimate } of plan.tasks) counts[estimate.source] += 1;
  return counts;
}
