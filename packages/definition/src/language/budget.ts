/** `budget:`: upper bounds of what may be spent. */
import type { Budget } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Reader } from '../shape/reader.ts';
import { oneOf, positiveNumber, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';

const BOUNDS = {
  turns: optional(wholeNumber(1, LIMITS.budget), 'Calls of agents.'),
  tokens: optional(wholeNumber(1, LIMITS.budget), 'Tokens, as agents report them.'),
  cost: optional(positiveNumber(LIMITS.budget), 'Cost, in the unit in which agents report it.'),
  wall_time: optional(duration, 'Time from start to end: `30s`, `5m`, `1h30m`.'),
};
const BUDGET = {
  ...BOUNDS,
  on_limit: optional(
    oneOf(['complete', 'fail']),
    'What follows when it is spent: it ends with what it has, or fails. Default: complete.',
  ),
};
type BudgetDraft = Draft<typeof BUDGET>;

const EXAMPLE = '{ turns: 20, cost: 1.5 }';
const fields = object({ name: 'a budget', fields: BUDGET, example: EXAMPLE });

export const budget: Reader<BudgetDraft> = {
  ...fields,
  schema: { ...fields.schema, anyOf: Object.keys(BOUNDS).map((bound) => ({ required: [bound] })) },
  read(value, at) {
    const draft: BudgetDraft | undefined = fields.read(value, at);
    if (draft === undefined || Object.keys(BOUNDS).some((bound) => bound in draft)) return draft;
    return at.report('empty', `${at.label} bounds nothing`, {
      hint: `write one of its bounds, such as ${EXAMPLE}, or remove it`,
    });
  },
};

export function defineBudget(draft: BudgetDraft): Budget {
  return {
    ...(draft.turns === undefined ? {} : { turns: draft.turns }),
    ...(draft.tokens === undefined ? {} : { tokens: draft.tokens }),
    ...(draft.cost === undefined ? {} : { cost: draft.cost }),
    ...(draft.wall_time === undefined ? {} : { wallTimeMs: draft.wall_time }),
    ...(draft.on_limit === undefined ? {} : { onLimit: draft.on_limit }),
  };
}
