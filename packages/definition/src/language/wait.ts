/** `wait:`: what a task waits for that nobody works on. */
import type { Json, WaitFor } from '@cantata/core';
import { instantOf } from '@cantata/core';
import { condition, defineCondition } from '../expressions/condition.ts';
import { defineTemplate, type TemplateDraft, template } from '../expressions/template.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { type Reader, reportType } from '../shape/reader.ts';
import { text } from '../shape/scalars.ts';
import { enumerate, quote } from '../shape/words.ts';
import { duration } from '../units/duration.ts';
import { approval, defineApproval } from './approval.ts';
import { certain } from './certain.ts';
import { sharedName } from './needs.ts';
import { definePatience, PATIENCE } from './patience.ts';

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

/** Each stands for itself: a task waits for one thing. */
const FORMS = {
  for: optional(duration, 'A timer: so long, from when the task begins to wait.'),
  until: optional(
    until,
    'A timer: to this time, ISO 8601 with a zone or Unix milliseconds; may hold `${…}`.',
  ),
  signal: optional(text, 'The next signal of this name, which `signals` declares.'),
  approval: optional(approval, 'Somebody’s answer.'),
};

/** What goes with a signal. */
const OF_SIGNALS = {
  when: optional(
    condition,
    'An expression in CEL over `event`, the data of a signal: only one for which it is true.',
  ),
  correlate: optional(
    sharedName,
    'The key under which the signal may come to whichever execution waits for it; may hold `${…}`. Default: none.',
  ),
  ...PATIENCE,
};

const fields = object({ name: '`wait`', fields: { ...FORMS, ...OF_SIGNALS }, example: '`{for: 2h}`' });

export type WaitDraft = Draft<typeof FORMS & typeof OF_SIGNALS>;

export const wait: Reader<WaitDraft> = {
  expects: fields.expects,
  schema: { ...fields.schema, minProperties: 1 },
  read(value: Json, at: Place) {
    const draft = fields.read(value, at);
    if (draft === undefined) return undefined;
    const forms = Object.keys(FORMS).filter((form) => form in draft);
    if (forms.length !== 1) {
      const what = forms.length === 0 ? 'nothing' : enumerate(forms, 'and');
      return at.report('wait_invalid', `${at.label} names ${what}: a task waits for one thing`, {
        hint: `write one of ${enumerate(Object.keys(FORMS), 'and')}`,
      });
    }
    const stray = 'signal' in draft ? undefined : Object.keys(OF_SIGNALS).find((key) => key in draft);
    if (stray === undefined) return draft;
    const hint = 'approval' in draft ? 'write it inside of `approval`' : 'remove it: a timer ends by itself';
    return at
      .child(stray)
      .report('wait_invalid', `${quote(stray)} goes with \`signal\``, { at: 'key', hint });
  },
};

export function defineWait(draft: WaitDraft, task: string): WaitFor {
  const where = (key: string): string => `\`wait.${key}\` of task \`${task}\``;
  if (draft.for !== undefined) return { kind: 'for', forMs: draft.for };
  if (draft.until !== undefined) return { kind: 'until', until: defineTemplate(draft.until, where('until')) };
  if (draft.approval !== undefined) return defineApproval(draft.approval, task);
  return {
    kind: 'signal',
    signal: certain(draft.signal),
    ...(draft.when === undefined ? {} : { when: defineCondition(draft.when, where('when')) }),
    ...definePatience(draft),
  };
}
