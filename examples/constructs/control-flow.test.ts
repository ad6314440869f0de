/** The documents of control flow do what their first lines say. */
import { answers, answersWith, DocumentWorld, obeys, reports } from '@cantata/testing';
import { afterEach, expect, test } from 'vitest';

const worlds: DocumentWorld[] = [];
const open = async (name: string): Promise<DocumentWorld> => {
  const world = await DocumentWorld.of(new URL(`${name}.yaml`, import.meta.url));
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const never = reports({ retry: 'never' });

test('joins: two searches are enough, and the third is told to stop', async () => {
  const world = await open('joins');
  world.agents.on('library', answers('plain')).on('archive', answers('odd')).on('web', obeys());
  const execution = await world.start();
  expect((await world.ended(execution)).status).toBe('completed');
  expect(world.agents.at('answer').map(({ input }) => input)).toEqual([['plain', 'odd']]);
  expect(world.agents.places).toContain('curiosity');
  const log = await world.log(execution);
  expect(log.filter(({ event }) => event === 'task.cancelling')).toMatchObject([{ tasks: ['web'] }]);
});

test('joins: a condition that never came true skips its task', async () => {
  const world = await open('joins');
  const execution = await world.start();
  await world.ended(execution);
  const [why] = (await world.why(execution)).filter(({ subject }) => subject === 'curiosity');
  expect(world.agents.places).not.toContain('curiosity');
  expect(why).toBeUndefined();
});

test('failure-handler: an apology where the payment failed, and a report', async () => {
  const world = await open('failure-handler');
  world.agents.on('pay', never);
  expect((await world.ended(await world.start())).status).toBe('completed');
  expect(world.agents.places).toEqual(['pay', 'apologise', 'report']);
  expect(world.agents.at('report')[0]?.input).toEqual({ paid: 'failed', shipped: 'skipped' });
});

test('failure-handler: a shipment where it did not, and a report', async () => {
  const world = await open('failure-handler');
  expect((await world.ended(await world.start())).status).toBe('completed');
  expect(world.agents.places).toEqual(['pay', 'ship', 'report']);
});

test('loop: each round reads what the one before gave, under a key of its own', async () => {
  const world = await open('loop');
  const drafts = [0.2, 0.9].map((score) => answers({ text: `worth ${score}`, score }));
  world.agents.on('write', ...drafts);
  expect((await world.ended(await world.start({ topic: 'tea' }))).status).toBe('completed');
  const rounds = world.agents.at('write');
  expect(rounds.map(({ input }) => input)).toEqual([
    { topic: 'tea', last: null },
    { topic: 'tea', last: { text: 'worth 0.2', score: 0.2 } },
  ]);
  expect(new Set(rounds.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
});

test('loop: goes on with what there is after the last round', async () => {
  const world = await open('loop');
  world.agents.on('write', answers({ text: 'poor', score: 0 }));
  expect((await world.ended(await world.start({ topic: 'tea' }))).status).toBe('completed');
  expect(world.agents.at('write')).toHaveLength(5);
  expect(world.agents.places.at(-1)).toBe('publish');
});

test('goto: begins again at the plan, and leaves alone what stands beside it', async () => {
  const world = await open('goto');
  world.agents.on(
    'book',
    never,
    answersWith(() => 'booked'),
  );
  expect((await world.ended(await world.start())).status).toBe('completed');
  expect(world.agents.places.toSorted()).toEqual(['book', 'book', 'pack', 'plan', 'plan', 'travel']);
});

test('goto: fails when it has been back often enough', async () => {
  const world = await open('goto');
  world.agents.on('book', never);
  const row = await world.ended(await world.start());
  expect(row).toMatchObject({ status: 'failed', reason: 'agent_error: it broke' });
  expect(world.agents.at('book')).toHaveLength(3);
});

test('terminate: the first answer is the result, and the other search is told to stop', async () => {
  const world = await open('terminate');
  world.agents.on('quick', answers('42')).on('thorough', obeys());
  const execution = await world.start();
  expect((await world.ended(execution)).status).toBe('completed');
  const log = await world.log(execution);
  expect(log.at(-1)).toMatchObject({ event: 'workflow.completed', output: '42' });
  expect(log.map(({ event }) => event)).toContain('task.cancelled');
});

test('terminate: goes on where its condition is false', async () => {
  const world = await open('terminate');
  world.agents.on('quick', answers(null));
  const execution = await world.start();
  await world.ended(execution);
  expect((await world.log(execution)).at(-1)).toEqual(
    expect.not.objectContaining({ output: expect.anything() }),
  );
});

test('enough: two of three items are, and the result has null for the third', async () => {
  const world = await open('enough');
  world.agents.on('review[1]', obeys()).on('review[0]', answers('good')).on('review[2]', answers('fine'));
  expect((await world.ended(await world.start())).status).toBe('completed');
  expect(world.agents.at('decide')[0]?.input).toEqual(['good', null, 'fine']);
});
