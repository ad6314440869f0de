/** `when:`: an expression that is true or false, written bare or as `${…}`. */
import {
  type Calculated,
  CantataError,
  type Condition,
  type Json,
  type Reads,
  type StopCondition,
} from '@cantata/core';
import { type Reader, reportType } from '../shape/reader.ts';
import { describe, quote } from '../shape/words.ts';
import { EvaluationFailed } from './cel/evaluate.ts';
import type { Vocabulary } from './cel/names.ts';
import { type PlacedExpression, readExpression } from './draft.ts';
import { type Expression, readsOf } from './expression.ts';
import { split } from './split.ts';

export interface ConditionDraft {
  readonly source: string;
  readonly placed: PlacedExpression;
}

export const condition: Reader<ConditionDraft> = conditionOf('workflow', 'input.topic != ""');

/** `example` is one that may stand there. */
export function conditionOf(vocabulary: Vocabulary, example: string): Reader<ConditionDraft> {
  return {
    expects: `a condition such as ${quote(example)}`,
    schema: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'boolean' }] },
    read(value, at) {
      const text = typeof value === 'boolean' ? String(value) : value;
      if (typeof text !== 'string') return reportType(text, at, this.expects);
      if (text === '') return at.report('empty', `${at.label} is an empty text`);
      const { source, offset } = withoutBraces(text);
      const placed = readExpression(source, at, offset, vocabulary);
      return placed === undefined ? undefined : { source: text, placed };
    },
  };
}

function withoutBraces(text: string): { readonly source: string; readonly offset: number } {
  const found = split(text.trim());
  const [only, ...more] = found.kind === 'split' ? found.parts : [];
  if (typeof only !== 'object' || more.length > 0) return { source: text, offset: 0 };
  return { source: only.source, offset: only.offset + text.length - text.trimStart().length };
}

export function defineCondition(
  { source, placed }: ConditionDraft,
  where: string,
): Condition & Calculated<boolean> & StopCondition {
  return new CompiledCondition(source, placed.expression, where);
}

class CompiledCondition implements Condition, Calculated<boolean>, StopCondition {
  readonly source: string;
  readonly reads: Reads;
  readonly #expression: Expression;
  readonly #where: string;

  constructor(source: string, expression: Expression, where: string) {
    this.source = source;
    this.reads = readsOf([expression]);
    this.#expression = expression;
    this.#where = where;
  }

  evaluate(scope: object): boolean {
    const value = evaluateAt(this.#expression, scope, this.#where);
    if (typeof value === 'boolean') return value;
    throw expressionFailed(
      this.#expression,
      this.#where,
      `it should be true or false, but is ${describe(value)}`,
    );
  }
}

/** @throws CantataError `expression_failed` */
export function evaluateAt(expression: Expression, scope: object, where: string): Json {
  try {
    return expression.evaluate(scope);
  } catch (error) {
    if (error instanceof EvaluationFailed) throw expressionFailed(expression, where, error.message);
    throw error;
  }
}

function expressionFailed({ source }: Expression, where: string, why: string): CantataError {
  return new CantataError('expression_failed', `${where}: ${quote(source)} has no value: ${why}`);
}
