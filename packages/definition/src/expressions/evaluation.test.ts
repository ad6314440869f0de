/** What expressions give, and what they say when they cannot. */
import type { Json } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { failureOf, SCOPE, valueOf, workflowOf } from '../../test/evaluated.ts';
import { parseDefinition } from '../parse.ts';

const PEOPLE = (SCOPE.input as { readonly people: Json }).people;
const expression = (source: string): string => `\${${source}}`;

describe('an expression', () => {
  it.each<[source: string, value: Json]>([
    // Numbers of JSON and of CEL mix as people expect.
    ['input.n == 2', true],
    ['input.n == 2.0', true],
    ['2 == input.n', true],
    ['input.n != 2', false],
    ['input.n + 1', 3],
    ['1 - input.n', -1],
    ['input.n * 2 == 4', true],
    ['input.n / 4', 0.5],
    ['input.n % 2 == 0', true],
    ['5 % input.n', 1],
    ['5 / 2', 2],
    ['5 / 2.0', 2.5],
    ['input.n > 1 && input.half < 1', true],
    ['input.n in [1, 2]', true],
    ['2 in input.list', true],
    ['input.list[input.n]', 2],
    ['input.list[0] + input.list[1]', 4],
    ['size(input.list) / 2', 1],
    ['-input.half', -0.5],
    ['-0.0', 0],
    ['9007199254740991', 9007199254740991],
    ['5u', 5],
    ['int("12") + 1', 13],
    ['double(input.n)', 2],
    ['string(input.n) + "!"', '2!'],
    ['input.n > 1 ? 1 : 2.5', 1],

    ['input.topic + " time"', 'tea time'],
    ['input.topic.startsWith("t") && input.topic.matches("^te?a+$")', true],
    ['input.topic.matches("\\\\u0074")', true],
    ['"a,b".split(",")', ['a', 'b']],
    ['["a", "b"].join("-")', 'a-b'],
    ['input.topic.size() == size("äöü")', true],

    ['input.people.map(p, p.name)', ['Ann', 'Bob']],
    ['input.people.filter(p, p.age > 18)', [{ name: 'Ann', age: 40 }]],
    ['input.people.exists(item, item.age < 18)', true],
    ['input.people.all(p, p.age < 18)', false],
    ['input.list.map(a, input.list.map(b, a * b))[1][2]', 2],
    ['input.list + [4]', [3, 1, 2, 4]],
    ['{"a": input.n, "b": [null, true]}', { a: 2, b: [null, true] }],
    ['{"a": {"b": 1}}.a', { b: 1 }],
    ['input.people[0] == {"name": "Ann", "age": 40}', true],

    ['has(input.zip) ? input.zip : null', null],
    ['has(input.none)', true],
    ['input.none == null', true],
    ['input.yes || input.missing', true],
    ['type(input.topic) == string', true],
    ['"topic" in input', true],
    ['input.people', PEOPLE],
    ['tasks.x.output.title', 'On tea'],
    ['tasks["p-q"].output[1].title', 'b'],
    ["tasks['p-q'].output.map(o, o.title)", ['a', 'b']],
  ])('%s', (source, value) => {
    expect(valueOf(expression(source))).toEqual(value);
  });

  it.each([
    ['input.missing', '`input.missing` is missing'],
    ['input.people[0].zip', '`input.people[0].zip` is missing'],
    ['input.list[7]', '`input.list[7]` is missing'],
    ['input.topic + input.n', '`input.topic + input.n` does not fit its values: string + double'],
    ['size(input.n)', "`size(input.n)` does not fit its values: 'size(double)'"],
    ['int(input.topic)', '`int(input.topic)`: int() type error: cannot convert to int'],
    ['input.n / 0.0', 'the result is Infinity, which JSON does not have'],
    ['1 / int(input.topic.size() - 3)', '`1 / int(input.topic.size() - 3)`: division by zero'],
    ['9007199254740993', '9007199254740993 is beyond the whole numbers that JSON keeps exactly (2^53)'],
    ['type(input.n)', 'the result is no JSON'],
    ['"a\\\\x00b"', 'the result has a NUL character'],
    ['input.topic.matches(input.topic + "(")', '`tea(` is no pattern'],
    ['input.n.matches("a")', '`matches` needs a text and a pattern'],
  ])('%s has no value', (source, why) => {
    const message = failureOf(expression(source.replaceAll('\\\\', '\\')));
    expect(message).toMatch(/^`input` of task `last`: `.*` has no value: /);
    expect(message.endsWith(`has no value: ${why}`), message).toBe(true);
  });

  it('gives what it read untouched and uncopied', () => {
    expect(valueOf('${input.people}')).toBe(PEOPLE);
  });

  it('reads objects that have a member called `constructor`', () => {
    const input = { constructor: 'Ferrari', result: { constructor: 4, __proto__: null }, points: 25 };
    const scope = { ...SCOPE, input };
    expect(valueOf('${input.constructor}', scope)).toBe('Ferrari');
    expect(valueOf('${input.result}', scope)).toEqual({ constructor: 4 });
    expect(valueOf('${input.points + 1}', scope)).toBe(26);
    expect(failureOf('${input.result.driver}', scope)).toMatch(/`input.result.driver` is missing$/);
  });

  it('does not reach what every object inherits', () => {
    for (const name of ['toString', 'hasOwnProperty', '__proto__', 'constructor']) {
      expect(failureOf(`\${input["${name}"]}`)).toMatch(/is missing$/);
    }
  });
});

