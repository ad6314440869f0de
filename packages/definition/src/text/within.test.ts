/** A place in a text is found where it is written, however it is written. */
import { describe, expect, it } from 'vitest';
import { documentOf, onlyProblemOf } from '../../test/documents.ts';

/** Lines 9 and on; the mistake is `nobody`. */
const task = (lines: readonly string[]): string =>
  documentOf({ tasks: ['  - id: x', '    agent: a', ...lines.map((line) => `    ${line}`)].join('\n') });

describe('a mistake in a text', () => {
  it.each<[how: string, lines: readonly string[]]>([
    ['without quotes', ['input: of ${nobody}']],
    ['in a plain condition', ['when: input.a == 1 && nobody']],
    ['without quotes, in two lines', ['input: one', '  two ${1}', '', '  three ${nobody}']],
    ['in double quotes', ['input: "of ${nobody}"']],
    ['in double quotes, after escapes', ['input: "a\\t\\x41\\u00e9\\U0001F600\\" ${nobody}"']],
    ['in double quotes, over lines', ['input: "one', '  two\\', '   three', '', '  ${nobody}"']],
    ['in single quotes', ["input: 'it''s ${nobody}'"]],
    ['in a block', ['input: |', '  one', '    two ${nobody}', '  three']],
    ['in a block that is stripped', ['input: |-', '', '  one', '', '  ${nobody}']],
    ['in a folded block', ['input: >', '  one', '  two', '', '  three ${nobody}', '']],
    ['in a list in JSON', ['input: ["${1}", { "a": "x\\\\ ${nobody}" }]']],
  ])('%s', (_, lines) => {
    const text = task(lines);
    const { line, column, message } = onlyProblemOf(text);
    expect(message).toMatch(/^`nobody` is no variable/);
    expect(text.split('\n')[line - 1]?.slice(column - 1)).toMatch(/^nobody/);
  });

  it('behind an alias is shown at the alias', () => {
    const text = documentOf({
      tasks:
        '  - { id: x, agent: a, input: &i "${1}" }\n  - { id: y, agent: a, when: &w nobody }\n  - { id: z, agent: a, input: *i }',
    });
    expect(onlyProblemOf(text)).toMatchObject({ line: 8, column: 33 });
  });

  it('too far in to be counted is shown at its start', () => {
    expect(onlyProblemOf(task([`input: "${'a'.repeat(200_000)} \${nobody}"`]))).toMatchObject({ column: 12 });
  });
});
