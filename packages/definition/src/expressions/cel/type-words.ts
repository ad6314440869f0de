/** Types that do not fit, in plain words. */
import { didYouMean } from '../../hint.ts';
import { quote } from '../../shape/words.ts';
import type { Issue } from '../issue.ts';
import type { Node } from './library.ts';

/** As the library names and sorts types. */
export interface TypeName {
  readonly name: string;
  readonly kind: string;
  readonly valueType?: TypeName;
}

/** What is known about the parts of the expression. */
export interface Parts {
  readonly written: (part: Node) => string;
  readonly typeOf: (part: Node | undefined) => TypeName | undefined;
  readonly fieldsOf: (type: string) => readonly string[];
  /** What the library says. */
  readonly summary: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a number',
  uint: 'a number',
  double: 'a number',
  bool: 'true or false',
  null: 'null',
  bytes: 'bytes',
  type: 'a type',
};

/** ``a list``, `text`, `a number`: for what the types of the library are. */
export function typeWords(type: string): string {
  if (type.startsWith('list')) return 'a list';
  if (type.startsWith('dyn')) return 'anything';
  return WORDS[type] ?? 'an object';
}

export function wordsFor(code: string, node: Node, parts: Parts): Omit<Issue, 'offset'> {
  const part = quote(parts.written(node));
  const called = (one: Node | undefined): string => typeWords(parts.typeOf(one)?.name ?? 'dyn');
  switch (code) {
    case 'no_such_key':
      return unknownField(node, parts);
    case 'no_such_overload':
      return overload(node, part, called);
    case 'no_matching_overload':
      return call(node, called);
    case 'invalid_condition_type':
      return wrong(`${part} should be true or false, but is ${called(node)}`);
    case 'invalid_logical_operand':
      return wrong(`${part}: both sides of ${quote(node.op)} should be true or false`);
    case 'invalid_comprehension_range':
      return wrong(`${part} is ${called(node)}, and should be a list`);
    case 'cannot_index_type':
    case 'invalid_index_type':
      return access(node, parts, called);
    default:
      return wrong(`${part}: ${parts.summary}`);
  }
}

function wrong(message: string, hint?: string): Omit<Issue, 'offset'> {
  return { code: 'expression_type_wrong', message, hint };
}

function unknownField(node: Node, { written, typeOf, fieldsOf }: Parts): Omit<Issue, 'offset'> {
  const [from, key] = node.args as [Node, string | Node];
  const name = typeof key === 'string' ? key : String((key as Extract<Node, { op: 'value' }>).args);
  const fields = fieldsOf(typeOf(from)?.name ?? '');
  return {
    code: 'expression_unknown_name',
    message: `${quote(written(from))} has no field ${quote(name)}`,
    hint: didYouMean(name, fields),
  };
}

function overload(
  node: Node,
  part: string,
  called: (one: Node | undefined) => string,
): Omit<Issue, 'offset'> {
  if (node.op === '!_' || node.op === '-_') {
    return wrong(`${quote(node.op.slice(0, 1))} does not take ${called(node.args)}`);
  }
  const [left, right] = (node.args as readonly Node[]).map(called);
  switch (node.op) {
    case '==':
    case '!=':
      return wrong(`${part} compares ${left} with ${right}, which are never equal`);
    case 'in':
      return wrong(`${part} looks for ${left} in ${right}, where none is`);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return wrong(`${part} compares ${left} with ${right}, which have no order`);
    default: {
      const isText = node.op === '+' && (left === 'text' || right === 'text');
      return wrong(
        `${part}: ${quote(node.op)} does not take ${left} and ${right}`,
        isText ? 'write `string(…)` around what is no text' : undefined,
      );
    }
  }
}

function call(node: Node, called: (one: Node | undefined) => string): Omit<Issue, 'offset'> {
  const [name, ...rest] = node.args as [string, ...unknown[]];
  const args = (rest.at(-1) as readonly Node[]).map(called).join(' and ') || 'nothing';
  const receiver = node.op === 'rcall' ? ` of ${called(rest[0] as Node)}` : '';
  return wrong(`${quote(name)}${receiver} does not take ${args}`);
}

function access(
  node: Node,
  { written }: Parts,
  called: (one: Node | undefined) => string,
): Omit<Issue, 'offset'> {
  const [from, key] = node.args as [Node, string | Node];
  const what = called(from);
  const message = `${quote(written(from))} is ${what}`;
  if (what === 'a list') return wrong(`${message}: its entries have numbers`, 'write `[0]` for the first');
  return wrong(`${message} and has no ${typeof key === 'string' ? `field ${quote(key)}` : 'fields'}`);
}
