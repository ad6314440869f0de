import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { hangs, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');
const publish = (input: JsonObject = {}) => testWorkflow(document, { ...config, input });
type Run = Awaited<ReturnType<typeof publish>>;
const turnsOf = ({ performed }: Run, type: string): number =>
  performed.filter(({ agentType }) => agentType === type).length;
const reasonsOf = ({ events }: Run): readonly unknown[] =>
  events.flatMap((event) => ('reason' in event && event.event === 'pattern.reacted' ? [event.reason] : []));

test('drafts go back until the critic is content', async () => {
  const run = await publish();
  expect(run.output).toEqual({
    page: `# The new lamp

The new lamp is bright. It uses less than half of the power that the old one needed. It lasts for ten years. The lamp can be repaired by anyone, because every part is held by screws. A screwdriver is enclosed. To order the lamp, write to the shop. It costs 49 euros and is sent within two days.
`,
    words: 59,
  });
  expect([turnsOf(run, 'writer_agent'), turnsOf(run, 'critic_agent')]).toEqual([3, 3]);
  expect(reasonsOf(run)).toEqual([
    'the first draft is to be written',
    'draft 1 is to be judged',
    expect.stringMatching(
      /^draft 1 goes back: sentence 1 says "it is important to note that"; .* has 35 words/,
    ),
    'draft 2 is to be judged',
    'draft 2 goes back: it has 72 words, and 60 are asked for',
    'draft 3 is to be judged',
    'draft 3 is good',
  ]);
});

test('where the critic is never content the last draft counts, and it is said why', async () => {
  const run = await publish({ words: 3 });
  expect(run).toMatchObject({ status: 'completed', output: { words: 5 } });
  expect(turnsOf(run, 'writer_agent')).toBe(4);
  const why = 'after 4 drafts the critic still says: it has 5 words, and 3 are asked for';
  expect(run.events).toContainEqual(expect.objectContaining({ event: 'pattern.finished', stopReason: why }));
});

test('or that is a failure', async () => {
  const run = await publish({ words: 3, strict: true });
  expect(run.error).toMatchObject({ code: 'not_good_enough', task: 'write' });
  expect(turnsOf(run, 'printer_agent')).toBe(0);
});

test('notes about something else are nothing to write about', async () => {
  expect((await publish({ about: 'spoon' })).error).toMatchObject({
    code: 'nothing_to_write',
    message: 'no note is about spoon',
  });
});

test('a critic who never answers is waited for no longer than the limit of a team', async () => {
  const agents = { ...config.agents, critic_agent: hangs() };
  const run = await testWorkflow(document, { agents, input: {} });
  await run.finish();
  expect(run.status).toBe('completed');
  expect(run.output).toMatchObject({ words: expect.any(Number) });
});
