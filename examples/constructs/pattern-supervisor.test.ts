/** A supervisor whose parts become one result. */
import { readFileSync } from 'node:fs';
import type { Json } from '@cantata/core';
import { inTurn, type TestAgent, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

const document = readFileSync(new URL('pattern-supervisor.yaml', import.meta.url), 'utf8');

/** Each reader gives the next of these. */
function numbered(verdicts: readonly Json[]): TestAgent {
  let next = 0;
  return () => verdicts[next++];
}

async function verdictOf(...verdicts: readonly Json[]) {
  const agents = {
    editor: inTurn(
      (text, { team }) => {
        for (const _ of verdicts) team.delegate('readers', text as Json);
        return 'three readers have it';
      },
      (_, { team }) => ({ purpose: team.purpose ?? '', of: team.results.map(({ output }) => output) }),
    ),
    reader: numbered(verdicts),
  };
  const run = await (await testWorkflow(document, { agents, input: 'It was a dark night.' })).finish();
  return run.output;
}

test('what most of the readers say is the verdict', async () => {
  expect(await verdictOf('print it', 'no', 'print it')).toBe('print it');
});

test('where they do not agree the editor judges, and sees them all', async () => {
  expect(await verdictOf('yes', 'no', 'perhaps')).toEqual({ purpose: 'judge', of: ['yes', 'no', 'perhaps'] });
});
