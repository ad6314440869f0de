/** `compensate:`: how what a task did is undone. */
import type { Compensate } from '@cantata/core';
import { defineTemplate, template } from '../expressions/template.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import { duration } from '../units/duration.ts';
import { retryPolicy } from './retry-policy.ts';
import { defineWho, WHO } from './who.ts';

const COMPENSATE = {
  ...WHO,
  input: optional(
    template,
    'What is handed over: JSON whose texts may hold `${…}`, which read `step.input`, `step.output` and `step.unknown`. Default: these three.',
  ),
  timeout: optional(duration, 'The bound of one attempt to undo it. Default: none.'),
  retry_policy: optional(
    retryPolicy,
    'What follows when an attempt to undo it fails. Default: exponential_backoff.',
  ),
};

export type CompensateDraft = Draft<typeof COMPENSATE>;

export const compensate = object({
  name: '`compensate`',
  fields: COMPENSATE,
  example: '{ agent: billing, input: { charge: "${step.output.id}" } }',
});

export function defineCompensate(draft: CompensateDraft, id: string): Compensate {
  return {
    who: defineWho(draft),
    ...(draft.input === undefined
      ? {}
      : { input: defineTemplate(draft.input, `\`compensate.input\` of task \`${id}\``) }),
    ...(draft.timeout === undefined ? {} : { timeoutMs: draft.timeout }),
    ...(draft.retry_policy === undefined ? {} : { retryPolicy: draft.retry_policy }),
  };
}
