/** What schemas say about expressions: mistakes are found before anything runs, and nothing that is right is refused. */
import { describe, expect, it } from 'vitest';
import { documentOf, found, problemsOf } from '../../test/documents.ts';

const SCHEMAS = `
inputs:
  type: object
  properties:
    topic: { type: string }
    n: { type: integer }
    level: { enum: [low, high] }
    list: { type: array, items: { type: number } }
    people: { type: array, items: { type: object, properties: { name: { type: string }, age: { type: integer } } } }
    obj: { type: object, properties: { a: { type: string }, b: { $ref: "#/$defs/node" } } }
    open: { type: object, properties: { a: { type: string } }, additionalProperties: true }
    either: { anyOf: [{ type: string }, { type: number }] }
    nullable: { type: [string, "null"] }
    strange-name: { type: string }
  $defs:
    node: { type: object, properties: { next: { $ref: "#/$defs/node" }, done: { type: boolean } } }
tasks:
  - { id: x, agent: a, output: { type: object, properties: { title: { type: string }, score: { type: number } } } }
  - { id: p-q, agent: a, parallel: true, output: { type: object, properties: { title: { type: string } } } }
  - { id: free, agent: a }
  - id: y
    agent: a
    depends_on: [x, p-q, free]
`;

const documentWith = (task: string, rest = ''): string =>
  `name: w\nversion: "1"\norchestration_pattern: swarm\nagents: { a: { type: t } }${SCHEMAS}    ${task}\ncoordination: { type: hybrid }\n${rest}`;

/** `12 expression_type_wrong: …`: the column in the expression, which is a text in quotes. */
function wrong(when: string): readonly string[] {
  return problemsOf(documentWith(`when: ${when}`))
    .filter(({ severity }) => severity === 'error')
    .map(({ column, code, message, hint }) => `${column - 11} ${code}: ${message} (${hint ?? ''})`);
}

describe('a condition that fits the schemas', () => {
  it.each([
    'input.n == 2',
    'input.n == 2.5',
    'input.n + 1 > input.list[0] * 2',
    'input.n in [1, 2]',
    'input.n in input.list',
    'input.list[input.n] > 1',
    'size(input.list + [1]) > 0',
    'input.topic == "a" && input.level != "low"',
    'input.topic == null',
    'input.obj == tasks.x.output',
    'input.obj == {"a": "b"}',
    'size(input.obj) > 1',
    'input.obj.b.next.next.done',
    'input.open.whatever == 1',
    'input.either == 1',
    'input.nullable == null || input.nullable.size() > 2',
    'input["strange-name"] == ""',
    'input.topic in input.obj',
    'tasks.x.output.score > 0.5',
    'tasks["p-q"].output.exists(o, o.title == "")',
    'tasks["p-q"].output[0].title.startsWith("a")',
    'tasks.free.output.anything[0].goes',
    'has(input.topic) && has(tasks.x.output.title)',
    'input.people.all(p, has(p.age) && p.age > 3)',
    '(input.n > 1 ? input.topic : null) != null',
    '(input.n > 1 ? 1 : 2.5) > 2',
    'input.people.filter(p, p.age > 1).map(p, p.name)[0] == "x"',
    'has(input.topic) ? input.people.exists(input, input.name == "x") : false',
    '(tasks).x.output.titel == 1 ',
  ])('%s', (when) => {
    expect(wrong(JSON.stringify(when))).toEqual([]);
  });
});

