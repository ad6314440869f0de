/** A declarative pattern: the keys at the top of its document. */
import {
  type AskKind,
  DEFAULT_LIMITS,
  type JsonObject,
  type PatternRules,
  type RoleRule,
} from '@cantata/core';
import { defineCondition } from '../../expressions/condition.ts';
import { defineTemplate } from '../../expressions/template.ts';
import { LIMITS } from '../../limits.ts';
import { objectSchema } from '../../schemas/schema.ts';
import { list } from '../../shape/list.ts';
import { dottedName, groupName } from '../../shape/names.ts';
import { type Draft, isBroken, object, optional, required } from '../../shape/object.ts';
import { isMapping, type Reader, reportType } from '../../shape/reader.ts';
import { type Entry, record } from '../../shape/record.ts';
import { oneOf, text, truth, wholeNumber } from '../../shape/scalars.ts';
import { certain, certainList } from '../certain.ts';
import { defineLimits, teamLimits } from '../team.ts';
import { computed } from './action.ts';
import { defineRule, held, rule } from './rule.ts';

// biome-ignore format: a list of words
const ASKS: readonly AskKind[] = [
  'delegate', 'hand_off', 'send', 'offer', 'claim', 'bid', 'vote', 'write', 'ask_person', 'escalate', 'finish',
];

const ROLE = {
  summary: required(text, 'What it does, for people: `judges the drafts`.'),
  least: optional(wholeNumber(0, LIMITS.groups), 'How many groups have it at least. Default: 0.'),
  most: optional(wholeNumber(1, LIMITS.groups), 'How many have it at most. Default: any number.'),
  opens: optional(truth, 'Whether the group that the task is given to has it. Default: false.'),
  others: optional(
    truth,
    'Whether groups for which no role is given have it. Default: false; a single role is that of all.',
  ),
};

type RoleDraft = Draft<typeof ROLE>;

const state: Reader<JsonObject> = {
  expects: 'a mapping such as `{ round: 0 }`',
  schema: { type: 'object' },
  read(value, at) {
    return isMapping(value) ? value : reportType(value, at, this.expects);
  },
};

const REFUSAL = {
  when: required(held, 'CEL: whether an answer does not count.'),
  message: required(computed, 'Why, for the agent, which may try again.'),
};

const PATTERN = {
  name: required(dottedName, 'What workflows call it by.'),
  version: required(dottedName, 'Raised whenever it means something else: runs under way keep to theirs.'),
  summary: required(text, 'What it is for, in a sentence.'),
  roles: required(
    record<RoleDraft>({
      name: 'roles',
      key: groupName,
      item: object({ name: 'a role', fields: ROLE, example: '`{summary: judges, least: 1}`' }),
      max: LIMITS.names,
      emptyHint: 'name a role',
      hint: 'write the name of each role as a key, without `- `',
    }),
    'Who takes part, by name.',
  ),
  options: optional(
    objectSchema,
    'A JSON Schema of what a workflow may choose, with defaults. Others are refused unless it has `additionalProperties`. Default: nothing.',
  ),
  state: optional(
    state,
    'What is remembered from one step to the next, as it is in the beginning. Default: nothing.',
  ),
  limits: optional(teamLimits, 'What ends it, if nothing else does.'),
  asks: optional(
    list({ name: 'asks', item: oneOf(ASKS), max: ASKS.length }),
    'What its agents may ask for beside their answer. Default: nothing.',
  ),
  refuses: optional(
    list({
      name: 'refusals',
      item: object({ name: 'a refusal', fields: REFUSAL }),
      max: LIMITS.names,
      repeats: true,
    }),
    'When an answer does not count. Default: never.',
  ),
  shows: optional(computed, 'What an agent is shown with its turn, beside its input. Default: nothing.'),
  rules: required(
    list({
      name: 'rules',
      item: rule,
      max: LIMITS.rules,
      repeats: true,
      min: 1,
      emptyHint: 'a pattern does what its rules say',
    }),
    'In order: the first whose `on` and `when` hold is applied.',
  ),
};

export type PatternDraft = Draft<typeof PATTERN>;

export const pattern = object({ name: 'the pattern', fields: PATTERN });

/** Of a draft without problems. */
export function definePattern(draft: PatternDraft): PatternRules {
  const { options, state: initial = {}, limits = {}, asks = [], refuses = [], shows } = draft;
  return {
    name: certain(draft.name),
    version: certain(draft.version),
    summary: certain(draft.summary),
    roles: Object.fromEntries(othersLast(certain(draft.roles)).map(defineRole)),
    options: closed(options?.source ?? { type: 'object' }),
    limits: { ...DEFAULT_LIMITS, ...defineLimits(limits) },
    asks: certainList(asks),
    state: initial,
    refusals: certainList(refuses).map(({ when, message }) => ({
      when: defineCondition(certain(when), '`refuses`'),
      message: defineTemplate(certain(message), '`refuses`'),
    })),
    rules: certainList(certain(draft.rules)).map(defineRule),
    ...(shows === undefined ? {} : { shows: defineTemplate(shows, '`shows`') }),
  };
}

/** Keys of a schema that let there be options which its `properties` do not name. */
const OPENING = [
  ...['additionalProperties', 'unevaluatedProperties', 'patternProperties', 'propertyNames'],
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas'],
];

/** An option that is not named is a slip of the pen, unless the schema says otherwise. */
function closed(schema: JsonObject): JsonObject {
  return OPENING.some((key) => Object.hasOwn(schema, key))
    ? schema
    : { ...schema, additionalProperties: false };
}

/** What a workflow may choose; undefined where the schema does not name all of it. */
export function optionNames(draft: PatternDraft): ReadonlySet<string> | undefined {
  const schema = closed(draft.options?.source ?? { type: 'object' });
  const { properties = {} } = schema;
  if (isBroken(draft, 'options') || schema['additionalProperties'] !== false || !isMapping(properties))
    return undefined;
  return new Set(Object.keys(properties));
}

/** By name: a store keeps keys in an order of its own. The last one is the role of all others. */
function othersLast(roles: readonly Entry<RoleDraft>[]): readonly Entry<RoleDraft>[] {
  const rank = ({ value }: Entry<RoleDraft>): number => (value?.others === true ? 1 : 0);
  return roles.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function defineRole({ name, value }: Entry<RoleDraft>): [string, RoleRule] {
  const { summary, least = 0, most, opens } = certain(value);
  return [
    name,
    {
      summary: certain(summary),
      least,
      ...(most === undefined ? {} : { most }),
      ...(opens === true ? { opens } : {}),
    },
  ];
}
