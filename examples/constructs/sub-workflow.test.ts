import { answers, answersWith, Cue, DocumentWorld, obeys } from '@cantata/testing';
import { expect, test } from 'vitest';

const here = (name: string): URL => new URL(name, import.meta.url);
const open = () => DocumentWorld.of(here('sub-workflow.yaml'), {}, here('sub-workflow-part.yaml'));

test('an execution of another workflow for each item, with the defaults of its input', async () => {
  const world = await open();
  world.agents.on('questions', answers(['tea?', 'sea?', 'why?'])).on(
    'search',
    answersWith(({ input }) => input),
  );
  const execution = await world.start();
  await world.ended(execution);
  const found = (question: string) => ({ found: { question, depth: 3 } });
  expect(world.agents.at('report')[0]?.input).toEqual([found('tea?'), found('sea?'), found('why?')]);
  const [answer] = (await world.status(execution)).tasks.filter(({ id }) => id === 'answer');
  const child = answer?.items[1]?.child_execution_id ?? '';
  expect(await world.status(child)).toMatchObject({ parent_execution_id: execution, status: 'completed' });
  await world.close();
});

test('`why` of the parent tells what its children are at', async () => {
  const world = await open();
  const cue = new Cue();
  world.agents.on('questions', answers(['tea?'])).on('search', cue.line);
  const execution = await world.start();
  await world.clock.settle();
  const [, cause] = await world.why(execution);
  expect(cause?.sentence).toMatch(
    /^answer\[0\] waits for execution \S+ \(workflow sub_workflow_part\), for another .* at the longest\. It is running: agents work on search\.$/,
  );
  cue.answer();
  await world.ended(execution);
  await world.close();
});

test('a cancel is passed down, and the parent ends after its children', async () => {
  const world = await open();
  world.agents.on('questions', answers(['tea?', 'sea?'])).on('search', obeys());
  const execution = await world.start();
  await world.clock.settle();
  await world.clock.of(world.engine.cancel(execution, 'ann', 'enough'));
  await world.ended(execution);
  const rows = await world.clock.of(world.engine.reader.list({ limit: 10 }));
  expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
    ['cancelled', 'enough'],
    ['cancelled', 'enough'],
    ['cancelled', 'enough'],
  ]);
  await world.close();
});

test('a workflow that does not exist fails the task, and says what to do', async () => {
  const world = await DocumentWorld.of(here('sub-workflow.yaml'));
  world.agents.on('questions', answers(['tea?']));
  expect(await world.ended(await world.start())).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^workflow_not_found: there is no workflow sub_workflow_part here; /),
  });
  await world.close();
});

test('an input that the workflow does not declare fails the task', async () => {
  const world = await open();
  world.agents.on('questions', answers([5]));
  expect(await world.ended(await world.start())).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^input_invalid: the input does not fit what sub_workflow_part declares: /),
  });
  await world.close();
});
