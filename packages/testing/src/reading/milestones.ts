/** A task with a milestone is done if another one has come to where it is to be when it is asked, and else skipped. */
import { endsBefore, type Life, type Story } from './lives.ts';
import type { Milestone } from './rules.ts';

export function* milestones(story: Story): Iterable<string> {
  for (const { id, milestone, join } of story.rules.values()) {
    if (milestone === undefined) continue;
    for (const life of story.lives.get(id) ?? []) {
      const begun = life.rounds[0]?.since;
      if (begun !== undefined && !mayBe(story, milestone, begun))
        yield `${id} began with event ${begun}, and ${milestone.task} was not ${milestone.status}`;
      const skipped = unwantedAt(life);
      if (skipped === undefined) continue;
      const ends = endsBefore(story, skipped);
      // It was skipped for the condition of its join, before its own was asked.
      if (join.kind === 'when' && join.holds(ends) !== true) continue;
      if (ends.get(milestone.task) === milestone.status)
        yield `${id} was skipped with event ${skipped}, and ${milestone.task} was ${milestone.status}`;
    }
  }
}

/** Of a task that has not ended only the law could say more. */
function mayBe(story: Story, { task, status }: Milestone, sequence: number): boolean {
  const end = endsBefore(story, sequence).get(task);
  return end === undefined ? status === 'running' : end === status;
}

/** The event that skipped it for its own sake. */
function unwantedAt({ ended, isUnheard, isByHand }: Life): number | undefined {
  if (ended?.how !== 'skipped' || ended.dependency !== undefined || isUnheard || isByHand) return undefined;
  return ended.sequence;
}
