/**
 * One expression: read once, however often it stands in documents. Its syntax tree is not kept, a document may have
 * a hundred thousand; it is made again when somebody asks for the value, which most never are.
 */
import type { Json, Reads } from '@cantata/core';
import { type Checked, checkUntyped } from './cel/check.ts';
import { evaluate, executable } from './cel/evaluate.ts';
import { type LocalRead, type Mention, namesOf, type Vocabulary } from './cel/names.ts';
import { parse } from './cel/parse.ts';
import type { Issue } from './issue.ts';
import { toJson } from './to-json.ts';

export class Expression {
  readonly source: string;
  /** What is wrong with its text and its names. */
  readonly issues: readonly Issue[];
  readonly mentions: readonly Mention[];
  /** Where it reads a variable that only some keys have. */
  readonly locals: readonly LocalRead[];
  /** Where `has` is called. */
  readonly hasCalls: readonly number[];
  readonly readsInput: boolean;
  #checked: Checked | undefined;
  /** The variables it may be given. */
  readonly #variables: readonly string[];
  #executable: ((scope: object) => unknown) | undefined;

  private constructor(source: string, vocabulary: Vocabulary) {
    const parsed = parse(source);
    const root = parsed.kind === 'parsed' ? parsed.root : undefined;
    const names = root === undefined ? undefined : namesOf(root, vocabulary);
    this.source = source;
    this.issues = parsed.kind === 'failed' ? [parsed.issue] : (names?.issues ?? []);
    this.mentions = names?.mentions ?? [];
    this.locals = names?.locals ?? [];
    this.hasCalls = names?.hasCalls ?? [];
    this.readsInput = names?.input ?? false;
    this.#variables =
      vocabulary === 'workflow' ? VARIABLES : [...new Set(this.locals.map(({ name }) => name))];
  }

  /** What an expression is depends on its text and where it stands alone, so equal ones are shared. */
  static of(source: string, vocabulary: Vocabulary = 'workflow'): Expression {
    const key = vocabulary === 'workflow' ? source : `${vocabulary}\0${source}`;
    const known = KEPT.get(key);
    if (known !== undefined) return known;
    const expression = new Expression(source, vocabulary);
    keptLength += source.length;
    if (keptLength > MAX_KEPT) {
      KEPT.clear();
      keptLength = source.length;
    }
    KEPT.set(key, expression);
    return expression;
  }

  /** Whether it gives the same value whatever the scope. */
  get isConstant(): boolean {
    return !this.readsInput && this.mentions.length === 0 && this.locals.length === 0;
  }

  /** Its type, or what is wrong with the types in it, as far as that is known without schemas. */
  get checked(): Checked {
    return (this.#checked ??= checkUntyped(this.source));
  }

  /** Of a scope of a pattern, only what it reads is asked for. @throws EvaluationFailed */
  evaluate(scope: object): Json {
    this.#executable ??= executable(this.source);
    const given = scope as Readonly<Record<string, unknown>>;
    const variables = Object.fromEntries(this.#variables.map((name) => [name, given[name]]));
    return toJson(evaluate(this.#executable, variables));
  }
}

/** Of a workflow. */
const VARIABLES = ['input', 'tasks', 'item', 'index', 'step', 'event'];

/** Characters of the expressions that are kept: with their trees about 20 MB. */
const MAX_KEPT = 300_000;
const KEPT = new Map<string, Expression>();
let keptLength = 0;

/** What some expressions read together. */
export function readsOf(expressions: readonly Expression[]): Reads {
  const mentions = expressions.flatMap((expression) => expression.mentions);
  const spawned = mentions.filter(({ member }) => member === 'spawned').map(({ task }) => task);
  return {
    input: expressions.some(({ readsInput }) => readsInput),
    tasks: [...new Set(mentions.map(({ task }) => task))],
    ...(spawned.length === 0 ? {} : { spawned: [...new Set(spawned)] }),
  };
}
