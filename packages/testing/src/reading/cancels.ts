/** A join with `cancel_remaining` that fires cancels what leads to it alone and has not ended: all of that, and no more. */
import { lifeAt, type Story, type Told } from './lives.ts';
import { leadingOnlyTo, type TaskRules } from './rules.ts';

export function* cancels(story: Story): Iterable<string> {
  for (const [n, { event, sequence }] of story.log.entries()) {
    const next = story.log[n + 1];
    // What a choice cancels is told by its reason; that somebody did is enough for it.
    if (event.type === 'task.cancelling' && isOfChoice(event)) continue;
    if (event.type === 'task.cancelling' && story.rules.has(event.by)) {
      const before = story.log[n - 1]?.event;
      if (before?.type !== 'task.opened' || before.task !== event.by || !cancelsRemaining(story, event.by))
        yield `event ${sequence}: ${event.by} cancels, and has not just been opened to do so`;
    }
    if (event.type !== 'task.opened') continue;
    const rules = story.rules.get(event.task) as TaskRules;
    const expected = rules.cancelsRemaining ? remaining(story, rules.id, sequence) : [];
    const found = cancelledBy(rules.id, next);
    if (String(found) !== String(expected))
      yield `event ${sequence}: ${rules.id} should cancel ${listed(expected)} and cancels ${listed(found)}`;
  }
}

function cancelsRemaining({ rules }: Story, task: string): boolean {
  return rules.get(task)?.cancelsRemaining === true;
}

function remaining(story: Story, join: string, sequence: number): readonly string[] {
  return [...leadingOnlyTo(story.rules, join)]
    .filter((task) => {
      const ended = lifeAt(story, task, sequence)?.ended;
      return ended === undefined || ended.sequence > sequence;
    })
    .toSorted();
}

function cancelledBy(join: string, told: Told | undefined): readonly string[] {
  const event = told?.event;
  return event?.type === 'task.cancelling' && event.by === join ? event.tasks.toSorted() : [];
}

function listed(tasks: readonly string[]): string {
  return tasks.length === 0 ? 'nothing' : tasks.join(', ');
}

function isOfChoice({ reason }: { readonly reason: string }): boolean {
  return reason.includes(' came first in the choice ');
}
