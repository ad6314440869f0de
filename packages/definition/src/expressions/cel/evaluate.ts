/**
 * Evaluates an expression, and counts what that costs: CEL has no loops, but macros over lists nest, and lists
 * grow. The library has no bound for it, so its evaluator's one door for every part of an expression, `run`, is
 * replaced by one that counts; the same door gives `matches` a regular expression engine that cannot be made slow.
 */
import { EvaluationError } from '@marcbachmann/cel-js';
import { LIMITS } from '../../limits.ts';
import { isFound, stepsToSearch, whyNotRegex } from '../../regex.ts';
import { quote } from '../../shape/words.ts';
import { check } from './check.ts';
import { environment, type Node } from './library.ts';

/** What is wrong with the values, in plain words. */
export class EvaluationFailed extends Error {}

/** One for all: it is thrown and swallowed in every turn of a loop that tries what may fail. */
const SPENT = new EvaluationFailed(`it takes more than ${LIMITS.expressionSteps} steps`);

interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/** What the types of the library leave out. */
interface Executable {
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
  readonly handle: (left: unknown, right: unknown, node: Node, evaluator: Evaluator) => unknown;
}

let steps = 0;

/** The only way to the evaluator is a function that it calls. No document can: it is not among the known ones. */
environment.registerFunction(
  'cantata_evaluator(): bool',
  function (this: Evaluator): boolean {
    this.run = run;
    return true;
  },
  { async: false },
);
environment.evaluate('cantata_evaluator()');

function spend(amount: number): void {
  steps -= amount;
  if (steps < 0) throw SPENT;
}

function run(this: Evaluator, node: Node, context: unknown): unknown {
  spend(1);
  if (node.op === '==' || node.op === '!=' || node.op === 'in') return compare(this, node, context);
  if (node.op === 'rcall' && node.args[0] === 'matches' && node.args[2].length === 1) {
    return matches(this, node, context);
  }
  const value = (node as unknown as Executable).evaluate(this, node, context);
  // A text or a list that was read costs nothing, but what is done with it does.
  if (typeof value === 'string') spend(value.length >> 8);
  else if (Array.isArray(value)) spend(value.length >> 4);
  return value;
}

function compare(
  evaluator: Evaluator,
  node: Extract<Node, { op: '==' | '!=' | 'in' }>,
  context: unknown,
): unknown {
  const left = evaluator.run(node.args[0], context);
  const right = evaluator.run(node.args[1], context);
  if (node.op === 'in' ? Array.isArray(right) : typeof left === 'object') weigh(right);
  return (node as unknown as Executable).handle(left, right, node, evaluator);
}

/** Comparing takes a step for each value inside. */
function weigh(value: unknown): void {
  spend(1);
  if (typeof value !== 'object' || value === null) return;
  for (const member of value instanceof Map ? value.values() : Object.values(value)) weigh(member);
}

function matches(evaluator: Evaluator, node: Extract<Node, { op: 'rcall' }>, context: unknown): boolean {
  const text = evaluator.run(node.args[1], context);
  const pattern = evaluator.run(node.args[2][0] as Node, context);
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new EvaluationFailed('`matches` needs a text and a pattern');
  }
  const why = whyNotRegex(pattern);
  if (why !== undefined) throw new EvaluationFailed(`${quote(pattern)} is no pattern`);
  spend(stepsToSearch(pattern, text));
  return isFound(pattern, text);
}

/** Of an expression without issues. Within `dyn(…)`, so that the expression itself is evaluated through `run`, too. */
export function executable(source: string): (scope: object) => unknown {
  const expression = environment.parse(source);
  // What is not asked about for the sake of JSON is not asked about when it runs either.
  check(expression, source, () => []);
  const whole = environment.parse('dyn(0)');
  (whole.ast as Extract<Node, { op: 'call' }>).args[1][0] = expression.ast;
  return whole;
}

/** What the library gives, before it is made JSON. @throws EvaluationFailed */
export function evaluate(whole: (scope: object) => unknown, variables: object): unknown {
  try {
    return attempt(whole, variables);
  } catch (error) {
    // The library takes an object with a member called `constructor` for a class instance, but not a Map.
    if (!(error instanceof EvaluationError) || error.code !== 'unsupported_type') throw reasonOf(error);
  }
  try {
    const mapped = Object.entries(variables).map(([name, value]) => [name, withMaps(value)]);
    return attempt(whole, Object.fromEntries(mapped) as object);
  } catch (error) {
    throw reasonOf(error);
  }
}

function attempt(whole: (scope: object) => unknown, scope: object): unknown {
  steps = LIMITS.expressionSteps;
  return whole(scope);
}

function withMaps(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withMaps);
  return new Map(Object.entries(value).map(([key, member]) => [key, withMaps(member)]));
}

function reasonOf(error: unknown): EvaluationFailed {
  if (error instanceof EvaluationFailed) return error;
  if (error instanceof EvaluationError) return new EvaluationFailed(wordsFor(error));
  // An invalid length of a text or list, at most: everything else is an EvaluationError.
  return new EvaluationFailed(error instanceof Error ? error.message : String(error));
}

function wordsFor(error: EvaluationError): string {
  const { node, code, summary } = error;
  const written = node === undefined ? undefined : quote(node.input.slice(node.start, node.end));
  if (written === undefined) return summary;
  switch (code) {
    case 'no_such_key':
    case 'index_out_of_bounds':
      return `${written} is missing`;
    case 'no_such_overload':
    case 'no_matching_overload':
      return `${written} does not fit its values: ${summary.replace(/^.*overload:? (?:for )?/, '').replace(/dyn<([^<>]*)>/g, '$1')}`;
    default:
      return `${written}: ${summary}`;
  }
}
