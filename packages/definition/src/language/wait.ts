/** `wait:`: what a task waits for that nobody works on. */
import type { Json, WaitFor } from '@cantata/core';
import { instantOf } from '@cantata/core';
import { defineTemplate, type TemplateDraft, template } from '../expressions/template.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader, reportType } from '../shape/reader.ts';
import { enumerate, quote } from '../shape/words.ts';
import { duration } from '../units/duration.ts';
import { certain } from './certain.ts';

/** A time as it is written, or what gives one. */
const until: Reader<TemplateDraft> = {
  expects: 'a time such as "2030-01-31T18:00:00Z", or `${…}`',
  schema: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  read(value, at) {
    if (typeof value !== 'string' && typeof value !== 'number') return reportType(value, at, this.expects);
    const isWritten = typeof value === 'number' || !value.includes('${');
    if (!isWritten || instantOf(value) !== undefined) return template.read(value, at);
    return at.report('value_unknown', `${at.label} is ${quote(String(value))}, which is no time`, {
      hint: 'write it in ISO 8601 with a zone: `2030-01-31T18:00:00Z`',
    });
  },
};

const WAIT = {
  for: optional(duration, 'A timer: so long, from when the task begins to wait.'),
  until: optional(
    until,
    'A timer: to this time, ISO 8601 with a zone or Unix milliseconds; may hold `${…}`.',
  ),
};

/** Each stands for itself: a task waits for one thing. */
const FORMS = ['for', 'until'] as const satisfies readonly (keyof typeof WAIT)[];

const fields = object({ name: '`wait`', fields: WAIT, example: '`{for: 2h}`' });

export type WaitDraft = Draft<typeof WAIT>;

export const wait: Reader<WaitDraft> = {
  expects: fields.expects,
  schema: { ...fields.schema, minProperties: 1 },
  read(value: Json, at: Place) {
    const draft = fields.read(value, at);
    if (draft === undefined || !isMapping(value)) return undefined;
    const forms = FORMS.filter((form) => form in draft);
    if (forms.length === 1) return draft;
    const what = forms.length === 0 ? 'nothing' : enumerate(forms, 'and');
    return at.report('wait_invalid', `${at.label} names ${what}: a task waits for one thing`, {
      hint: `write one of ${enumerate(FORMS, 'and')}`,
    });
  },
};

export function defineWait(draft: WaitDraft, task: string): WaitFor {
  if (draft.for !== undefined) return { kind: 'for', forMs: draft.for };
  const where = `\`wait.until\` of task \`${task}\``;
  return { kind: 'until', until: defineTemplate(certain(draft.until), where) };
}
