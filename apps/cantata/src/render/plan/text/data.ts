/** What goes into a workflow and what comes out, as far as the document says. */

import {
  type Budget,
  duration,
  type Json,
  type JsonObject,
  listing,
  type Schema,
  successors,
} from '@cantata/core';
import type { PlanReport } from '@cantata/definition';
import { clean, count, cut } from '../../text.ts';
import { facts, type PlanStyle } from './style.ts';

const MAX_EXPRESSION = 80;

export function dataLines({ plan }: PlanReport, style: PlanStyle): readonly string[] {
  const { inputs, outputs, budget } = plan.definition;
  const last = plan.tasks.flatMap(({ index, id }) =>
    successors(plan.graph, index).length === 0 ? [id] : [],
  );
  return facts(
    [
      ...(inputs === undefined ? [] : [['input', inputWords(inputs)] as const]),
      [
        'output',
        outputs === undefined
          ? `what ${listing(last)} ${last.length === 1 ? 'gives' : 'give'}`
          : sourceOf(outputs.source),
      ],
      ...(budget === undefined ? [] : [['budget', budgetWords(budget)] as const]),
    ],
    style,
  );
}

/** What was written, on one line. */
export function sourceOf(source: Json): string {
  return cut(clean(typeof source === 'string' ? source : JSON.stringify(source)), MAX_EXPRESSION);
}

/** `question, and if you like depth`: the names of the schema, else the schema. */
function inputWords({ source }: Schema): string {
  const { properties, required } = source;
  if (!isObject(properties)) return `as ${sourceOf(source)}`;
  const names = Object.keys(properties).map(clean);
  const needed = names.filter((name) => Array.isArray(required) && required.includes(name));
  const optional = names.filter((name) => !needed.includes(name));
  return [
    ...(needed.length === 0 ? [] : [listing(needed, 8)]),
    ...(optional.length === 0 ? [] : [`if you like ${listing(optional, 8)}`]),
  ].join(', and ');
}

/** The most that may be spent. */
function budgetWords({ turns, tokens, cost, wallTimeMs }: Budget): string {
  return [
    ...(turns === undefined ? [] : [`at most ${count(turns, 'turn')}`]),
    ...(tokens === undefined ? [] : [`at most ${count(tokens, 'token')}`]),
    ...(cost === undefined ? [] : [`a cost of at most ${cost}`]),
    ...(wallTimeMs === undefined ? [] : [`at most ${duration(wallTimeMs)}`]),
  ].join(', ');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
