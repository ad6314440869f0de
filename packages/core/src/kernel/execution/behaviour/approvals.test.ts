/** Tasks that ask somebody. */
import {
  aComputed,
  answersPerson,
  aPlan,
  aSchema,
  cancels,
  type DefinitionSketch,
  fires,
  type Given,
  given,
  rejects,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import type { WaitFor } from '../../../plan/definition.ts';

type Approval = Extract<WaitFor, { readonly kind: 'approval' }>;
const approval = (more: Partial<Approval> = {}): Approval => ({
  kind: 'approval',
  prompt: aComputed<Json>(() => 'Ship it?'),
  ...more,
});
const flow = (tasks: NonNullable<DefinitionSketch['tasks']>): Given =>
  given(aPlan({ tasks })).commands(starts());
const at = { task: 'a', attempt: 1 } as const;

describe('a task that asks somebody', () => {
  test('says what it asks, whom, and until when', () => {
    flow({ a: { wait: approval({ of: 'managers', patience: { timeoutMs: 60_000 } }) } })
      .thenState(({ waiting }) =>
        expect(Array.from(waiting, ({ status }) => status)).toEqual([
          {
            kind: 'waiting',
            on: { kind: 'approval', prompt: 'Ship it?', of: 'managers' },
            since: 0,
            until: 60_000,
          },
        ]),
      )
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'human.requested', ...at, prompt: 'Ship it?', of: 'managers', until: 60_000 },
      );
  });

  test('asks with a value where its prompt is no text', () => {
    flow({ a: { wait: approval({ prompt: aComputed<Json>(() => ({ total: 5 })) }) } }).thenState(
      ({ waiting }) =>
        expect(Array.from(waiting, ({ status }) => status)).toMatchObject([
          { on: { prompt: '{"total":5}' } },
        ]),
    );
  });

  test('fails where its prompt has no value', () => {
    const prompt = aComputed<Json>(() => 'x'.repeat(2_000_000));
    flow({ a: { wait: approval({ prompt }) } }).thenIs('failed');
  });

  test('gives the yes and who said it', () => {
    flow({ a: { wait: approval() } })
      .when(answersPerson('a', { id: 'one' }))
      .thenHappens(
        { type: 'human.answered', ...at, decision: 'approved', id: 'one', by: 'ann' },
        { type: 'task.completed', ...at, output: { approved: true, by: 'ann' } },
        'workflow.completed',
      );
  });

  test('gives the answer where there is more to say', () => {
    flow({ a: { wait: approval() } })
      .when(answersPerson('a', { output: { price: 5 }, reason: 'cheap' }))
      .thenHappens(
        { type: 'human.answered', ...at, decision: 'approved', id: 'answer', by: 'ann', reason: 'cheap' },
        { type: 'task.completed', ...at, output: { price: 5 } },
        'workflow.completed',
      );
  });

  test('takes only answers that fit its schema', () => {
    const schema = aSchema((value) => value === 5, 'should be 5');
    flow({ a: { wait: approval({ schema }) } })
      .when(answersPerson('a'))
      .thenRejected('input_invalid', 'a wants an answer that fits its schema: give an output')
      .when(answersPerson('a', { output: 4 }))
      .thenRejected('input_invalid', 'the answer does not fit the schema of a: should be 5')
      .when(answersPerson('a', { output: 5 }))
      .thenHappens('human.answered', 'task.completed', 'workflow.completed');
  });

  test('fails when somebody says no, as its on_failure says', () => {
    flow({ a: { wait: approval() } })
      .when(rejects('a', 'too dear'))
      .thenHappens(
        { type: 'human.answered', ...at, decision: 'rejected', id: 'answer', by: 'ann', reason: 'too dear' },
        {
          type: 'task.failed',
          ...at,
          error: { code: 'rejected', message: 'ann rejected it: too dear', retry: 'never' },
        },
        'workflow.failing',
        'workflow.failed',
      );
    flow({ a: { wait: approval(), onFailure: { kind: 'continue' } } })
      .when(rejects('a'))
      .thenHappens('human.answered', 'task.failed', 'workflow.completed');
  });

  test('takes the same answer twice as one, and no other', () => {
    flow({ a: { wait: approval() }, b: [] })
      .commands(answersPerson('a', { id: 'one' }))
      .when(answersPerson('a', { id: 'one' }))
      .thenHappens()
      .when(rejects('a'))
      .thenRejected('not_asked', 'a asks nobody now: it is completed');
  });

  test('takes the word of nobody it is not for', () => {
    flow({ a: { wait: approval({ answeredBy: ['bob', 'eve'] }) } })
      .thenState(({ waiting }) =>
        expect(Array.from(waiting, ({ status }) => status)).toMatchObject([{ on: { of: 'bob or eve' } }]),
      )
      .when(answersPerson('a'))
      .thenRejected('not_entitled', 'ann may not answer what a asks; it is for bob or eve')
      .when(rejects('a'))
      .thenRejected('not_entitled');
    flow({ a: { wait: approval({ answeredBy: ['bob', 'ann'], of: 'managers' }) } })
      .thenState(({ waiting }) =>
        expect(Array.from(waiting, ({ status }) => status)).toMatchObject([
          { on: { of: 'managers (bob or ann)' } },
        ]),
      )
      .when(answersPerson('a'))
      .thenHappens('human.answered', 'task.completed', 'workflow.completed');
  });

  test('is not asked before it has begun, nor where there is none', () => {
    flow({ a: [], b: { dependsOn: ['a'], wait: approval() } })
      .when(answersPerson('b'))
      .thenRejected('not_asked', 'b asks nobody now: it is pending')
      .when(answersPerson('c'))
      .thenRejected('task_not_found');
    flow({ a: { wait: approval() }, b: [] })
      .commands(cancels())
      .when(answersPerson('a'))
      .thenRejected('not_running');
  });

  test('gives its default when nobody answers in time', () => {
    const patience = { timeoutMs: 60_000, otherwise: { output: 'no' } };
    flow({ a: { wait: approval({ patience }) } })
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens(
        { type: 'human.defaulted', ...at, afterMs: 60_000 },
        { type: 'task.completed', ...at, output: 'no' },
        'workflow.completed',
      );
  });

  test('fails when nobody answers in time and there is no default', () => {
    flow({ a: { wait: approval({ patience: { timeoutMs: 60_000 } }) } })
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens('task.timed_out', 'task.failed', 'workflow.failing', 'workflow.failed')
      .thenState(({ status }) =>
        expect(status).toMatchObject({
          error: { code: 'wait_timed_out', message: 'nobody answered within 1 min' },
        }),
      );
  });
});
