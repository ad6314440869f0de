/** `loop:`: a task that is done more than once. */
import type { Loop } from '@cantata/core';
import { condition, defineCondition } from '../expressions/condition.ts';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Reader } from '../shape/reader.ts';
import { oneOf, wholeNumber } from '../shape/scalars.ts';

const LOOP = {
  while: optional(condition, 'An expression in CEL: another round, as long as it is true.'),
  until: optional(condition, 'An expression in CEL: another round, until it is true.'),
  max_iterations: optional(
    wholeNumber(1, LIMITS.iterations),
    'At most so many rounds; without a condition exactly so many. Default: 10.',
  ),
  on_limit: optional(
    oneOf(['complete', 'fail']),
    'When the condition still asks for another round after the last: complete with what there is, or fail. Default: complete.',
  ),
};
const shape = object({ name: 'a loop', fields: LOOP, example: '`{until: "tasks.review.output.good"}`' });

export type LoopDraft = Draft<typeof LOOP>;

export const loop: Reader<LoopDraft> = {
  ...shape,
  schema: { ...shape.schema, minProperties: 1 },
  read(value, at) {
    const draft = shape.read(value, at);
    if (draft === undefined || Object.keys(draft).some((key) => key !== 'on_limit')) return draft;
    return at.report('empty', `${at.label} says neither what it waits for nor how often it runs`, {
      hint: 'give it `while`, `until` or `max_iterations`',
    });
  },
};

const DEFAULT_ITERATIONS = 10;

export function defineLoop(draft: LoopDraft, task: string): Loop {
  const where = (key: string): string => `\`loop.${key}\` of task \`${task}\``;
  return {
    ...(draft.while === undefined ? {} : { while: defineCondition(draft.while, where('while')) }),
    ...(draft.until === undefined ? {} : { until: defineCondition(draft.until, where('until')) }),
    maxIterations: draft.max_iterations ?? DEFAULT_ITERATIONS,
    onLimit: draft.on_limit ?? 'complete',
  };
}
