/**
 * CEL as the library knows it: which names there are, and how numbers behave. Only this folder knows the library;
 * its version is exact, because `evaluate.ts` counts steps where the library offers no place for it.
 *
 * Numbers of JSON are doubles, literals without a point are ints, and people do not care: `input.n + 1`,
 * `input.n == 2` and `input.n % 2` mix both. What the library lacks for that is added here.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { LIMITS } from '../../limits.ts';

export type Node = ASTNode;

type Numeric = bigint | number;

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Without variables: what documents with types of their own begin with. */
export const withoutVariables = withNumbers(
  new Environment({
    unlistedVariablesAreDyn: false,
    // JSON mixes freely: `{"a": 1, "b": "x"}`.
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: LIMITS.expressionNodes,
      maxDepth: LIMITS.expressionDepth,
      maxListElements: LIMITS.expressionNodes,
      maxMapEntries: LIMITS.expressionNodes,
      maxCallArguments: 8,
    },
  }),
);

/** Everything is of type dyn: what runs, and what is checked where no schema says more. `names.ts` says what is known where. */
export const environment = withoutVariables
  .clone()
  .registerVariable('input', 'dyn')
  .registerVariable('tasks', 'dyn')
  .registerVariable('item', 'dyn')
  .registerVariable('index', 'dyn')
  .registerVariable('step', 'dyn')
  .registerVariable('event', 'dyn')
  .registerVariable('figures', 'dyn')
  .registerVariable('options', 'dyn')
  .registerVariable('state', 'dyn')
  .registerVariable('team', 'dyn')
  .registerVariable('seats', 'dyn')
  .registerVariable('turns', 'dyn')
  .registerVariable('open', 'dyn')
  .registerVariable('turn', 'dyn')
  .registerVariable('output', 'dyn')
  .registerVariable('asks', 'dyn')
  .registerVariable('error', 'dyn')
  .registerVariable('where', 'dyn');

function withNumbers(into: Environment): Environment {
  for (const [operator, compute] of Object.entries(OPERATORS)) {
    const mixed = (a: Numeric, b: Numeric): number => compute(Number(a), Number(b));
    into.registerOperator(`int ${operator} double: double`, mixed);
    into.registerOperator(`double ${operator} int: double`, mixed);
  }
  into.registerOperator('double % double', (a: number, b: number): number => a % b);
  into.registerOperator(
    'int == double',
    (a: bigint, b: number): boolean => Number.isInteger(b) && BigInt(b) === a,
  );
  return into;
}

/** `dyn(…)` around a part of an expression: its type is not asked for. */
export function asDyn(node: Node): Node {
  const call = environment.parse('dyn(0)').ast as Extract<Node, { op: 'call' }>;
  call.args[1][0] = node;
  return call;
}
