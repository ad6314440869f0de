/** What people are told about expressions that cannot be read. */
import type { Json, JsonObject } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { failureOf, workflowOf } from '../../test/evaluated.ts';
import { compile } from '../compile.ts';
import { LIMITS } from '../limits.ts';
import { parseDefinition } from '../parse.ts';

function told(when: string): readonly string[] {
  const parsed = parseDefinition(JSON.stringify(workflowOf({ when })));
  const problems = parsed.kind === 'valid' ? [] : parsed.problems;
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
}

describe('an expression that is not CEL', () => {
  it.each([
    ['input.n = 2', '`=` cannot stand here (write `==` to compare)'],
    ['input.a & input.b', '`&` cannot stand here (write `&&`)'],
    ['input.a | input.b', '`|` cannot stand here (write `||`)'],
    ['input.a and input.b', '`and` cannot stand here (write `&&`)'],
    ['(input.a or input.b)', '`or` stands where `)` or an operator belongs (write `||`)'],
    ['not input.a', '`input` cannot stand here'],
    ['input.a == “b”', '`“` cannot stand here (use straight quotes)'],
    ['input.a == ', 'the expression ends where a value belongs'],
    ['input.', 'the expression ends where a name belongs'],
    ['[1, 2', 'the expression ends where `]`, `,` or an operator belongs'],
    ['{"a" 1}', '`1` stands where `:` belongs'],
    ['{"a": 1', 'the expression ends where `}`, `,` or an operator belongs'],
    ['"abc', 'the text that begins here is not closed: `"abc` (close the quote)'],
    ['if (input.a) 1', '`if` is a reserved word (CEL has `a ? b : c` and no `if`)'],
    ['"\\q" == ""', '`\\`: invalid escape sequence: \\q'],
    ['1e+', '`1e+`: invalid exponent'],
    ['input.list.map(1, 2)', '`1` should be the name of a variable'],
    ['   ', 'the expression is empty (write an expression such as `input.topic`)'],
    ['${input.a} && ${input.b}', '`$` cannot stand here (write one expression, bare or as `${…}`)'],
    ['cel.bind(a, 1, a) == 1', 'there is no function `bind` (it is left out of the CEL of workflows)'],
    [
      'secrets.KEY == ""',
      '`secrets` is no variable; there are `input` and `tasks` (this version does not have `secrets` here yet)',
    ],
    [
      'size(tasks) > 1',
      'of `tasks` only the output and the status of a task that is named can be read (write `tasks.<id>.output`, or `tasks["<id>"].output` if the id has a `-`)',
    ],
    [
      'tasks.x == 1',
      'of `tasks` only the output and the status of a task that is named can be read (write `tasks.<id>.output`, or `tasks["<id>"].output` if the id has a `-`)',
    ],
  ])('%s', (when, message) => {
    expect(told(when)).toEqual([message]);
  });
});

describe('a limit', () => {
  it('holds the number of expressions in a document', () => {
    const input = '${1}'.repeat(LIMITS.expressions + 5);
    const parsed = parseDefinition(JSON.stringify(workflowOf({ input })));
    const problems = parsed.kind === 'valid' ? [] : parsed.problems;
    expect(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'too_many',
    ]);
  });

  it('holds the length of a pattern', () => {
    expect(told(`"a".matches("${'a'.repeat(LIMITS.patternLength + 1)}")`)).toEqual([
      'the pattern cannot be read: it is longer than 1000 characters',
    ]);
  });

  it('holds the depth of a template that was stored', () => {
    const input = Array.from({ length: 200 }).reduce<Json>((inner) => [inner], '${1}');
    expect(() => compile(workflowOf({ input }) as JsonObject)).toThrow(/nested more than 64 levels deep/);
  });

  it('holds the size of a result', () => {
    const scope = {
      input: { text: 'x'.repeat(10_000), list: Array.from({ length: 1000 }, (_, i) => i) },
      tasks: {},
    };
    expect(failureOf('${input.list.map(i, input.text)}', scope)).toMatch(/the result is too large$/);
    expect(failureOf('${input.list.map(i, input.list)}', scope)).toMatch(/the result is too large$/);
  });
});
