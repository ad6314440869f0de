/** `terminate:`: a task that ends the execution, whatever else is open. */
import type { Terminate } from '@cantata/core';
import { defineTemplate, template } from '../expressions/template.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { oneOf } from '../shape/scalars.ts';
import { certain } from './certain.ts';

const TERMINATE = {
  as: required(oneOf(['completed', 'failed']), 'How the execution ends.'),
  output: optional(template, 'The result of the execution. Default: what `outputs` or the last tasks give.'),
  reason: optional(template, 'Why, for people; may hold `${…}`. Default: the id of the task.'),
};

export type TerminateDraft = Draft<typeof TERMINATE>;

export const terminate = object({
  name: '`terminate`',
  fields: TERMINATE,
  example: '`{as: completed}`',
});

export function defineTerminate({ as, output, reason }: TerminateDraft, task: string): Terminate {
  const where = (key: string): string => `\`terminate.${key}\` of task \`${task}\``;
  return {
    as: certain(as),
    ...(output === undefined ? {} : { output: defineTemplate(output, where('output')) }),
    ...(reason === undefined ? {} : { reason: defineTemplate(reason, where('reason')) }),
  };
}
