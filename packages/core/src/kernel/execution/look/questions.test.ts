import { aComputed, answersPerson, aPlan, aSchema, completes, given, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import { handoff } from '../../../patterns/handoff.ts';
import { viewQuestions } from './questions.ts';

const prompt = (text: string) => aComputed<Json>(() => text);

test('a question is told with whom it is for, what answers it, and until when', () => {
  const run = given(
    aPlan({
      tasks: {
        ship: {
          wait: {
            kind: 'approval',
            prompt: prompt('Ship it?'),
            of: 'managers',
            answeredBy: ['ann'],
            schema: aSchema(() => true),
            patience: { timeoutMs: 60_000 },
          },
        },
        name: { wait: { kind: 'approval', prompt: prompt('Which name?') } },
        later: { wait: { kind: 'for', forMs: 10 } },
      },
    }),
  ).commands(starts());
  expect(viewQuestions(run.state)).toEqual([
    {
      task: 'ship',
      question: 'Ship it?',
      of: 'managers (ann)',
      answered_by: ['ann'],
      schema: {},
      asked_at: '1970-01-01T00:00:00.000Z',
      due: '1970-01-01T00:01:00.000Z',
    },
    {
      task: 'name',
      question: 'Which name?',
      of: null,
      answered_by: null,
      schema: null,
      asked_at: '1970-01-01T00:00:00.000Z',
      due: null,
    },
  ]);
  run.commands(answersPerson('name'));
  expect(viewQuestions(run.state).map(({ task }) => task)).toEqual(['ship']);
});

test('a question of a team stands under the turn that is answered', () => {
  const team = { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' } } as const;
  const run = given(aPlan({ team, agents: { w: 1 }, tasks: { a: [] } })).commands(
    starts(),
    completes('a', 'half', { directives: [{ kind: 'ask_person', prompt: 'Well?' }] }),
  );
  expect(viewQuestions(run.state)).toMatchObject([{ task: 'a[2]', question: 'Well?' }]);
});
