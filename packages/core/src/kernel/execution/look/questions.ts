/** What the tasks of an execution ask of people now. */
import { assert } from '../../../errors.ts';
import { taskLabel } from '../../../ids.ts';
import type { JsonObject } from '../../../json.ts';
import { iso } from '../../../text.ts';
import type { View } from '../../law.ts';
import { waitFor } from '../decide/waiting.ts';
import { planTask, statusOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

export interface QuestionView {
  /** The task, or the item of one: by which it is answered. */
  readonly task: string;
  readonly question: string;
  /** Whom it is for, for people to read. */
  readonly of: string | null;
  /** Who may answer, by the names they answer under; null for anybody. */
  readonly answered_by: readonly string[] | null;
  /** What the answer must look like. */
  readonly schema: JsonObject | null;
  /** ISO 8601. */
  readonly asked_at: string;
  /** ISO 8601: until then it waits; null where it does so for ever. */
  readonly due: string | null;
}

/** In the order in which they began to wait. O(tasks and items that wait). */
export function viewQuestions(state: View<ExecutionState>): readonly QuestionView[] {
  return Array.from(state.waiting).flatMap((item) => viewQuestion(state, item) ?? []);
}

function viewQuestion(state: View<ExecutionState>, item: View<Item>): QuestionView | undefined {
  const { on, since, until } = statusOf(item, 'waiting');
  if (on.kind !== 'approval') return undefined;
  const wait = waitFor(state, item);
  assert(wait.kind === 'approval', 'only an approval asks somebody');
  return {
    task: taskLabel(planTask(state, item).id, item.index),
    question: on.prompt,
    of: on.of ?? null,
    answered_by: wait.answeredBy ?? null,
    schema: wait.schema?.source ?? null,
    asked_at: iso(since),
    due: iso(until),
  };
}
