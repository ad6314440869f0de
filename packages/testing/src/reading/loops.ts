/** A loop has another round as long as its conditions want one and it may, and ends for the reason it gives. */
import type { ExecutionEvent } from '@cantata/core';
import { lifeAt, type Round, type Story } from './lives.ts';
import type { LoopRule } from './rules.ts';

export function* loops(story: Story): Iterable<string> {
  for (const { event, sequence } of story.log) {
    if (!isAboutLoop(event)) continue;
    const { task } = event;
    const loop = story.rules.get(task)?.loop;
    const rounds = lifeAt(story, task, sequence)?.rounds.filter(({ since }) => since < sequence) ?? [];
    const last = rounds.at(-1);
    const found = foundIn(event);
    const expected =
      loop === undefined || last === undefined ? 'nothing' : expectedOf(loop, last, rounds.length);
    if (found !== expected)
      yield `event ${sequence}: after ${rounds.length} rounds of ${task} follows ${found}, not ${expected}`;
  }
}

type AboutLoop = Extract<
  ExecutionEvent,
  { readonly type: 'task.repeated' | 'task.loop_ended' | 'task.failed' }
>;
type Follows = 'another' | 'condition' | 'max_iterations' | 'exhausted' | 'nothing';

function isAboutLoop(event: ExecutionEvent): event is AboutLoop {
  // An attempt that fails with this word has it from its child.
  if (event.type === 'task.failed') return event.attempt === 0 && event.error.code === 'loop_exhausted';
  return event.type === 'task.repeated' || event.type === 'task.loop_ended';
}

function foundIn(event: AboutLoop): Follows {
  if (event.type === 'task.loop_ended') return event.reason === 'budget' ? 'another' : event.reason;
  return event.type === 'task.repeated' ? 'another' : 'exhausted';
}

function expectedOf({ wantsMore, maxIterations, onLimit }: LoopRule, last: Round, rounds: number): Follows {
  const isLast = rounds >= maxIterations;
  const isWanted = wantsMore === undefined ? !isLast : wantsMore(outputOf(last));
  if (isWanted === undefined) return 'nothing';
  if (!isWanted) return 'condition';
  if (!isLast) return 'another';
  return onLimit === 'fail' ? 'exhausted' : 'max_iterations';
}

function outputOf({ isList, outputs }: Round): Round['outputs'][number] {
  return isList ? outputs : (outputs[0] ?? null);
}
