/** `on:`: an event that a task needs besides its dependencies. */
import type { Json, Trigger } from '@cantata/core';
import { condition, defineCondition } from '../expressions/condition.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { oneOf, text } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { certain } from './certain.ts';

const TRIGGER = {
  event: required(text, 'The topic, which `event_driven` of `coordination` declares.'),
  when: optional(condition, 'An expression in CEL over `event`, its data: only one for which it is true.'),
  timeout: optional(
    duration,
    'How long it waits for one at the longest. Default: as long as the execution may take.',
  ),
  otherwise: optional(
    oneOf(['fail', 'skip']),
    'When its time is up: fail, or be skipped. With `skip` and without a time it is skipped when nothing else is left to do. Default: fail.',
  ),
};
const fields = object({ name: '`on`', fields: TRIGGER, example: '`{event: orders}`' });

export type TriggerDraft = Draft<typeof TRIGGER>;

/** A text is the topic. */
export const trigger: Reader<TriggerDraft> = {
  expects: 'a topic, or a mapping such as `{event: orders, when: "event.total > 100"}`',
  schema: { anyOf: [text.schema, fields.schema] },
  read(value: Json, at: Place) {
    if (isMapping(value)) return fields.read(value, at);
    const event = text.read(value, at);
    return event === undefined ? undefined : { event };
  },
};

export function defineTrigger(draft: TriggerDraft, task: string): Trigger {
  return {
    topic: certain(draft.event),
    isSkipped: draft.otherwise === 'skip',
    ...(draft.when === undefined
      ? {}
      : { when: defineCondition(draft.when, `\`on.when\` of task \`${task}\``) }),
    ...(draft.timeout === undefined ? {} : { timeoutMs: draft.timeout }),
  };
}
