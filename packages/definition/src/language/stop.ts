/** `stop:`: when a team is to stop, though it would go on. */
import type { Json, JsonObject, Stop } from '@cantata/core';
import { type ConditionDraft, conditionOf, defineCondition } from '../expressions/condition.ts';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader, reportType } from '../shape/reader.ts';
import { positiveNumber, text, wholeNumber } from '../shape/scalars.ts';
import { enumerate } from '../shape/words.ts';
import { duration } from '../units/duration.ts';
import { certain, certainList } from './certain.ts';

const EXAMPLE = '`{any: [{turns: 12}, {when: output.done}]}`';

/** Where a published schema has it: conditions hold conditions. */
export const STOP_DEFINITION = 'stop';

const nested: Reader<StopDraft> = {
  expects: `a condition such as ${EXAMPLE}`,
  schema: { $ref: `#/$defs/${STOP_DEFINITION}` },
  read: (value, at) => readStop(value, at),
};

const several = list<StopDraft>({
  name: 'conditions',
  item: nested,
  max: LIMITS.names,
  min: 1,
  emptyHint: 'name a condition, or remove the key',
});

const LEAVES = {
  turns: optional(wholeNumber(1, LIMITS.turns), 'So many turns are over.'),
  when: optional<ConditionDraft>(
    conditionOf('team', 'output.done'),
    'CEL over `output` and `turn`, the last one that is completed, `input` and `figures`; it does not hold where it has no value.',
  ),
  tokens: optional(wholeNumber(1, LIMITS.budget), 'Its agents have reported so many tokens.'),
  cost: optional(positiveNumber(LIMITS.budget), 'Its agents have reported so much cost.'),
  time: optional(duration, 'So long after its first turn began.'),
  hand_off_to: optional(text, 'Control was handed on to this group or seat.'),
  quorum: optional(wholeNumber(1, LIMITS.turns), 'So many have voted for the same.'),
  stall: optional(wholeNumber(1, LIMITS.turns), 'Steps in a row that bring the team no further.'),
};

const fields = object({
  name: '`stop`',
  fields: {
    ...LEAVES,
    any: optional(several, 'One of these holds.'),
    all: optional(several, 'All of these hold.'),
  },
  example: EXAMPLE,
});

export interface StopDraft extends Draft<typeof LEAVES> {
  readonly any?: readonly (StopDraft | undefined)[] | undefined;
  readonly all?: readonly (StopDraft | undefined)[] | undefined;
}

/** Of one condition, in `$defs` of a published schema. */
export const stopSchema: JsonObject = { ...fields.schema, minProperties: 1, maxProperties: 1 };

export const stop: Reader<StopDraft> = nested;

function readStop(value: Json, at: Place): StopDraft | undefined {
  if (!isMapping(value)) return reportType(value, at, nested.expects);
  const draft: StopDraft | undefined = fields.read(value, at);
  // A key that is none was told.
  const names = Object.keys(draft ?? {});
  if (names.length === 1 || (names.length === 0 && Object.keys(value).length > 0)) return draft;
  const what = names.length === 0 ? 'nothing' : enumerate(names, 'and');
  return at.report('team_invalid', `${at.label} names ${what}, and a condition is one thing`, {
    hint:
      names.length === 0
        ? `write one of ${enumerate([...Object.keys(LEAVES), 'any', 'all'], 'and')}`
        : 'write `any` or `all` with a list of them',
  });
}

/** Of a draft without problems. */
export function defineStop(draft: StopDraft): Stop {
  const { any, all, when } = draft;
  if (any !== undefined) return { kind: 'any', of: certainList(any).map(defineStop) };
  if (all !== undefined) return { kind: 'all', of: certainList(all).map(defineStop) };
  if (when !== undefined) return { kind: 'when', condition: defineCondition(when, '`stop`') };
  if (draft.turns !== undefined) return { kind: 'turns', least: draft.turns };
  if (draft.tokens !== undefined) return { kind: 'tokens', least: draft.tokens };
  if (draft.cost !== undefined) return { kind: 'cost', least: draft.cost };
  if (draft.time !== undefined) return { kind: 'time', ms: draft.time };
  if (draft.hand_off_to !== undefined) return { kind: 'hand_off_to', to: draft.hand_off_to };
  if (draft.quorum !== undefined) return { kind: 'quorum', votes: draft.quorum };
  return { kind: 'stall', steps: certain(draft.stall) };
}

/** Itself and all that it is made of, with where they stand. */
export function* conditionsOf(
  draft: StopDraft,
  at: Place,
): Iterable<{ readonly draft: StopDraft; readonly at: Place }> {
  yield { draft, at };
  for (const key of ['any', 'all'] as const)
    for (const [n, one] of (draft[key] ?? []).entries())
      if (one !== undefined) yield* conditionsOf(one, at.down(key, n));
}
