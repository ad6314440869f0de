/** `wait: {approval: …}`: somebody is asked. */
import type { WaitFor } from '@cantata/core';
import { defineTemplate, template } from '../expressions/template.ts';
import { LIMITS } from '../limits.ts';
import { schema } from '../schemas/schema.ts';
import { list } from '../shape/list.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Reader } from '../shape/reader.ts';
import { text } from '../shape/scalars.ts';
import { certain } from './certain.ts';
import { checkPatience, definePatience, PATIENCE } from './patience.ts';

const APPROVAL = {
  prompt: required(template, 'What is asked; may hold `${…}`.'),
  of: optional(text, 'Who is asked, for people to read: a person, a role. Default: who may answer.'),
  answered_by: optional(
    list({
      name: 'names',
      item: text,
      min: 1,
      max: LIMITS.names,
      emptyHint: 'name who may answer, or remove the key: then anybody may',
    }),
    'Who may answer, by the names they answer under. Default: anybody.',
  ),
  schema: optional(schema, 'A JSON Schema: what the answer must look like. Default: yes, and who said it.'),
  ...PATIENCE,
};
const fields = object({ name: 'an approval', fields: APPROVAL, example: '`{prompt: "Ship it?"}`' });

export type ApprovalDraft = Draft<typeof APPROVAL>;

export const approval: Reader<ApprovalDraft> = {
  ...fields,
  read(value, at) {
    const draft = fields.read(value, at);
    return draft === undefined || !checkPatience(draft, draft.schema, at) ? undefined : draft;
  },
};

export function defineApproval(draft: ApprovalDraft, task: string): WaitFor {
  const where = `\`wait.approval.prompt\` of task \`${task}\``;
  return {
    kind: 'approval',
    prompt: defineTemplate(certain(draft.prompt), where),
    ...(draft.of === undefined ? {} : { of: draft.of }),
    ...(draft.answered_by === undefined ? {} : { answeredBy: draft.answered_by.map(certain) }),
    ...(draft.schema === undefined ? {} : { schema: draft.schema }),
    ...definePatience(draft),
  };
}