describe('what an expression may cost', () => {
  const many = {
    ...SCOPE,
    input: { list: Array.from({ length: 2000 }, (_, i) => i), text: 'a'.repeat(50_000) },
  };

  it.each([
    ['loops in loops', 'input.list.map(a, input.list.map(b, input.list.map(c, a + b + c)))'],
    ['loops that swallow failures', 'input.list.exists(a, input.list.exists(b, input.list.exists(c, c.x)))'],
    ['loops that compare', 'input.list.all(a, input.list.all(b, [input.list] == [input.list + []]))'],
    ['loops that look into long texts', 'input.list.all(a, input.list.all(b, !input.text.contains("b")))'],
    ['lists that double', `[[1, 2]]${Array.from({ length: 20 }, () => '.map(a, a + a)').join('')}`],
    ['texts that double', `["ab"]${Array.from({ length: 20 }, () => '.map(a, a + a)').join('')}`],
    ['many patterns', 'input.list.all(a, input.text.matches("(a|aa)+c") == false)'],
  ])('%s end', (_, source) => {
    expect(failureOf(expression(source), many)).toMatch(
      /more than 1000000 steps|the result is too large|`c.x` is missing/,
    );
  });

  it('a pattern that would take a backtracking engine for ever takes no time', () => {
    expect(valueOf('${input.text.matches("^(a+)+$")}', many)).toBe(true);
    expect(valueOf('${(input.text + "!").matches("^(a+)+$")}', many)).toBe(false);
  });

  it('the next one begins anew', () => {
    failureOf(expression('input.list.map(a, input.list.map(b, input.list))'), many);
    expect(valueOf(expression('input.list.filter(i, i > 1990).size()'), many)).toBe(9);
  });
});

describe('a condition', () => {
  function outcome(when: Json): Json {
    const parsed = parseDefinition(JSON.stringify(workflowOf({ when })));
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    try {
      return parsed.definition.tasks.at(-1)?.when?.evaluate(SCOPE) ?? null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  it.each<[Json, Json]>([
    ['input.n == 2', true],
    ['${input.n == 3}', false],
    ['  ${ input.yes }  ', true],
    [true, true],
    [
      'input.topic',
      '`when` of task `last`: `input.topic` has no value: it should be true or false, but is the text `tea`',
    ],
  ])('%j', (when, value) => {
    expect(outcome(when)).toBe(value);
  });

  it('knows what it reads', () => {
    const when = 'tasks["p-q"].output == [] || tasks.x.output == tasks["p-q"].output';
    const parsed = parseDefinition(JSON.stringify(workflowOf({ when, input: 'of ${input} $${input}' })));
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const task = parsed.definition.tasks.at(-1);
    expect(task?.when).toMatchObject({ source: when, reads: { input: false, tasks: ['p-q', 'x'] } });
    expect(task?.input).toMatchObject({ reads: { input: true, tasks: [] } });
  });
});

describe('a template', () => {
  it.each<[template: Json, value: Json]>([
    ['plain', 'plain'],
    ['${input.n}', 2],
    [' ${input.n}', ' 2'],
    ['${input.topic} and ${input.n}', 'tea and 2'],
    ['${input.people[0]}: ${input.none}, ${input.yes}', '{"name":"Ann","age":40}: null, true'],
    ['$${input.n} costs $5 {}', '${input.n} costs $5 {}'],
    ['$${', '${'],
    ['${"}"}${\'{\'}', '}{'],
    ['${ {"a": {"b": "}"}}.a.b }', '}'],
    ['${"""a"}"""}', 'a"}'],
    ["${'it\\'s }'}", "it's }"],
    ['${input.n // the } of a comment\n}', 2],
    [
      { a: ['${input.n}', { b: 'x${input.n}' }], c: 1, d: null },
      { a: [2, { b: 'x2' }], c: 1, d: null },
    ],
    [[], []],
    [{}, {}],
    [7, 7],
    [null, null],
  ])('%j', (template, value) => {
    expect(valueOf(template)).toEqual(value);
  });

  it('that holds a key called `__proto__` keeps it a key', () => {
    const parsed = parseDefinition('name: w\ntasks: [{ id: x, input: { constructor: "${1}" } }]');
    expect(parsed.kind).toBe('invalid');
    expect(valueOf({ constructor: '${1}' })).toEqual({ constructor: 1 });
  });
});
