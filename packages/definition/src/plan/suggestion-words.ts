/** What would make a plan better, as sentences: what to do, and what is gained. */
import { bytes, count, duration, type Plan, type Suggestion } from '@cantata/core';
import { cpuWords, groupAt, taskAt } from './words.ts';

export function suggestionWords(suggestion: Suggestion, plan: Plan): string {
  const task = (index: number): string => taskAt(plan, index).id;
  const group = (index: number): string => groupAt(plan, index).name;
  switch (suggestion.kind) {
    case 'redundant_dependency':
      return `${task(suggestion.task)} need not name ${task(suggestion.dependency)} in \`depends_on\`: it comes after ${task(suggestion.through)}, which comes after ${task(suggestion.dependency)}.`;
    case 'needless_dependency':
      return `${task(suggestion.task)} waits for ${task(suggestion.dependency)} and reads nothing of it. Without that wait: ${gain(suggestion)}.`;
    case 'more_seats':
      return `${group(suggestion.group)} with ${suggestion.wantedSeats} seats instead of ${suggestion.seats}: ${gain(suggestion)}; \`--seats ${group(suggestion.group)}=${suggestion.wantedSeats}\` shows that.`;
    case 'idle_seats':
      return `${group(suggestion.group)} has ${count(suggestion.seats, 'seat')}${idleWords(suggestion, plan)}${freed(suggestion)}.`;
    default:
      return suggestion satisfies never;
  }
}

function gain({ makespanMs, savedMs }: { readonly makespanMs: number; readonly savedMs: number }): string {
  return `${duration(makespanMs)} in all, ${duration(savedMs)} less`;
}

function idleWords(
  { group, seats, neededSeats }: Extract<Suggestion, { readonly kind: 'idle_seats' }>,
  plan: Plan,
): string {
  if (neededSeats > 0) return ` and never needs more than ${neededSeats} at once`;
  const words = seats === 1 ? ', which no task needs' : ', and no task needs them';
  return mayBeAsked(plan, groupAt(plan, group).name) ? `${words}, unless an agent asks for one` : words;
}

/** Whether the group is of a team: which agents of it take turns shows only when somebody asks. */
function mayBeAsked({ definition: { team, tasks } }: Plan, group: string): boolean {
  const uses = [team, ...tasks.map((task) => (task.kind === 'team' ? task.team : undefined))];
  return uses.some((use) => use !== undefined && (use.members?.includes(group) ?? true));
}

function freed({
  cpuMillisFreed,
  memoryBytesFreed,
}: Extract<Suggestion, { readonly kind: 'idle_seats' }>): string {
  const parts = [
    ...(cpuMillisFreed === 0 ? [] : [cpuWords(cpuMillisFreed)]),
    ...(memoryBytesFreed === 0 ? [] : [bytes(memoryBytesFreed)]),
  ];
  return parts.length === 0 ? '' : `: fewer would free ${parts.join(' and ')}`;
}
