import { isSeated } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const task = (compensate: string): string =>
  documentOf({ tasks: `  - id: x\n    agent: a\n    compensate: ${compensate}` });

describe('how a task is undone', () => {
  it('is kept with its numbers', () => {
    const parsed = parseDefinition(
      task('{ agent: a, input: { id: "${step.output.id}" }, timeout: 5s, retry_policy: fixed }'),
    );
    expect(parsed).toMatchObject({
      definition: {
        tasks: [
          {
            compensate: {
              who: { kind: 'group', group: 'a' },
              input: { source: { id: '${step.output.id}' } },
              timeoutMs: 5_000,
              retryPolicy: 'fixed',
            },
          },
        ],
      },
    });
  });

  it('sees the step that is undone, also where its outcome is not known', () => {
    const parsed = parseDefinition(
      task('{ agent: a, input: "${step.unknown ? step.input : step.output.id}" }'),
    );
    const [only] = parsed.kind === 'valid' ? parsed.definition.tasks : [];
    const template = only !== undefined && isSeated(only) ? only.compensate?.input : undefined;
    const scope = { input: null, tasks: {} };
    expect(template?.evaluate({ ...scope, step: { input: 1, output: null, unknown: true } })).toBe(1);
    expect(template?.evaluate({ ...scope, step: { input: 1, output: { id: 7 }, unknown: false } })).toBe(7);
  });

  it('may be done by a group that does nothing else', () => {
    const agents = '  a: { type: t }\n  b: { type: t, capabilities: [refund] }';
    for (const who of ['agent: b', 'requires: [refund]'])
      expect(
        found(documentOf({ agents, tasks: `  - id: x\n    agent: a\n    compensate: { ${who} }` })),
      ).toEqual([]);
  });

  it.each([
    ['{}', '9:5 agent_missing tasks[0].compensate.agent'],
    ['{ agent: nobody }', '9:26 agent_unknown tasks[0].compensate.agent'],
    ['{ requires: [fly] }', '9:29 capability_unmet tasks[0].compensate.requires'],
    ['{ agent: a, agents: b }', '9:29 unknown_key tasks[0].compensate.agents'],
    ['a', '9:17 type_wrong tasks[0].compensate'],
    ['{ agent: a, input: "${tasks.y.output}" }', '9:39 task_unknown tasks[0].compensate.input'],
    ['{ agent: a, input: "${item}" }', '9:39 expression_unknown_name tasks[0].compensate.input'],
  ])('%s is a mistake', (text, expected) => {
    expect(found(task(text))).toEqual([expected]);
  });

  it('tells where a step is known', () => {
    const text = documentOf({ tasks: '  - id: x\n    agent: a\n    input: "${step.output}"' });
    expect(onlyProblemOf(text).message).toBe('`step` is known only in the `input` of `compensate`');
  });

  it('says what is missing in the words of undoing', () => {
    expect(onlyProblemOf(task('{}')).message).toBe('nobody is named to undo `x`');
  });
});
