/** The turns a pattern wants taken, as its event has them: by an agent, or by a person who is asked. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { AskSomebody, Move, TakeTurn } from '../../../patterns/pattern.ts';
import type { View } from '../../law.ts';
import type { Task } from '../state.ts';
import type { TurnToTake } from '../team.ts';

export function isTaken(move: Move): move is TakeTurn | AskSomebody {
  return move.move === 'turn' || move.move === 'ask_person';
}

export function inputFor(move: TakeTurn | AskSomebody): Json {
  return (move.move === 'turn' ? move.input : move.otherwise) ?? null;
}

export function toTake(task: View<Task>, taken: TakeTurn | AskSomebody): TurnToTake {
  if (taken.move === 'ask_person') return toAsk(taken);
  const { move: _, input, inputOf, ...rest } = taken;
  if (input !== undefined) return rest;
  const like = inputOf === undefined ? undefined : nth(task.items, inputOf).spawned?.turn;
  if (like === undefined || like.takesTaskInput === true) return { ...rest, takesTaskInput: true };
  // Of turns that follow each other, all name the first: what it works on is found in one step.
  return { ...rest, inputOf: like.inputOf ?? (inputOf as number) };
}

function toAsk({ purpose, prompt, of, timeoutMs, otherwise }: AskSomebody): TurnToTake {
  return {
    to: of ?? 'somebody',
    purpose,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    person: {
      prompt,
      ...(of === undefined ? {} : { of }),
      ...(otherwise === undefined ? {} : { hasDefault: true }),
    },
  };
}

/** Of which earlier turns it speaks. */
export function namedIn(move: Move): readonly number[] {
  if (move.move !== 'turn') return 'turn' in move ? [move.turn] : [];
  const { results = [], recalls = [], inputOf } = move;
  return [...results, ...recalls, ...(inputOf === undefined ? [] : [inputOf])];
}
