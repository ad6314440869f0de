/** A rule of a declarative pattern: on which trigger, under which condition, what follows. */
import type { Json, Rule, RuleTrigger } from '@cantata/core';
import { type ConditionDraft, conditionOf, defineCondition } from '../../expressions/condition.ts';
import { defineTemplate } from '../../expressions/template.ts';
import { LIMITS } from '../../limits.ts';
import { list } from '../../shape/list.ts';
import { dottedName } from '../../shape/names.ts';
import { type Draft, object, optional, required } from '../../shape/object.ts';
import type { Place } from '../../shape/place.ts';
import { isMapping, type Reader } from '../../shape/reader.ts';
import { oneOf, truth } from '../../shape/scalars.ts';
import { certain, certainList } from '../certain.ts';
import { action, computed, defineAction } from './action.ts';
import { defineWhere, where } from './where.ts';

export const held: Reader<ConditionDraft> = conditionOf('pattern', 'open == 0');

const WORD = oneOf(['started', 'completed', 'failed', 'ended', 'timer', 'idle']);
const NAMED = {
  completed: optional(dottedName, 'The purpose of the turn.'),
  failed: optional(dottedName, 'The purpose of the turn.'),
  ended: optional(dottedName, 'The purpose of the turn.'),
  timer: optional(dottedName, 'The name of the timer.'),
};
const named = object({ name: 'a trigger', fields: NAMED, example: '`{completed: draft}`' });

const trigger: Reader<RuleTrigger> = {
  expects:
    '`started`, `completed`, `failed`, `ended`, `timer`, `idle`, or a mapping such as `{completed: draft}`',
  schema: { anyOf: [WORD.schema, { ...named.schema, minProperties: 1, maxProperties: 1 }] },
  read(value: Json, at: Place) {
    if (!isMapping(value)) {
      const kind = WORD.read(value, at);
      return kind === undefined ? undefined : { kind };
    }
    const draft = named.read(value, at);
    const [kind, ...more] = Object.keys(draft ?? {}) as (keyof typeof NAMED)[];
    if (draft === undefined || kind === undefined || more.length > 0)
      return at.report('rule_invalid', 'a rule is on one thing', { hint: 'write a rule for each' });
    const name = draft[kind];
    if (name === undefined) return undefined;
    return kind === 'timer' ? { kind, name } : { kind, purpose: name };
  },
};

const RULE = {
  on: required(
    trigger,
    'What has happened: `started`, `completed`, `failed`, `ended` (either of the two), `timer` or `idle`; with the purpose or the name, `{completed: draft}`.',
  ),
  when: optional(held, 'CEL: whether it is applied. Default: always.'),
  because: optional(computed, 'Why, for people.'),
  where: optional(where, 'Values by name, for the other expressions of the rule; they may read each other.'),
  set: optional(computed, 'What changes in the state: a JSON merge patch, null removes.'),
  do: optional(
    list({
      name: 'actions',
      item: action,
      max: LIMITS.names,
      repeats: true,
      min: 1,
      emptyHint: 'remove the key',
    }),
    'What follows. Default: nothing but `set`.',
  ),
  mark: optional(computed, 'What tells this step from another: steps that repeat themselves are a limit.'),
  progress: optional(
    truth,
    'Whether it brings the team further. Default: true; a timer that only sets timers never does.',
  ),
};

export type RuleDraft = Draft<typeof RULE>;

export const rule = object({ name: 'a rule', fields: RULE, example: '`{on: started, do: […]}`' });

/** Of a draft without problems. */
export function defineRule(draft: RuleDraft, n: number): Rule {
  const { on, when, because, where: values = [], set, do: actions = [], mark, progress } = draft;
  const named = `rule ${n + 1}`;
  return {
    on: certain(on),
    where: defineWhere(values, when, named),
    actions: certainList(actions).map((one) => defineAction(one, named)),
    ...(when === undefined ? {} : { when: defineCondition(when, `${named}: \`when\``) }),
    ...(because === undefined ? {} : { because: defineTemplate(because, `${named}: \`because\``) }),
    ...(set === undefined ? {} : { set: defineTemplate(set, `${named}: \`set\``) }),
    ...(mark === undefined ? {} : { mark: defineTemplate(mark, `${named}: \`mark\``) }),
    ...(progress === undefined ? {} : { progress }),
  };
}
