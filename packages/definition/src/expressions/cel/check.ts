/**
 * The types of an expression: whether its parts fit together, as far as the schemas say. Stricter than JSON is where
 * CEL makes differences that JSON does not (whole and other numbers in one list, null beside anything, objects that
 * are compared): there the check is told not to ask, and goes on.
 */
import { type ParseResult, type TypeCheckResult, TypeError as TypeMismatch } from '@marcbachmann/cel-js';
import { printable } from '../../shape/words.ts';
import type { Issue } from '../issue.ts';
import { asDyn, environment, type Node } from './library.ts';
import { type TypeName, wordsFor } from './type-words.ts';

export type Checked =
  /** `bool`, `dyn`, `list<string>` … */
  { readonly kind: 'typed'; readonly type: string } | { readonly kind: 'wrong'; readonly issue: Issue };

/** Fields of a type, for what was meant. */
export type FieldsOf = (type: string) => readonly string[];

const NUMBERS = ['int', 'uint', 'double'];
/** How often one expression is let go on. */
const RELAXED = 64;

/** Everything is dyn: finds what is wrong whatever the values. Of an expression without issues. */
export function checkUntyped(source: string): Checked {
  return check(environment.parse(source), source, () => []);
}

/** `source` is what messages quote: of the same length as what was parsed. */
export function check(parsed: ParseResult, source: string, fieldsOf: FieldsOf): Checked {
  for (let relaxed = 0; ; relaxed++) {
    const { valid, type = 'dyn', error }: TypeCheckResult = parsed.check();
    if (valid) return { kind: 'typed', type };
    if (!(error instanceof TypeMismatch)) return { kind: 'wrong', issue: unexpected(error) };
    if (relaxed < RELAXED && relax(error)) continue;
    return { kind: 'wrong', issue: issueOf(error, source, fieldsOf) };
  }
}

/** The library throws nothing else for what the parser lets through; if it does, it is no reason to fall over. */
function unexpected(error: unknown): Issue {
  const why = printable(error instanceof Error ? error.message : String(error), 100);
  return { code: 'expression_type_wrong', message: why, offset: 0 };
}

/** What the check knows of a part; undefined for one it has not come to. */
function typeOf(node: Node | undefined): TypeName | undefined {
  return (node as { readonly checkedType?: TypeName } | undefined)?.checkedType;
}

/** Whether the part at fault is fine in JSON; it will not be asked about again. */
function relax({ code, node }: TypeMismatch): boolean {
  if (node === undefined) return false;
  switch (node.op) {
    case '?:':
      if (code !== 'incompatible_ternary_branches') return false;
      node.args[2] = asDyn(node.args[2]);
      return true;
    case '==':
    case '!=':
    case 'in':
    case '+':
      return code === 'no_such_overload' && relaxOperands(node);
    case '[]':
      if (code !== 'invalid_index_type' || typeOf(node.args[1])?.name !== 'double') return false;
      node.args[1] = asDyn(node.args[1]);
      return true;
    case 'call':
      return relaxObjects(node.args[1]);
    case 'rcall': {
      const receiver = [node.args[1]];
      const relaxed = relaxObjects(receiver);
      node.args[1] = receiver[0] as Node;
      return relaxObjects(node.args[2]) || relaxed;
    }
    default:
      return false;
  }
}

function relaxOperands(node: Extract<Node, { op: '==' | '!=' | 'in' | '+' }>): boolean {
  const [left, right] = [typeOf(node.args[0]), typeOf(node.args[1])];
  if (left === undefined || right === undefined) return false;
  const isFine =
    node.op === '+'
      ? left.kind === 'list' && right.kind === 'list'
      : node.op === 'in'
        ? right.kind === 'message' || (right.kind === 'list' && areLike(left, right.valueType))
        : areLike(left, right);
  if (!isFine) return false;
  node.args[0] = asDyn(node.args[0]);
  node.args[1] = asDyn(node.args[1]);
  return true;
}

/** Whether values of the two may be equal in JSON. */
function areLike(one: TypeName, other: TypeName | undefined): boolean {
  if (other === undefined || one.name === 'null' || other.name === 'null') return true;
  if (NUMBERS.includes(one.name) && NUMBERS.includes(other.name)) return true;
  if (one.kind === 'list' && other.kind === 'list') return true;
  return isObject(one) && isObject(other);
}

function isObject({ kind }: TypeName): boolean {
  return kind === 'message' || kind === 'map' || kind === 'dyn';
}

/** Functions know maps, not objects with fields. */
function relaxObjects(args: Node[]): boolean {
  let relaxed = false;
  for (const [index, arg] of args.entries()) {
    if (typeOf(arg)?.kind !== 'message') continue;
    args[index] = asDyn(arg);
    relaxed = true;
  }
  return relaxed;
}

const OF_ACCESS = ['no_such_key', 'cannot_index_type', 'invalid_index_type'];

function issueOf(error: TypeMismatch, source: string, fieldsOf: FieldsOf): Issue {
  const { node, range, code, summary } = error;
  // Of an access the library points at the name of the field, which is what is wrong in it.
  const offset = (OF_ACCESS.includes(code) ? range?.start : node?.start) ?? 0;
  if (node === undefined) return { code: 'expression_type_wrong', message: summary, offset };
  const written = (part: Node): string => source.slice(part.start, part.end);
  return { offset, ...wordsFor(code, node, { written, typeOf, fieldsOf, summary }) };
}
