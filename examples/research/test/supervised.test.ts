import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';
import type { SubQuestion } from '../src/shapes.ts';
import { answer, folderWith } from './folder.ts';

const document = readFileSync(new URL('../supervised.yaml', import.meta.url), 'utf8');
const QUESTION = 'How does the keeper keep the lamp turning?';
const inputFor = (folder: string) => ({
  question: QUESTION,
  folder,
  report: join(folder, 'report.md'),
  pace_ms: 0,
});

test('a supervisor who leads writes the report that the tasks write one after the other', async () => {
  const folder = folderWith();
  const input = inputFor(folder);
  const { summary } = await answer(input);
  const run = await (await testWorkflow(document, { ...config, input })).finish();
  // A second look may bring more.
  expect(run.output).toMatchObject({ report: summary.report, filesRead: summary.filesRead });
  expect((run.output as unknown as typeof summary).sections).toBeGreaterThanOrEqual(summary.sections);
  expect(readFileSync(input.report, 'utf8')).toContain('The keeper winds the clockwork every four hours');
});

test('what brought too little is delegated once more, in wider words', async () => {
  const run = await (await testWorkflow(document, { ...config, input: inputFor(folderWith()) })).finish();
  const parts = run.performed
    .filter(({ agentType }) => agentType === 'research_agent')
    .map(({ input }) => input as unknown as SubQuestion);
  const again = parts.filter(({ question }, n) => parts.findIndex((one) => one.question === question) < n);
  expect(again.length).toBeGreaterThan(0);
  expect(again.every(({ facet, beside }) => facet === 'answer' && beside.length === 0)).toBe(true);
  expect(new Set(again.map(({ question }) => question)).size).toBe(again.length);
});

test('a researcher who fails for good is done without', async () => {
  let calls = 0;
  const once = {
    ...config.agents.research_agent,
    perform: (...args: Parameters<typeof config.agents.research_agent.perform>) => {
      calls += 1;
      if (calls === 2) throw new TerminalError('the shelf is empty', { code: 'no_shelf' });
      return config.agents.research_agent.perform(...args);
    },
  };
  const run = await testWorkflow(document, {
    agents: { ...config.agents, research_agent: once },
    input: inputFor(folderWith()),
  });
  expect((await run.finish()).status).toBe('completed');
});
