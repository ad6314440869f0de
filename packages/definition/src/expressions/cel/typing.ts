/** What the schemas of one document say about the variables of its expressions. */
import type { JsonObject } from '@cantata/core';
import type { Environment } from '@marcbachmann/cel-js';
import type { Expression } from '../expression.ts';
import { type Checked, check } from './check.ts';
import { withoutVariables } from './library.ts';
import { Types } from './types.ts';

/** The schema of a task's output; `many` if the task is parallel, so that its output is a list of such. */
export interface OutputSchema {
  readonly schema: JsonObject;
  readonly many: boolean;
}

export class Typing {
  readonly #environment: Environment;
  readonly #types: Types;
  readonly #inputIsTyped: boolean;
  /** The type of `tasks.x`, by the schema of the output. */
  readonly #tasks = new Map<JsonObject, { one?: string; many?: string }>();

  /** One environment for a document: types are made when they are first asked for. */
  constructor(inputs: JsonObject | undefined) {
    this.#environment = withoutVariables.clone();
    this.#types = new Types(this.#environment);
    const type = inputs === undefined ? 'dyn' : this.#types.of(inputs, inputs);
    this.#inputIsTyped = type !== 'dyn';
    this.#environment
      .registerVariable('input', type)
      .registerVariable('tasks', 'dyn')
      .registerVariable('item', 'dyn')
      .registerVariable('index', 'double')
      .registerVariable('step', 'dyn')
      .registerVariable('event', 'dyn');
  }

  /**
   * Finds what does not fit the schemas. `outputOf` gives the schema of a task's output, if it has one. Undefined if
   * the schemas say nothing about what the expression reads.
   */
  check(expression: Expression, outputOf: (task: string) => OutputSchema | undefined): Checked | undefined {
    const source = this.#withTypes(expression, outputOf);
    const isTyped = source !== expression.source || (expression.readsInput && this.#inputIsTyped);
    if (source === undefined || !isTyped) return undefined;
    const parsed = this.#environment.parse(withoutHas(source, expression.hasCalls));
    return check(parsed, expression.source, (type) => this.#types.fieldsOf(type));
  }

  /**
   * The expression with a variable of the right type, and of the same length, in the place of each `tasks.x`, so that
   * every position stays what it is. Undefined where it is written in a way that has no such place.
   */
  #withTypes(
    { source, mentions }: Expression,
    outputOf: (task: string) => OutputSchema | undefined,
  ): string | undefined {
    let typed = source;
    for (const { task, start, end } of mentions) {
      const output = outputOf(task);
      if (output === undefined) continue;
      if (source.slice(start, end).includes(')')) return undefined;
      const variable = this.#variable(this.#taskType(output), end - start);
      typed = typed.slice(0, start) + variable + typed.slice(end);
    }
    return typed;
  }

  #taskType({ schema, many }: OutputSchema): string {
    let known = this.#tasks.get(schema);
    if (known === undefined) this.#tasks.set(schema, (known = {}));
    const type = this.#types.of(schema, schema);
    if (many)
      return (known.many ??= this.#types.object({
        output: `list<${type}>`,
        status: 'string',
        spawned: 'dyn',
      }));
    return (known.one ??= this.#types.object({ output: type, status: 'string', spawned: 'dyn' }));
  }

  /** A name that no document can have: they are known before, and these are not among them. */
  #variable(type: string, length: number): string {
    const name = `_${type}`.padEnd(length, '_');
    if (!this.#environment.hasVariable(name)) this.#environment.registerVariable(name, type);
    return name;
  }
}

/**
 * With `dyn(…)`, which is as long, for each `has(…)`: the library does not look into the latter, where a field that no
 * schema has is as wrong as anywhere.
 */
function withoutHas(source: string, calls: readonly number[]): string {
  return calls.reduce((text, at) => `${text.slice(0, at)}dyn${text.slice(at + 3)}`, source);
}
