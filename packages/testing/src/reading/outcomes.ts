/** How each task of an execution must have ended: none is forgotten, none is cancelled by nobody. */
import type { Life, Story } from './lives.ts';
import type { TaskRules } from './rules.ts';

export function* outcomes(story: Story): Iterable<string> {
  const isCompleted = story.log.at(-1)?.event.type === 'workflow.completed' && story.brokenOff === Infinity;
  for (const rules of story.rules.values()) {
    const lives = story.lives.get(rules.id) ?? [];
    for (const life of lives) yield* outcome(rules, life);
    if (isCompleted && lives.at(-1)?.ended === undefined)
      yield `the execution completed, and ${rules.id} has not ended`;
  }
}

function* outcome(
  { id, isWanted }: TaskRules,
  { ended, begun, rounds, cancelled, isByHand }: Life,
): Iterable<string> {
  if (isByHand || ended === undefined) return;
  const { how, sequence } = ended;
  if (how === 'cancelled' && cancelled.length === 0)
    yield `${id} was cancelled with event ${sequence} by nobody`;
  if (rounds.length > 0 && how === 'skipped') yield `${id} began with event ${begun}, and was skipped`;
  if (rounds.length > 0 && isWanted === false)
    yield `${id} began with event ${begun}, and its condition is false`;
}
