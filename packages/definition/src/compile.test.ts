import { CantataError, type JsonObject } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { SPECIFICATION } from '../test/documents.ts';
import { compile } from './compile.ts';
import { parseDefinition } from './parse.ts';

describe('a stored document', () => {
  it('compiles to the plan of its definition', () => {
    const parsed = parseDefinition(SPECIFICATION);
    if (parsed.kind !== 'valid') throw new Error('the specification is valid');
    const plan = compile(JSON.parse(JSON.stringify(parsed.document)) as JsonObject);
    expect(plan.definition).toEqual(parsed.definition);
    expect(plan.tasks.map((task) => [task.id, task.dependsOn])).toEqual([
      ['decompose', []],
      ['research', [0]],
      ['synthesize', [1]],
    ]);
    expect(plan.seats.map((seat) => seat.id)).toEqual([
      'supervisor',
      'researchers-1',
      'researchers-2',
      'researchers-3',
    ]);
  });

  it('that has errors does not, and the first of them are named with their paths', () => {
    const error = errorOf({ name: 'w', tasks: [{ id: 'x', agent: 'a', depends_on: ['y'] }], when: true });
    expect(error.code).toBe('definition_invalid');
    expect(error.message).toBe(
      [
        'when: `when` is not a key of the workflow',
        'version: `version` is missing from the workflow',
        'orchestration_pattern: `orchestration_pattern` is missing from the workflow',
        'agents: `agents` is missing from the workflow',
        'coordination: `coordination` is missing from the workflow',
        'and 1 more',
      ].join('; '),
    );
  });

  it('is not told what is only a notice', () => {
    const { message } = errorOf({
      name: 'w',
      version: '1',
      orchestration_pattern: 'swarm',
      agents: { a: { type: 't' } },
      tasks: [{ id: 'x', agent: 'b' }],
      coordination: { type: 'hybrid' },
    });
    expect(message).toBe('tasks[0].agent: `b` is no agent group');
  });

  it('that is no mapping does not', () => {
    expect(errorOf([] as unknown as JsonObject).message).toBe(
      'workflow: the workflow should be a mapping, but is a list',
    );
  });
});

function errorOf(document: JsonObject): CantataError {
  try {
    compile(document);
  } catch (error) {
    if (error instanceof CantataError) return error;
    throw error;
  }
  throw new Error('it compiled');
}
