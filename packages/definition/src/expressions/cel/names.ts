/** Which names an expression uses: what it reads, and what it must not use. */
import { didYouMean } from '../../hint.ts';
import { whyNotRegex } from '../../regex.ts';
import { enumerate, quote } from '../../shape/words.ts';
import type { Issue } from '../issue.ts';
import type { Node } from './library.ts';

/** A place where the output or the status of a task is read. */
export interface Mention {
  readonly task: string;
  readonly member: 'output' | 'status' | 'spawned';
  /** Where `tasks.x` stands in the expression; `.output` follows. */
  readonly start: number;
  readonly end: number;
}

/** A place where a variable is read that is known in some keys only. */
export interface LocalRead {
  readonly name: string;
  readonly start: number;
}

export interface Names {
  readonly input: boolean;
  readonly locals: readonly LocalRead[];
  /** In the order of the text. */
  readonly mentions: readonly Mention[];
  /** Where `has` is called. */
  readonly hasCalls: readonly number[];
  readonly issues: readonly Issue[];
}

/** Where an expression stands: in a workflow, in a pattern, or where a document speaks of a team at work. Each knows other variables. */
export type Vocabulary = 'workflow' | 'pattern' | 'team';

const VARIABLES = ['input', 'tasks'];
/** Variables of a pattern; `language/pattern/known.ts` says which of its keys have which. */
// biome-ignore format: a list of words
const PATTERN_VARIABLES: readonly string[] = [
  'input', 'options', 'state', 'team', 'seats', 'turns', 'open', 'turn', 'output', 'asks', 'error', 'where', 'item', 'index',
];
const TEAM_VARIABLES: readonly string[] = ['input', 'output', 'turn', 'figures'];
const OTHERS = {
  pattern: { words: 'a pattern', variables: PATTERN_VARIABLES },
  team: { words: 'a team at work', variables: TEAM_VARIABLES },
} as const;
/** Variables that come with constructs this version does not have. */
const LATER = ['state', 'secrets'];
/** Variables that only some keys have; `checks/locals.ts` says which. */
const LOCALS = ['item', 'index', 'step', 'event'];
/** What `type(x)` is compared with. */
const TYPES = ['int', 'uint', 'double', 'string', 'bool', 'list', 'map', 'null_type', 'type'];
const FUNCTIONS = ['has', 'size', 'string', 'int', 'uint', 'double', 'bool', 'dyn', 'type'];
const MACROS = ['all', 'exists', 'exists_one', 'map', 'filter'];
// biome-ignore format: a list of words
const METHODS = [
  ...MACROS, 'size', 'startsWith', 'endsWith', 'contains', 'matches', 'lowerAscii', 'upperAscii', 'trim',
  'indexOf', 'lastIndexOf', 'substring', 'split', 'join',
];
/** Of CEL, and left out: they depend on the machine, are no JSON, or let a few characters make gigabytes. */
const LEFT_OUT = ['timestamp', 'duration', 'bytes', 'bind'];
/** The library drops these from a map without a word. */
const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype'];

/** O(size of the tree). */
export function namesOf(root: Node, vocabulary: Vocabulary): Names {
  const walk = new Walk(vocabulary);
  walk.visit(root, []);
  return walk;
}

class Walk implements Names {
  readonly #vocabulary: Vocabulary;
  input = false;
  readonly locals: LocalRead[] = [];
  readonly mentions: Mention[] = [];
  readonly hasCalls: number[] = [];
  readonly issues: Issue[] = [];

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** `bound` are the variables that macros around this place have made. */
  visit(node: Node, bound: readonly string[]): void {
    switch (node.op) {
      case 'value':
        if (node.args instanceof Uint8Array) this.#bytes(node);
        return;
      case 'id':
        return this.#variable(node.args, node.start, bound);
      case '.':
      case '[]':
        return this.#access(node, bound);
      case 'call':
        return this.#call(node.args[0], node.args[1], node.start, bound);
      case 'rcall':
        return this.#method(node, bound);
      case 'map':
        for (const [key, value] of node.args) {
          this.#key(key);
          this.visit(key, bound);
          this.visit(value, bound);
        }
        return;
      case '!_':
      case '-_':
        return this.visit(node.args, bound);
      default:
        // All others have a list of operands; the optional ones are never parsed.
        for (const operand of node.args as readonly Node[]) this.visit(operand, bound);
    }
  }

