import { answers, DocumentWorld, hangs, type Line } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('time-bounds.yaml', import.meta.url);

/** Gives a sign of life every few seconds, and an answer in the end. */
function beats(everyMs: number, times: number, how: 'heartbeat' | 'progress'): Line {
  return async (_, context, clock) => {
    for (let n = 0; n < times; n++) {
      if (how === 'heartbeat') context.heartbeat();
      else context.progress({ note: `${n}` });
      await new Promise<void>((resolve) => void clock.at(clock.now() + everyMs, resolve));
    }
    return { kind: 'completed', output: 'read' };
  };
}

test('an agent that gives no sign of life is told to stop, and another attempt begins', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('read', hangs(), answers('read'));
  const execution = await world.start();
  expect((await world.ended(execution)).status).toBe('completed');
  const [first, second] = world.agents.at('read');
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(15_000);
  expect(first?.signal.aborted).toBe(true);
  const log = await world.log(execution);
  expect(log.find(({ event }) => event === 'task.retry_scheduled')).toMatchObject({
    error: { code: 'heartbeat_missed', message: 'the agent gave no sign of life for 10 s' },
  });
  await world.close();
});

test.each(['heartbeat', 'progress'] as const)('a %s is a sign of life', async (how) => {
  const world = await DocumentWorld.of(document);
  world.agents.on('read', beats(9_000, 5, how));
  expect((await world.ended(await world.start())).status).toBe('completed');
  expect(world.agents.places).toEqual(['read']);
  await world.close();
});

test('an attempt ends after its time, however alive its agent is, and all of them after theirs', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('read', beats(5_000, 100, 'heartbeat'));
  const execution = await world.start();
  const row = await world.ended(execution);
  expect(row).toMatchObject({
    status: 'failed',
    reason: 'task_timed_out: all attempts together took longer than the 120 s they may take',
  });
  expect((row.completedAt ?? 0) - row.startedAt).toBe(120_000);
  expect(world.agents.at('read').map(({ at }) => at - row.startedAt)).toEqual([0, 65_000]);
  await world.close();
});
