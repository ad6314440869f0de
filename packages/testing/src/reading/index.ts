/**
 * A second reading of logs: what a document demands of an execution, concluded from the document and the log alone. It
 * shares nothing with the law but the events. Costs O(events^2) at worst: for tests.
 */
import { activations } from './activations.ts';
import { cancels } from './cancels.ts';
import { failures } from './failures.ts';
import { readLives, type Story, type Told } from './lives.ts';
import { loops } from './loops.ts';
import { milestones } from './milestones.ts';
import { order } from './order.ts';
import { outcomes } from './outcomes.ts';
import type { Rules } from './rules.ts';
import { teams } from './teams.ts';

export type { Story } from './lives.ts';
export * from './rules.ts';

/** A sentence for each thing that does not hold. */
export type Reading = (story: Story) => Iterable<string>;

export const READINGS = {
  milestones,
  order,
  outcomes,
  cancels,
  failures,
  loops,
  activations,
  teams,
} as const satisfies Readonly<Record<string, Reading>>;

export function read(rules: Rules, log: readonly Told[]): readonly string[] {
  const story = storyOf(rules, log);
  return Object.values(READINGS).flatMap((reading) => [...reading(story)]);
}

/** What all readings are made from. */
export function storyOf(rules: Rules, log: readonly Told[]): Story {
  // What a retry makes of it is another story: what had failed runs again beside what stands.
  const reopened = log.findIndex(({ event }) => event.type === 'workflow.reopened');
  return readLives(rules, reopened === -1 ? log : log.slice(0, reopened));
}
