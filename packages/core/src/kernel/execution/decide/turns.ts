/** The turns a pattern wants taken, as its event has them: by an agent, or by a person who is asked or listened to. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { AskSomebody, ListenFor, Move, TakeTurn } from '../../../patterns/pattern.ts';
import type { View } from '../../law.ts';
import type { ExecutionState } from '../state.ts';
import type { TeamRun, TurnToTake } from '../team.ts';

export type Taken = TakeTurn | AskSomebody | ListenFor;

export function isTaken(move: Move): move is Taken {
  return move.move === 'turn' || move.move === 'ask_person' || move.move === 'listen';
}

export function inputFor(move: Taken): Json {
  return (move.move === 'turn' ? move.input : move.otherwise) ?? null;
}

/** What a pattern says by the numbers of its turns is written down by their places. */
export function toTake(
  state: View<ExecutionState>,
  { task, places, plan, scope, heritage }: View<TeamRun>,
  taken: Taken,
): TurnToTake {
  if (taken.move === 'ask_person') return toAsk(taken);
  if (taken.move === 'listen') return toHear(taken);
  const { move: _, input, inputOf, results, recalls, ...rest } = taken;
  // With what the patterns before it have left.
  const handed = [...(heritage?.unseen ?? []), ...(results ?? []).map((n) => nth(places, n))];
  const turn = {
    ...rest,
    ...(plan.inner.has(taken.to) ? { team: true as const } : {}),
    ...(handed.length === 0 ? {} : { results: handed }),
    ...(recalls === undefined ? {} : { recalls: recalls.map((n) => nth(places, n)) }),
  };
  if (input !== undefined) return turn;
  // Without one, what its team works on: what its lead was given.
  const from = inputOf === undefined ? scope : nth(places, inputOf);
  const like = from === 0 ? undefined : nth(nth(state.tasks, task).items, from).spawned?.turn;
  if (like === undefined || like.takesTaskInput === true) return { ...turn, takesTaskInput: true };
  // Of turns that follow each other, all name the first: what it works on is found in one step.
  return { ...turn, inputOf: like.inputOf ?? from };
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

function toHear({ purpose, signal, timeoutMs, otherwise }: ListenFor): TurnToTake {
  return {
    to: 'somebody',
    purpose,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    person: { signal, ...(otherwise === undefined ? {} : { hasDefault: true }) },
  };
}

/** Of which earlier turns it speaks. */
export function namedIn(move: Move): readonly number[] {
  if (move.move !== 'turn') return 'turn' in move ? [move.turn] : [];
  const { results = [], recalls = [], inputOf } = move;
  return [...results, ...recalls, ...(inputOf === undefined ? [] : [inputOf])];
}
