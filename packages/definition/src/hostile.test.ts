/** Documents made to hurt: each is a problem in bounded time, never an exception, and leaves no trace. */
import { CantataError, type JsonObject } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf, problemsOf } from '../test/documents.ts';
import { compile } from './compile.ts';
import { parseDefinition } from './parse.ts';

const MIB = 1024 * 1024;
const nested = (depth: number): string => `name: ${'['.repeat(depth)}1${']'.repeat(depth)}`;
/** Each level holds the one before ten times: a billion values in ten lines. */
const laughs = Array.from({ length: 10 }, (_, i) => {
  const items = i === 0 ? 'lol, '.repeat(10) : `*l${i - 1}, `.repeat(10);
  return `l${i}: &l${i} [${items}]`;
}).join('\n');

describe('a hostile document', () => {
  it.each<[what: string, text: string, kind: string, code: string]>([
    ['nested 1,000 deep in brackets', nested(1000), 'unreadable', 'document_too_deep'],
    ['nested a million deep in dashes', '- '.repeat(MIB), 'unreadable', 'document_too_deep'],
    ['nested in questions', '? '.repeat(MIB), 'unreadable', 'document_too_deep'],
    [
      'nested by indentation',
      Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
      'unreadable',
      'document_too_deep',
    ],
    ['of 32 MiB', 'a: b\n'.repeat((32 * MIB) / 5), 'unreadable', 'document_too_large'],
    ['of brackets that never close', `name: ${'[1, '.repeat(50)}`, 'unreadable', 'syntax'],
    ['of aliases that double', laughs, 'unreadable', 'aliases_too_large'],
    ['of an alias in its own anchor', 'name: &a { b: *a }', 'invalid', 'alias_unresolved'],
    [
      'of an alias in its own anchor, which was another before',
      'name: &a b\nversion: &a [*a]',
      'invalid',
      'alias_unresolved',
    ],
    ['of an alias as a key', 'name: &a b\n*a : c', 'invalid', 'key_not_text'],
    [
      'with a function as a tag',
      'name: !!js/function "function () { return 1 }"',
      'invalid',
      'tag_unsupported',
    ],
    ['with a set as a tag', 'name: !!set { a: b }', 'invalid', 'tag_unsupported'],
    [
      'with a tag from a directive',
      '%TAG ! tag:example.com,2000:\n---\nname: !x y',
      'invalid',
      'tag_unsupported',
    ],
    ['of YAML 1.1', '%YAML 1.1\n---\nname: yes', 'invalid', 'directive_unsupported'],
    ['with merge keys', 'name: w\n<<: { version: "1" }', 'invalid', 'key_forbidden'],
    ['with __proto__ as a key', '{"name": "w", "__proto__": {"polluted": true}}', 'invalid', 'key_forbidden'],
    [
      'with constructor as a key',
      'name: w\nconstructor: { prototype: { polluted: true } }',
      'invalid',
      'unknown_key',
    ],
    ['with a list as a key', 'name: w\n? [a, b]\n: c', 'invalid', 'key_not_text'],
    ['with an empty key', 'name: w\n: c', 'invalid', 'key_not_text'],
    ['with a NUL', 'name: a\0b', 'invalid', 'character_forbidden'],
    ['with an escaped NUL as a key', '{"name": "w", "a\\u0000b": 1}', 'invalid', 'character_forbidden'],
    ['with the marks of the lexer', 'name: \u001f\u0002\u0018', 'invalid', 'character_forbidden'],
    ['indented with tabs', 'agents:\n\ta: { type: t }', 'unreadable', 'syntax'],
    ['of two documents', 'name: a\n...\n---\nname: b', 'unreadable', 'multiple_documents'],
    ['of a million documents', '---\n'.repeat(MIB), 'unreadable', 'multiple_documents'],
    ['with text after its end', 'name: a\n... b\n', 'unreadable', 'syntax'],
    [
      'of a mebibyte of lists in lists',
      `name: [${`${'['.repeat(50)}${']'.repeat(50)},`.repeat(MIB / 100)}`,
      'unreadable',
      'document_too_large',
    ],
    [
      'of 10 MiB of anchors',
      `tasks:\n${'- &a b\n'.repeat((10 * MIB) / 7)}`,
      'unreadable',
      'document_too_large',
    ],
    ['of 10 MiB of values', `name: [${'1,'.repeat(5 * MIB)}`, 'unreadable', 'document_too_large'],
    ['of one line of 10 MiB', `name: w\nx: ${'y '.repeat(5 * MIB)}`, 'invalid', 'unknown_key'],
    ['of one text of 10 MiB of escapes', `name: w\nx: "${'\\n'.repeat(5 * MIB)}"`, 'invalid', 'unknown_key'],
    [
      'of one text block of 10 MiB',
      `name: |\n${' x\n'.repeat((10 * MIB) / 3)}`,
      'unreadable',
      'document_too_large',
    ],
    ['of one key of 10 MiB', `${'k'.repeat(10 * MIB)}: 1`, 'unreadable', 'document_too_large'],
    [
      'of 10 MiB of quotes that never close',
      'name: w\n' + '- "\n'.repeat((10 * MIB) / 4),
      'unreadable',
      'syntax',
    ],
    ['with half of a surrogate pair', 'name: w\ud800', 'invalid', 'character_forbidden'],
    ['of byte order marks', '\ufeff'.repeat(1000), 'unreadable', 'not_a_workflow'],
    [
      'of UTF-16 taken for UTF-8',
      Buffer.from('\ufeffname: w\n', 'utf16le').toString('utf8'),
      'unreadable',
      'not_a_workflow',
    ],
    [
      'with a number of a kind nobody uses',
      'name: w\nmax_concurrent_executions: -0x1F',
      'invalid',
      'type_wrong',
    ],
    ['with a key twice', '{"name": "a", "name": "b"}', 'invalid', 'key_repeated'],
    [
      'with a number beyond all bounds',
      'name: w\nmax_concurrent_executions: 1e999',
      'invalid',
      'value_out_of_range',
    ],
    [
      'with a number of a million digits',
      `max_concurrent_executions: ${'9'.repeat(MIB)}`,
      'invalid',
      'value_out_of_range',
    ],
    [
      'with a duration of a million digits',
      `tasks: [{ id: a, timeout: "${'9'.repeat(MIB)}s" }]`,
      'invalid',
      'quantity_unreadable',
    ],
    ['with a name of a million characters', `name: ${'x'.repeat(MIB)}`, 'invalid', 'name_invalid'],
    ['of countless bad escapes', `name: "${'\\q'.repeat(MIB / 4)}"`, 'unreadable', 'syntax'],
    ['of a thousand broken lines', 'a b\n  c: d: e\n'.repeat(1000), 'unreadable', 'syntax'],
    [
      'of twenty thousand unknown keys',
      `name: w\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('')}`,
      'invalid',
      'unknown_key',
    ],
    [
      'of countless comments after a text block',
      `name: |\n    x\n${'\n'.repeat(MIB / 8)}${'  #\n'.repeat(MIB / 8)}`,
      'invalid',
      'name_invalid',
    ],
  ])('%s', (_, text, kind, code) => {
    const parsed = parseDefinition(text);
    const problems = parsed.kind === 'valid' ? [] : parsed.problems;
    expect(parsed.kind).toBe(kind);
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(problems.length).toBeLessThanOrEqual(1001);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('of 100,000 tasks is read as any other', () => {
    const tasks = Array.from({ length: 100_000 }, (_, i) => `  - { id: t${i}, agent: a }`).join('\n');
    expect(parseDefinition(documentOf({ tasks })).kind).toBe('valid');
    expect(found(documentOf({ tasks: `${tasks}\n  - { id: more, agent: a }` }))).toEqual([
      '7:3 too_many tasks',
    ]);
  });

  it('may call things what objects call theirs', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
    const text = documentOf({
      agents: names.map((name) => `  ${name}: { type: ${name}, capabilities: [${name}] }`).join('\n'),
      tasks: names
        .map((name, i) => `  - { id: ${name}, agent: ${name}, depends_on: [${i === 0 ? '' : names[i - 1]}] }`)
        .join('\n'),
    });
    expect(found(text)).toEqual([]);
    expect(parseDefinition(text)).toMatchObject({
      kind: 'valid',
      definition: { tasks: names.map((id) => ({ id })) },
    });
  });

  it('may be nested 64 deep, not 65', () => {
    // The mapping at the top is the first level.
    expect(parseDefinition(nested(63)).kind).toBe('invalid');
    expect(parseDefinition(nested(64)).kind).toBe('unreadable');
  });

  it('reports at most a hundred syntax problems, one a line', () => {
    const text = `tasks:\n${'- ["\\q", @]\n'.repeat(500)}`;
    const lines = problemsOf(text).map((problem) => problem.line);
    expect(lines).toHaveLength(100);
    expect(new Set(lines).size).toBe(100);
  });

  it('shows what it quotes without control characters and cut to a line', () => {
    const { message } = onlyProblemOf(documentOf({ tasks: '  - { id: "\\e[31m\\u202e", agent: a }' }));
    expect(message).toBe('`\\u001b[31m\\u202e` cannot be a task id');
    // The cut falls between the halves of a pair.
    const pair = onlyProblemOf(documentOf({ tasks: `  - { id: "${'x'.repeat(59)}\u{1f600}y", agent: a }` }));
    expect(pair.message).toBe(`\`${'x'.repeat(59)}\ufffd…\` cannot be a task id`);
    const long = onlyProblemOf(documentOf({ tasks: `  - { id: ${'x'.repeat(500)}, agent: a }` }));
    expect(long.message).toBe(`\`${'x'.repeat(60)}…\` is longer than 128 characters`);
  });
});

describe('an alias', () => {
  it('stands for its value, and a problem in it is shown where the value is written', () => {
    const text = documentOf({
      tasks: '  - { id: x, agent: a, timeout: &t 5m }\n  - { id: y, agent: a, timeout: *t }',
    });
    const parsed = parseDefinition(text);
    expect(parsed).toMatchObject({
      kind: 'valid',
      definition: { tasks: [{ timeoutMs: 300_000 }, { timeoutMs: 300_000 }] },
    });
    const wrong = documentOf({
      agents: '  a: { type: t, resources: &r { cpu: none } }\n  b: { type: t, resources: *r }',
      tasks: '  - { id: x, agent: a }\n  - { id: y, agent: b }',
    });
    expect(found(wrong)).toEqual([
      '5:38 quantity_unreadable agents.a.resources.cpu',
      '5:38 quantity_unreadable agents.b.resources.cpu',
    ]);
  });

  it('means the last anchor of its name', () => {
    const text = documentOf({
      tasks:
        '  - { id: x, agent: a, timeout: &t 1 }\n  - { id: y, agent: a, timeout: &t 2 }\n  - { id: z, agent: a, timeout: *t }',
    });
    expect(parseDefinition(text)).toMatchObject({ definition: { tasks: [{}, {}, { timeoutMs: 2000 }] } });
  });
});

describe('a stored document', () => {
  it('cannot pollute a prototype', () => {
    const document = JSON.parse('{"name": "w", "__proto__": {"polluted": true}}') as JsonObject;
    expect(() => compile(document)).toThrow(CantataError);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
