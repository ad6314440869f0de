/** Text that is not YAML: where it is said to break, and in which words. */
import { describe, expect, it } from 'vitest';
import { found, problemsOf } from '../../test/documents.ts';
import { Findings } from '../findings.ts';
import { guard } from './read-yaml.ts';
import { ReadingStopped } from './syntax-report.ts';
import { plainWords } from './syntax-words.ts';

describe('a syntax problem is said in plain words:', () => {
  it.each<[text: string, line: number, column: number, message: string]>([
    ['name: w\n\tversion: x', 2, 1, 'a tab is used to indent'],
    ['name: w\n version: x', 2, 2, 'this key is indented differently from the keys around it'],
    ['agents:\n  a: {}\n b: {}', 3, 1, 'this key is indented differently from the keys around it'],
    ['tasks:\n  - id: a\n   agent: b', 3, 1, 'this line belongs to no list entry'],
    ['name: [a, b', 1, 12, 'a list that was opened with `[` is not closed'],
    ['name: {a: b', 1, 12, 'a mapping that was opened with `{` is not closed'],
    ['name: "a\nb: c', 1, 7, 'a text in double quotes is not closed'],
    ["name: 'a\nb: c", 1, 7, 'a text in single quotes is not closed'],
    ['name: "a\\"', 1, 7, 'a text in double quotes is not closed'],
    ['name: "', 1, 7, 'a text in double quotes is not closed'],
    ['{\n"name": "w"\n"version": "1"\n}', 3, 1, 'a comma is missing here'],
    ['name: ["a", "b" c: d]', 1, 17, 'a comma or a colon is missing here'],
    ['name: [[a] [b]]', 1, 12, 'this bracket belongs to nothing'],
    ['name: |x\n a', 1, 8, 'nothing may follow `|` or `>` on its line'],
    ['name: "b" "c"', 1, 11, 'this text belongs to nothing'],
    ['name: w\nversion', 2, 1, 'this is neither `key: value` nor a list entry'],
    ['name: a: b', 1, 7, 'there are two `key:` on one line'],
    ['name: - a', 1, 7, 'a list cannot begin on the line of its key'],
    ['name: @a', 1, 7, 'a text without quotes cannot start with this character'],
    ['name: `a`', 1, 7, 'a text without quotes cannot start with this character'],
    ['name: "\\q"', 1, 8, 'there is no such escape in double quotes'],
    ['name: [a]]', 1, 10, 'a bracket is closed that was never opened'],
    ['name: [a,,b]', 1, 10, 'there is a comma too many'],
    ['name: "a"#b', 1, 10, 'a comment needs a space before its `#`'],
    ['name: &a *a', 1, 10, 'an alias cannot have an anchor or a tag of its own'],
    ['name: &a &b c', 1, 10, 'a value has two anchors or two tags'],
  ])('%j', (text, line, column, message) => {
    const [problem] = problemsOf(text).filter(({ code }) => code === 'syntax');
    expect(problem).toMatchObject({ line, column, message });
  });

  it.each<[text: string, column: number]>([
    ['name: Write: ${input.topic}', 7],
    ['name: ${input.a ? "b" : "c"}', 7],
    ['name: [${input.topic}, 2]', 9],
    ['name: {a: ${input.topic}, b: c}', 12],
    ['name: ${{"a": 1}}', 7],
  ])('with what helps an expression without quotes: %s', (text, column) => {
    const [problem] = problemsOf(text).filter(({ code }) => code === 'syntax');
    expect(problem).toMatchObject({ column, hint: 'put the text with `${…}` in quotes' });
  });

  it('and once: what stands below it is not at fault', () => {
    const rest = '  - id: b\n    agent: a\n'.repeat(50);
    const text = `tasks:\n  - id: a\n    input: \${{"a": {"b": 1}}}\n${rest}name: w`;
    expect(found(text).filter((one) => one.includes('syntax'))).toEqual(['3:12 syntax']);
    expect(found('name: [a]]\nversion: [b]]').filter((one) => one.includes('syntax'))).toEqual([
      '1:10 syntax',
    ]);
  });

  it('and in those of the library where there are none', () => {
    expect(plainWords('IMPOSSIBLE', 'Something new', 'x')).toEqual({
      message: 'something new (IMPOSSIBLE) at `x`',
    });
    expect(plainWords('IMPOSSIBLE', 'Bad \u2028').message).toBe('bad \\u2028 (IMPOSSIBLE)');
    expect(plainWords('IMPOSSIBLE', 'Something new', ' ')).toEqual({ message: 'something new (IMPOSSIBLE)' });
  });
});

describe('a text that breaks off', () => {
  it('is read up to there, but not beyond, and nothing is missed in the rest', () => {
    const text = [
      'name: w',
      'colour: red',
      'agents:',
      '  a: { type: t, count: 0 }',
      'tasks:',
      '  - { id: x, agent: nobody }',
      '  - { id: "y, agent: a }',
      'max_concurrent_executions: 0',
    ].join('\n');
    expect(found(text)).toEqual([
      '2:1 unknown_key colour',
      '4:24 value_out_of_range agents.a.count',
      '7:11 syntax',
    ]);
  });

  it('lacks no key that may stand in the rest, but those of mappings that are complete', () => {
    expect(found('name: w\nagents:\n  a: { count: 1 }\ntasks: {}\ncoordination: "\n')).toEqual([
      '3:3 key_missing agents.a.type',
      '4:8 type_wrong tasks',
      '5:15 syntax',
    ]);
    expect(found('name: w\nagents:\n  a: { count: 1, "')).toEqual(['3:18 syntax']);
  });

  it('says nothing of a value that the break swallowed, or of one that is not there', () => {
    expect(found('name: w\nmax_concurrent_executions:\n  a: b: c')).toEqual(['3:6 syntax']);
    expect(found('name: w\nagents:\n\tx: y')).toEqual(['3:1 syntax']);
  });

  it('is not called something else than a workflow', () => {
    for (const text of ['"', 'hello: "', 'workflow: "']) expect(found(text)).toHaveLength(1);
  });
});

describe('comments and blank lines', () => {
  it('move no position, wherever they stand', () => {
    const text = '# a\n\n  # b\r\nname: w # c\n\n\t\n# d\nagents:\n  # e\n\n  a: # f\n    # g\n    cout: 1\n';
    expect(found(text)).toContain('13:5 unknown_key agents.a.cout');
  });

  it('are part of texts that hold them', () => {
    const text = 'name: |\n  # a\n\n  b\n# c\nversion: "d\n\n  # e"\n';
    const messages = problemsOf(text).map(({ message }) => message);
    expect(messages).toContain('`# a\\u000a\\u000ab\\u000a` cannot be a name');
    expect(messages).toContain('`d\\u000a# e` cannot be a name');
  });
});

describe('a fault of the library', () => {
  it('is a problem, not an exception', () => {
    const findings = new Findings();
    guard(findings, () => {
      throw new RangeError('Maximum call stack size exceeded');
    });
    expect(findings.list).toMatchObject([{ code: 'syntax', at: 0 }]);
    guard(findings, () => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'text';
    });
    expect(findings.list[1]?.message).toBe('the YAML reader gave up: text');
  });

  it('is not what a bound throws', () => {
    const findings = new Findings();
    guard(findings, () => {
      throw new ReadingStopped('reported before');
    });
    expect(findings.list).toEqual([]);
  });
});
