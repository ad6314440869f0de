/** `join:`: how many of its dependencies a task waits for. */
import type { Join, Json } from '@cantata/core';
import { type ConditionDraft, condition, defineCondition } from '../expressions/condition.ts';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { oneOf, wholeNumber } from '../shape/scalars.ts';
import { certain } from './certain.ts';

const COUNTED = {
  at_least: optional(wholeNumber(1, LIMITS.tasks), 'So many of them must be met.'),
  when: optional(condition, 'An expression in CEL; it is asked whenever one of them ends, however it ends.'),
};
const word = oneOf(['all', 'any']);
const counted = object({ name: 'a join', fields: COUNTED, example: '`{at_least: 2}`' });

export type JoinDraft =
  | { readonly kind: 'all' }
  | { readonly kind: 'any' }
  | { readonly kind: 'at_least'; readonly count: number }
  | { readonly kind: 'when'; readonly condition: ConditionDraft };

export const join: Reader<JoinDraft> = {
  expects: '`all`, `any`, or a mapping such as `{at_least: 2}`',
  schema: { anyOf: [word.schema, { ...counted.schema, minProperties: 1, maxProperties: 1 }] },
  read(value: Json, at: Place) {
    if (isMapping(value)) return ruleOf(counted.read(value, at), Object.keys(value).length, at);
    const kind = word.read(value, at);
    return kind === undefined ? undefined : { kind };
  },
};

/** One rule: of two none is taken, and where there is none the key that was meant is reported already. */
function ruleOf(draft: Draft<typeof COUNTED> | undefined, keys: number, at: Place): JoinDraft | undefined {
  if (draft === undefined) return undefined;
  if (keys === 0 || ('at_least' in draft && 'when' in draft)) {
    return at.report('join_invalid', `${at.label} should have one of \`at_least\` and \`when\``, {
      hint: 'write `all`, `any`, `{at_least: 2}` or `{when: "…"}`',
    });
  }
  if (draft.at_least !== undefined) return { kind: 'at_least', count: draft.at_least };
  return draft.when === undefined ? undefined : { kind: 'when', condition: draft.when };
}

export function defineJoin(draft: JoinDraft, task: string): Join {
  if (draft.kind !== 'when') return draft;
  return {
    kind: 'when',
    condition: defineCondition(certain(draft.condition), `\`join\` of task \`${task}\``),
  };
}
