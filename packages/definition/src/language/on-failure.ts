/** `on_failure:`: what follows when a task has failed for good. */
import type { Json, OnFailure } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { oneOf, text, wholeNumber } from '../shape/scalars.ts';
import { certain } from './certain.ts';

const GOTO = {
  goto: required(text, 'The task to begin again at: this one, or one that comes before it.'),
  max_times: optional(
    wholeNumber(1, LIMITS.iterations),
    'At most so often; then the failure ends the workflow. Default: 3.',
  ),
};
const word = oneOf(['fail', 'continue', 'compensate']);
const goto = object({ name: 'what follows a failure', fields: GOTO, example: '`{goto: plan}`' });

export type OnFailureDraft = 'fail' | 'continue' | 'compensate' | Draft<typeof GOTO>;

export const onFailure: Reader<OnFailureDraft> = {
  expects: '`fail`, `continue`, `compensate`, or a mapping such as `{goto: plan}`',
  schema: { anyOf: [word.schema, goto.schema] },
  read: (value: Json, at: Place) => (isMapping(value) ? goto.read(value, at) : word.read(value, at)),
};

const DEFAULT_TIMES = 3;

export function defineOnFailure(draft: OnFailureDraft): OnFailure {
  if (typeof draft === 'string') return { kind: draft };
  return { kind: 'goto', task: certain(draft.goto), maxTimes: draft.max_times ?? DEFAULT_TIMES };
}
