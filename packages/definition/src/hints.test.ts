/** What people are told to do about their mistakes. */
import { describe, expect, it } from 'vitest';
import { documentOf, onlyProblemOf } from '../test/documents.ts';

const task = (text: string): string => documentOf({ tasks: `  - id: x\n    agent: a\n    ${text}` });
const group = (text: string): string => documentOf({ agents: `  a: { type: t, ${text} }` });
const coordination = (text: string): string => documentOf({ coordination: `  type: hybrid\n  ${text}` });

describe('the hint for', () => {
  it.each<[what: string, text: string, hint: string | undefined]>([
    ['a key that comes later', task('description: x'), 'this version does not have it yet'],
    [
      'a key of the workflow that comes later',
      documentOf({ top: 'options: {}' }),
      'this version does not have it yet',
    ],
    [
      'a relation with a typing mistake',
      coordination('graph_based: [taskflow]'),
      'did you mean `task_flow`?',
    ],
    ['a key with a typing mistake', task('timout: 5'), 'did you mean `timeout`?'],
    ['a key in another style', task('retryPolicy: none'), 'did you mean `retry_policy`?'],
    ['a key like no other', task('colour: red'), undefined],
    [
      'a policy with a typing mistake',
      task('retry_policy: exponential_backof'),
      'did you mean `exponential_backoff`?',
    ],
    [
      'an agent with a typing mistake',
      documentOf({ agents: '  writer: { type: t }', tasks: '  - { id: x, agent: writr }' }),
      'did you mean `writer`?',
    ],
    ['a version without quotes', documentOf().replace('"1"', '1.0'), 'put it in quotes: "1.0"'],
    ['an id without quotes', documentOf({ tasks: '  - { id: 007, agent: a }' }), 'put it in quotes: "007"'],
    ['a truth as text', task('parallel: Yes'), 'write true'],
    ['a falsehood as text', task('parallel: off'), 'write false'],
    ['a number as a truth', task('parallel: 1'), undefined],
    ['a number in quotes', group('count: "3"'), 'remove the quotes'],
    ['a number in words', group('count: three'), undefined],
    ['a value that is missing', task('timeout:'), 'give it a value or remove the key'],
    ['one entry instead of a list', task('depends_on: y'), 'write `[y]`'],
    [
      'groups as a list',
      documentOf({ agents: '  - a', tasks: '  - { id: x, agent: a }' }),
      'write the name of each group as a key, without `- `',
    ],
    [
      'tasks as a mapping',
      documentOf({ agents: '  a: { type: t }', tasks: '  x: { agent: a }' }),
      'start each task with `- id:`',
    ],
    [
      'a task that is only a name',
      documentOf({ tasks: '  - x' }),
      'write `id:` and the other keys of the task after the `- `',
    ],
    [
      'no tasks',
      documentOf({ tasks: '  []' }).replace('swarm', 'custom'),
      'list a task, or name a pattern with `pattern: {name: …}`',
    ],
    [
      'a task id with a dot',
      documentOf({ tasks: '  - { id: a.b, agent: a }' }),
      'use letters, digits, `_` and `-`, a letter or digit first',
    ],
    [
      'coordination that is missing',
      documentOf().replace(/coordination:\n.*\n/, ''),
      'it should be a mapping such as { type: hybrid }',
    ],
    ['a key that is a number', task('1: a'), 'write "1"'],
    ['a key that is a list', task('[a]: b'), undefined],
    [
      'cores with a wrong unit',
      group('resources: { cpu: 2GHz }'),
      'write cores, or m for thousandths of a core',
    ],
    [
      'megabytes or thousandths',
      group('resources: { memory: 512m }'),
      'KB, MB, GB and TB are powers of 1000; Ki, Mi, Gi and Ti (or KiB and so on) are powers of 1024',
    ],
    ['a duration in words', task('timeout: 5 minutes'), 'the units are d, h, m, s and ms, the largest first'],
  ])('%s', (_, text, hint) => {
    expect(onlyProblemOf(text).hint).toBe(hint);
  });

  it('a number behind an alias', () => {
    const text = documentOf({ agents: '  a: { count: &n 1, type: *n }' });
    expect(onlyProblemOf(text)).toMatchObject({ column: 27, hint: 'put it in quotes: "1"' });
  });

  it('a key beside the workflow', () => {
    const text = `workflow:\n${documentOf().replaceAll(/^/gm, '  ')}\nname: v\n`;
    expect(onlyProblemOf(text).hint).toBe('indent it to make it a key of the workflow, or remove it');
  });
});

describe('what a value is called', () => {
  it.each([
    ['[1]', 'a list'],
    ['{}', 'a mapping'],
    ['3.5', 'the number 3.5'],
    ['true', 'true'],
    ['""', 'an empty text'],
    ['three', 'the text `three`'],
    ['', 'empty'],
  ])('%j', (value, called) => {
    const expected = `\`count\` should be a whole number of at least 1, but is ${called}`;
    expect(onlyProblemOf(group(`count: ${value}`)).message).toBe(expected);
  });
});
