import { answers, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('signals.yaml', import.meta.url);
const MINUTE = 60_000;

async function ordered(): Promise<{ readonly world: DocumentWorld; readonly execution: string }> {
  const world = await DocumentWorld.of(document);
  world.agents.on('order', answers({ total: 50 }));
  const execution = await world.start();
  await world.clock.advance(MINUTE);
  return { world, execution };
}

const told = (world: DocumentWorld, execution: string, signal: string, data: unknown, id?: string) =>
  world.clock.of(
    world.engine.signal(execution, {
      signal,
      data: data as never,
      by: 'ann',
      ...(id === undefined ? {} : { id }),
    }),
  );

test('a task consumes the first signal that it wants, and goes on with its data', async () => {
  const { world, execution } = await ordered();
  await told(world, execution, 'paid', { amount: 10 });
  await told(world, execution, 'address', 'Main Street 1');
  await told(world, execution, 'paid', { amount: 50 }, 'transfer-7');
  // The bank says it twice.
  await told(world, execution, 'paid', { amount: 50 }, 'transfer-7');
  const row = await world.ended(execution);
  expect(row.status).toBe('completed');
  expect(world.agents.at('send')[0]?.input).toEqual({ to: 'Main Street 1', paid: 50 });
  await world.close();
});

test('what is late, early and not kept, unknown, or of a wrong form is refused with a word', async () => {
  const { world, execution } = await ordered();
  await expect(told(world, execution, 'payed', {})).rejects.toMatchObject({ code: 'signal_unknown' });
  await expect(told(world, execution, 'paid', {})).rejects.toMatchObject({ code: 'input_invalid' });
  // Nobody changed the address in time: the default counts, and what comes now is late.
  await world.clock.advance(5 * MINUTE);
  await expect(told(world, execution, 'address', 'x')).rejects.toMatchObject({ code: 'signal_late' });
  const row = await world.ended(execution);
  expect(row.status).toBe('failed');
  expect((await world.why(execution))[0]?.sentence).toBe(
    'It failed in payment: wait_timed_out: no signal paid that it wants came within 10 min',
  );
  await world.close();
});

test('`why` tells which signal it waits for, and how to send it', async () => {
  const { world, execution } = await ordered();
  const [, payment] = await world.why(execution);
  expect(payment?.sentence).toBe(
    `payment waits for the signal paid, for another 9 min at the longest; cantata signal ${execution} paid '{…}' sends it.`,
  );
  await world.close();
});
