/** One expression: parsed once, however often it stands in documents, and evaluated as often as somebody asks. */
import type { Json, Reads, Scope } from '@cantata/core';
import { checkUntyped } from './cel/check.ts';
import { evaluate, executable } from './cel/evaluate.ts';
import type { Node } from './cel/library.ts';
import { type Mention, namesOf } from './cel/names.ts';
import { parse } from './cel/parse.ts';
import type { Issue } from './issue.ts';
import { toJson } from './to-json.ts';

export class Expression {
  readonly source: string;
  /** What is wrong with it whatever the values and their types; it can be evaluated if that is nothing. */
  readonly issues: readonly Issue[];
  readonly mentions: readonly Mention[];
  readonly readsInput: boolean;
  readonly root: Node | undefined;
  /** The type of its value, as far as it is known without schemas: `bool`, `dyn` … */
  readonly type: string;
  #executable: ((scope: object) => unknown) | undefined;

  private constructor(source: string) {
    const parsed = parse(source);
    const root = parsed.kind === 'parsed' ? parsed.root : undefined;
    const names = root === undefined ? undefined : namesOf(root);
    const issues = parsed.kind === 'failed' ? [parsed.issue] : (names?.issues ?? []);
    const checked = root === undefined || issues.length > 0 ? undefined : checkUntyped(root, source);
    this.source = source;
    this.root = root;
    this.type = checked?.kind === 'typed' ? checked.type : 'dyn';
    this.issues = checked?.kind === 'wrong' ? [checked.issue] : issues;
    this.mentions = names?.mentions ?? [];
    this.readsInput = names?.input ?? false;
  }

  /** What an expression is depends on its text alone, so equal texts share one. */
  static of(source: string): Expression {
    const known = KEPT.get(source);
    if (known !== undefined) return known;
    const expression = new Expression(source);
    keptLength += source.length;
    if (keptLength > MAX_KEPT) {
      KEPT.clear();
      keptLength = source.length;
    }
    KEPT.set(source, expression);
    return expression;
  }

  /** Whether it gives the same value whatever the scope. */
  get isConstant(): boolean {
    return !this.readsInput && this.mentions.length === 0;
  }

  /** @throws EvaluationFailed */
  evaluate(scope: Scope): Json {
    this.#executable ??= executable(this.root as Node);
    return toJson(evaluate(this.#executable, scope));
  }
}

/** Characters of the expressions that are kept: some megabytes with their trees. */
const MAX_KEPT = 100_000;
const KEPT = new Map<string, Expression>();
let keptLength = 0;

/** What some expressions read together. */
export function readsOf(expressions: readonly Expression[]): Reads {
  const tasks = expressions.flatMap(({ mentions }) => mentions.map(({ task }) => task));
  return { input: expressions.some(({ readsInput }) => readsInput), tasks: [...new Set(tasks)] };
}
