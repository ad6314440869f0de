/** `budget:`: upper bounds of what may be spent. */
import type { Budget } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import { oneOf, positiveNumber, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';

const BUDGET = {
  turns: optional(wholeNumber(1, LIMITS.budget), 'Calls of agents.'),
  tokens: optional(wholeNumber(1, LIMITS.budget), 'Tokens, as agents report them.'),
  cost: optional(positiveNumber(LIMITS.budget), 'Cost, in the unit in which agents report it.'),
  wall_time: optional(duration, 'Time from start to end: `30s`, `5m`, `1h30m`.'),
  on_limit: optional(
    oneOf(['complete', 'fail']),
    'What follows when it is spent: it ends with what it has, or fails. Default: complete.',
  ),
};

export const budget = object({ name: 'a budget', fields: BUDGET, example: '{ turns: 20, cost: 1.5 }' });

export function defineBudget(draft: Draft<typeof BUDGET>): Budget {
  return {
    ...(draft.turns === undefined ? {} : { turns: draft.turns }),
    ...(draft.tokens === undefined ? {} : { tokens: draft.tokens }),
    ...(draft.cost === undefined ? {} : { cost: draft.cost }),
    ...(draft.wall_time === undefined ? {} : { wallTimeMs: draft.wall_time }),
    ...(draft.on_limit === undefined ? {} : { onLimit: draft.on_limit }),
  };
}
