/** An expression and where it stands in a document: what is between reading it and checking what it means there. */
import { LIMITS } from '../limits.ts';
import type { Place } from '../shape/place.ts';
import type { Vocabulary } from './cel/names.ts';
import { Expression } from './expression.ts';
import type { Issue } from './issue.ts';

export interface PlacedExpression {
  readonly expression: Expression;
  /** The text it stands in. */
  readonly at: Place;
  /** Where in that text it begins. */
  readonly offset: number;
}

const counts = new WeakMap<object, number>();

/** Undefined if it is none; the reasons are reported. */
export function readExpression(
  source: string,
  at: Place,
  offset: number,
  vocabulary?: Vocabulary,
): PlacedExpression | undefined {
  const count = (counts.get(at.document) ?? 0) + 1;
  counts.set(at.document, count);
  if (count > LIMITS.expressions) {
    if (count > LIMITS.expressions + 1) return undefined;
    return at.report('too_many', `the document has more than ${LIMITS.expressions} expressions`);
  }
  const placed = { expression: Expression.of(source, vocabulary), at, offset };
  for (const issue of placed.expression.issues) reportIssue(issue, placed);
  return placed.expression.issues.length === 0 ? placed : undefined;
}

export function reportIssue({ code, message, hint, offset }: Issue, placed: PlacedExpression): undefined {
  return placed.at.report(code, message, { hint, within: placed.offset + offset });
}