describe('a mistake', () => {
  it.each([
    ['input.topik == ""', '7 expression_unknown_name: `input` has no field `topik` (did you mean `topic`?)'],
    [
      'input.obj.b.nxt.done',
      '13 expression_unknown_name: `input.obj.b` has no field `nxt` (did you mean `next`?)',
    ],
    ['has(input.topik)', '11 expression_unknown_name: `input` has no field `topik` (did you mean `topic`?)'],
    [
      'input.people.all(p, has(p.nam))',
      '27 expression_unknown_name: `p` has no field `nam` (did you mean `name`?)',
    ],
    [
      'tasks.x.output.titel == ""',
      '16 expression_unknown_name: `tasks.x.output` has no field `titel` (did you mean `title`?)',
    ],
    [
      'tasks["p-q"].output[0].titel == ""',
      '24 expression_unknown_name: `tasks["p-q"].output[0]` has no field `titel` (did you mean `title`?)',
    ],
    [
      'tasks["p-q"].output.title == ""',
      '21 expression_type_wrong: `tasks["p-q"].output` is a list: its entries have numbers (write `[0]` for the first)',
    ],
    ['input.obj.a.b', '13 expression_type_wrong: `input.obj.a` is text and has no field `b` ()'],
    [
      'input.topic == 5',
      '1 expression_type_wrong: `input.topic == 5` compares text with a number, which are never equal ()',
    ],
    [
      'input.n < "3"',
      '1 expression_type_wrong: `input.n < "3"` compares a number with text, which have no order ()',
    ],
    [
      'input.n in ["a"]',
      '1 expression_type_wrong: `input.n in ["a"]` looks for a number in a list, where none is ()',
    ],
    [
      '"n: " + input.n == ""',
      '1 expression_type_wrong: `"n: " + input.n`: `+` does not take text and a number (write `string(…)` around what is no text)',
    ],
    [
      'input.list * 2 > 1',
      '1 expression_type_wrong: `input.list * 2`: `*` does not take a list and a number ()',
    ],
    ['-input.topic > 1', '1 expression_type_wrong: `-` does not take text ()'],
    [
      'input.topic',
      '1 expression_type_wrong: `when` should be true or false, but is text (compare it with something)',
    ],
    [
      'input.n && true',
      '1 expression_type_wrong: `input.n && true`: both sides of `&&` should be true or false ()',
    ],
    [
      '(input.n ? 1 : 2) > 1',
      '2 expression_type_wrong: `input.n` should be true or false, but is a number ()',
    ],
    [
      'input.people.exists(p, p.age)',
      '24 expression_type_wrong: `p.age` should be true or false, but is a number ()',
    ],
    [
      'input.topic.exists(c, c == "a")',
      '1 expression_type_wrong: `input.topic` is text, and should be a list ()',
    ],
    ['size(input.n) > 1', '1 expression_type_wrong: `size` does not take a number ()'],
    ['input.topic.startsWith(1)', '1 expression_type_wrong: `startsWith` of text does not take a number ()'],
    [
      'input.topic.substring("a") == ""',
      '1 expression_type_wrong: `substring` of text does not take text ()',
    ],
    ['has(input)', '1 expression_type_wrong: `has` asks for a field (write `has(input.name)`)'],
    ['has("a")', '1 expression_type_wrong: `has` asks for a field (write `has(input.name)`)'],
  ])('%s', (when, expected) => {
    expect(wrong(`'${when}'`)).toEqual([expected]);
  });

  it.each(['priority: 1', 'when: input.n > 1'])('in `outputs` is found, of a task with `%s`, too', (task) => {
    const outputs = 'outputs: { title: "${tasks.x.output.titel}", done: "${tasks.y.output.don}" }';
    const problems = problemsOf(
      documentWith(`${task}\n    output: { type: object, properties: { done: { type: boolean } } }`, outputs),
    );
    expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([
      '`tasks.x.output` has no field `titel`',
      '`tasks.y.output` has no field `don`',
    ]);
  });

  it.each([
    'tasks.y.output == null',
    'tasks.y.output != null && tasks.y.output.done',
    'tasks.y.output == null ? "skipped" : string(tasks.y.output.done)',
    'has(tasks.y.output.done) ? tasks.y.output.done : "skipped"',
    'tasks.y.output in [null]',
    '[tasks.y.output, null, 1]',
    'type(tasks.y.output) == null_type',
    'tasks.y.output.done == null',
  ])('in `outputs` is not what asks whether a task was skipped: %s', (expression) => {
    const task = 'when: input.n > 1\n    output: { type: object, properties: { done: { type: boolean } } }';
    const outputs = `outputs: { asked: '\${${expression}}' }`;
    const problems = problemsOf(documentWith(task, outputs));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

it('a thousand tasks with a schema of their own are each checked with it', () => {
  const line = (i: number): string =>
    `  - { id: x${i}, agent: a, depends_on: [${i === 0 ? '' : `x${i - 1}`}], ${i === 0 ? '' : `when: tasks.x${i - 1}.output.f${i === 999 ? 'x' : i - 1} == 1, `}output: { type: object, properties: { f${i}: { type: number } } } }`;
  const tasks = Array.from({ length: 1000 }, (_, i) => line(i)).join('\n');
  expect(found(documentOf({ tasks }))).toEqual([
    expect.stringMatching(/^1006:\d+ expression_unknown_name tasks\[999\]\.when$/),
  ]);
});

describe('a condition that is always the same', () => {
  it.each([
    ['true', '`when` is always true: `y` runs as if it were not there'],
    ['1 > 2', '`when` is always false: `y` never runs'],
    ['[1, 2].exists(i, i > 1)', '`when` is always true: `y` runs as if it were not there'],
  ])('%s', (when, message) => {
    const notices = problemsOf(documentWith(`when: "${when}"`)).filter(
      ({ code }) => code === 'condition_constant',
    );
    expect(notices.map((one) => one.message)).toEqual([message]);
  });
});
