/** An entry of `depends_on`: a task that must complete first, or one that must end in another way. */
import { DEPENDENCY_ENDS, type DependencyEnd, type Json } from '@cantata/core';
import { type Draft, object, required } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { oneOf, text } from '../shape/scalars.ts';

const ENDING = {
  task: required(text, 'The id of the task.'),
  on: required(
    oneOf(DEPENDENCY_ENDS),
    'How it must end: `completed`, `failed`, `skipped`, or `any` way. Its failure does not end the workflow then.',
  ),
};
const ending = object({ name: 'a dependency', fields: ENDING, example: '`{task: pay, on: failed}`' });

/** A text is the id of a task that must complete. */
export type DependencyDraft = string | Draft<typeof ENDING>;

export const dependency: Reader<DependencyDraft> = {
  expects: 'a task id, or a mapping such as `{task: pay, on: failed}`',
  schema: { anyOf: [text.schema, ending.schema] },
  read: (value: Json, at: Place) => (isMapping(value) ? ending.read(value, at) : text.read(value, at)),
};

/** The id it names, if it could be read. */
export function taskOf(draft: DependencyDraft | undefined): string | undefined {
  return typeof draft === 'object' ? draft.task : draft;
}

/** How the tasks it lists must end, where that is not by being completed; undefined if they all must. */
export function definesEnds(
  drafts: readonly (DependencyDraft | undefined)[],
): Readonly<Record<string, Exclude<DependencyEnd, 'completed'>>> | undefined {
  const ends: Record<string, Exclude<DependencyEnd, 'completed'>> = {};
  for (const draft of drafts) {
    if (typeof draft !== 'object' || draft.on === undefined || draft.on === 'completed') continue;
    if (draft.task !== undefined) ends[draft.task] = draft.on;
  }
  return Object.keys(ends).length === 0 ? undefined : ends;
}
