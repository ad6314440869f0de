/** What expressions of a document give: through the door that everybody uses. */
import { CantataError, type Json, type Scope } from '@cantata/core';
import { parseDefinition } from '../src/index.ts';

export const SCOPE: Scope = {
  input: {
    topic: 'tea',
    n: 2,
    half: 0.5,
    list: [3, 1, 2],
    people: [
      { name: 'Ann', age: 40 },
      { name: 'Bob', age: 8 },
    ],
    empty: {},
    none: null,
    yes: true,
  },
  tasks: {
    x: { status: 'completed', output: { title: 'On tea', score: 0.75 } },
    'p-q': { status: 'completed', output: [{ title: 'a' }, { title: 'b' }] },
  },
};

/** The value of a template: the `input:` of a task that may read `x` and `p-q`. */
export function valueOf(template: Json, scope: Scope = SCOPE): Json {
  const parsed = parseDefinition(JSON.stringify(workflowOf({ input: template })));
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition.tasks.at(-1)?.input?.evaluate(scope) ?? null;
}

/** What `expression_failed` says. */
export function failureOf(template: Json, scope: Scope = SCOPE): string {
  try {
    valueOf(template, scope);
  } catch (error) {
    if (error instanceof CantataError && error.code === 'expression_failed') return error.message;
    throw error;
  }
  throw new Error('it has a value');
}

export function workflowOf(last: { readonly [key: string]: Json }): Json {
  return {
    name: 'w',
    version: '1',
    orchestration_pattern: 'swarm',
    agents: { a: { type: 't' } },
    tasks: [
      { id: 'x', agent: 'a' },
      { id: 'p-q', agent: 'a', parallel: true },
      { id: 'last', agent: 'a', depends_on: ['x', 'p-q'], ...last },
    ],
    coordination: { type: 'hybrid' },
  };
}
