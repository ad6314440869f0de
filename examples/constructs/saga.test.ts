import { answers, DocumentWorld, hangs, reports } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('saga.yaml', import.meta.url);

test('a failure undoes the payment first, then flight and hotel at the same time', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('flight', answers('F1')).on('hotel', answers('H1')).on('send', reports());
  const execution = await world.start({ traveller: 'ann' });
  const row = await world.ended(execution);
  expect(row).toMatchObject({ status: 'compensated', reason: 'agent_error: it broke' });
  const undone = world.agents.performances.filter(({ idempotencyKey }) =>
    idempotencyKey.endsWith('/compensate'),
  );
  expect(undone.map(({ place, idempotencyKey }) => [place, idempotencyKey])).toEqual([
    ['pay', `${execution}/pay#1.1/compensate`],
    ['hotel', `${execution}/hotel#1.1/compensate`],
    ['flight', `${execution}/flight#1.1/compensate`],
  ]);
  expect(undone[2]?.input).toBe('F1');
  expect(undone[1]?.input).toEqual({ input: { traveller: 'ann' }, output: 'H1', unknown: false });
  await world.close();
});

test('a payment that gives no answer is undone as one nobody knows the end of', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('pay', hangs(), answers('refunded'));
  const execution = await world.start();
  const row = await world.ended(execution);
  expect(row.status).toBe('compensated');
  const [, undoing] = world.agents.at('pay');
  expect(undoing?.input).toMatchObject({ output: null, unknown: true });
  await world.close();
});

test('a cancel undoes what was done', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('pay', hangs(), answers(null));
  const execution = await world.start();
  await world.clock.advance(1_000);
  await world.clock.of(world.engine.cancel(execution, 'ann'));
  expect((await world.ended(execution)).status).toBe('compensated');
  await world.close();
});

test('what cannot be undone waits for an operator, who tries again or skips it', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('hotel', answers('H1'), reports()).on('send', reports());
  const execution = await world.start();
  const row = await world.ended(execution);
  expect(row).toMatchObject({ status: 'compensation_failed', reason: 'hotel could not be undone' });
  expect((await world.why(execution))[0]).toMatchObject({
    code: 'compensation_failed',
    sentence: `It failed in send (agent_error: it broke), and hotel could not be undone. It waits for an operator: cantata compensation retry ${execution} tries again.`,
    waits_for: ['hotel', `cantata compensation retry ${execution}`],
  });
  await world.clock.of(world.engine.retryCompensation(execution, 'ann'));
  expect((await world.ended(execution)).status).toBe('compensation_failed');
  expect(world.agents.at('hotel')).toHaveLength(5);
  await world.clock.of(world.engine.skipCompensation(execution, 'ann', { task: 'hotel' }, 'called them'));
  expect((await world.ended(execution)).status).toBe('compensated');
  const view = await world.clock.of(world.engine.reader.status(execution));
  expect(view.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'flight compensated',
    'hotel completed',
    'pay compensated',
    'send failed',
  ]);
  await world.close();
});