  #access(node: Extract<Node, { op: '.' | '[]' }>, bound: readonly string[]): void {
    const [from, key] = node.args;
    const task = this.#vocabulary === 'workflow' ? taskOf(node, bound) : undefined;
    if (task !== undefined) {
      this.mentions.push({ ...task, start: from.start, end: from.end });
      return;
    }
    this.visit(from, bound);
    if (typeof key !== 'string') this.visit(key, bound);
  }

  #variable(name: string, offset: number, bound: readonly string[]): void {
    if (bound.includes(name) || TYPES.includes(name)) return;
    if (this.#vocabulary !== 'workflow') this.#ofOther(OTHERS[this.#vocabulary], name, offset, bound);
    else if (name === 'input') this.input = true;
    else if (LOCALS.includes(name)) this.locals.push({ name, start: offset });
    else if (name === 'tasks') {
      const message = 'of `tasks` only the output and the status of a task that is named can be read';
      const hint = 'write `tasks.<id>.output`, or `tasks["<id>"].output` if the id has a `-`';
      this.#report('expression_unknown_name', message, offset, hint);
    } else {
      const hint = LATER.includes(name)
        ? `this version does not have ${quote(name)} here yet`
        : didYouMean(name, [...VARIABLES, ...LOCALS, ...bound]);
      this.#report(
        'expression_unknown_name',
        `${quote(name)} is no variable; there are ${enumerate(VARIABLES, 'and')}`,
        offset,
        hint,
      );
    }
  }

  #ofOther(
    { words, variables }: (typeof OTHERS)['pattern' | 'team'],
    name: string,
    offset: number,
    bound: readonly string[],
  ): void {
    if (variables.includes(name)) {
      this.locals.push({ name, start: offset });
      return;
    }
    const message = `${quote(name)} is no variable of ${words}; there are ${enumerate(variables, 'and')}`;
    const hint = didYouMean(name, [...variables, ...bound]);
    this.#report('expression_unknown_name', message, offset, hint);
  }

  #call(name: string, args: readonly Node[], offset: number, bound: readonly string[]): void {
    if (!FUNCTIONS.includes(name)) this.#unknown(name, offset, FUNCTIONS);
    if (name === 'has') this.#has(args, offset);
    for (const arg of args) this.visit(arg, bound);
  }

  /** The library would see it too, but not where types are checked. */
  #has([field, ...more]: readonly Node[], offset: number): void {
    this.hasCalls.push(offset);
    if (field !== undefined && more.length === 0 && isField(field)) return;
    this.#report('expression_type_wrong', '`has` asks for a field', offset, 'write `has(input.name)`');
  }

  #method(node: Extract<Node, { op: 'rcall' }>, bound: readonly string[]): void {
    const [name, receiver, args] = node.args;
    // The name of a method has no position of its own: it stands after the receiver and a point.
    const offset = receiver.end + (/^[\s.)]*/.exec(node.input.slice(receiver.end))?.[0].length ?? 0);
    if (!METHODS.includes(name)) {
      this.#unknown(name, offset, METHODS);
      return;
    }
    this.visit(receiver, bound);
    const [first, ...rest] = args;
    if (MACROS.includes(name) && first?.op === 'id' && rest.length > 0) {
      for (const arg of rest) this.visit(arg, [...bound, first.args]);
      return;
    }
    for (const arg of args) this.visit(arg, bound);
    if (name === 'matches' && first?.op === 'value' && typeof first.args === 'string') {
      const why = whyNotRegex(first.args);
      if (why !== undefined) this.#report('pattern_invalid', why.message, first.start, why.hint);
    }
  }

  #unknown(name: string, offset: number, known: readonly string[]): void {
    const hint = LEFT_OUT.includes(name) ? 'it is left out of the CEL of workflows' : didYouMean(name, known);
    this.#report('expression_unknown_function', `there is no function ${quote(name)}`, offset, hint);
  }

  #bytes(node: Node): void {
    this.#report('expression_type_wrong', 'bytes are no JSON', node.start, 'use text');
  }

  #key(node: Node): void {
    if (node.op !== 'value' || typeof node.args !== 'string' || !FORBIDDEN_KEYS.includes(node.args)) return;
    const message = `a map in an expression cannot have the key ${quote(node.args)}`;
    this.#report('expression_type_wrong', message, node.start, 'choose another name');
  }

  #report(code: Issue['code'], message: string, offset: number, hint: Issue['hint']): void {
    this.issues.push({ code, message, offset, hint });
  }
}

function isField(node: Node): boolean {
  let from = node;
  while (from.op === '.') [from] = from.args;
  return from !== node && from.op === 'id';
}

/** `x` and which of the two if the node is `tasks.x.output`, `tasks["x"].output` or the same with `status`. */
function taskOf(
  node: Extract<Node, { op: '.' | '[]' }>,
  bound: readonly string[],
): Pick<Mention, 'task' | 'member'> | undefined {
  const member = keyOf(node);
  if (member !== 'output' && member !== 'status' && member !== 'spawned') return undefined;
  if (bound.includes('tasks')) return undefined;
  const [from] = node.args;
  if (from.op !== '.' && from.op !== '[]') return undefined;
  const [tasks] = from.args;
  const task = tasks.op === 'id' && tasks.args === 'tasks' ? keyOf(from) : undefined;
  return task === undefined ? undefined : { task, member };
}

function keyOf(node: Extract<Node, { op: '.' | '[]' }>): string | undefined {
  const key = node.args[1];
  if (typeof key === 'string') return key;
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
}
