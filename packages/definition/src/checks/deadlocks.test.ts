/** Tasks that wait for what never happens are named, with what they wait for. */
import { describe, expect, it } from 'vitest';
import { documentOf, found, problemsOf } from '../../test/documents.ts';

const tasks = (...lines: readonly string[]): string =>
  documentOf({ tasks: lines.map((line) => `  - ${line}`).join('\n') });

const unreachableIn = (text: string): readonly string[] =>
  problemsOf(text)
    .filter(({ code }) => code === 'task_unreachable')
    .map(({ path, message }) => `${path}: ${message}`);

describe('a task that never runs', () => {
  it('is found behind a condition that is always false, where it names what it waits for', () => {
    const text = tasks(
      '{ id: a, agent: a, when: 1 > 2 }',
      '{ id: b, agent: a }',
      '{ id: c, agent: a, depends_on: [b, a] }',
      '{ id: d, agent: a, depends_on: [c] }',
    );
    expect(found(text)).toEqual([
      '7:30 condition_constant tasks[0].when',
      '9:40 task_unreachable tasks[2].depends_on[1]',
      '10:37 task_unreachable tasks[3].depends_on[0]',
    ]);
    expect(unreachableIn(text)).toEqual([
      'tasks[2].depends_on[1]: `c` never runs: it waits for `a`, whose `when` is always false',
      'tasks[3].depends_on[0]: `d` never runs: it waits, by way of `c`, for `a`, whose `when` is always false',
    ]);
  });

  it('may wait for an output it reads, where reading is depending', () => {
    const text = documentOf({
      tasks: '  - { id: a, agent: a, when: false }\n  - { id: b, agent: a, input: "${tasks.a.output}" }',
      coordination: '  type: graph_based\n  graph_based: [data]',
    });
    expect(unreachableIn(text)).toEqual([
      'tasks[1].id: `b` never runs: it waits for `a`, whose `when` is always false',
    ]);
  });

  it('is none where conditions may hold, always hold, or have no value', () => {
    const after = '{ id: b, agent: a, depends_on: [a] }';
    for (const condition of ['input.x', 'true', '"1 / 0 > 1"']) {
      expect(unreachableIn(tasks(`{ id: a, agent: a, when: ${condition} }`, after))).toEqual([]);
    }
  });

  it('is found beside tasks that could not be read, unknown and repeated ones', () => {
    const text = tasks(
      '5',
      '{ id: a, agent: a, when: false }',
      '{ id: b, agent: a, depends_on: [ghost, 7, a] }',
      '{ id: b, agent: a, depends_on: [b] }',
    );
    expect(unreachableIn(text)).toEqual([
      'tasks[2].depends_on[2]: `b` never runs: it waits for `a`, whose `when` is always false',
    ]);
  });

  it('of a circle is named by the circle', () => {
    const text = tasks(
      '{ id: x, agent: a, when: false }',
      '{ id: a, agent: a, depends_on: [b] }',
      '{ id: b, agent: a, depends_on: [a] }',
    );
    expect(unreachableIn(text)).toEqual([]);
  });
});
