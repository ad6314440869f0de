import { scheduledExecution, scheduleOf } from '@cantata/core';
import { answers, answersLate, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('schedule.yaml', import.meta.url);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday, at the time of Berlin. */
const FIRST = Date.parse('2025-11-24T08:00:00+01:00');

/** A week is long for whoever looks twice a second whether something has come. */
const SELDOM = {
  inboxPollMs: HOUR,
  reconcileMs: HOUR,
  checkpointIntervalMs: DAY,
  leaseMs: DAY,
  workflowTimeoutMs: 3 * DAY,
};

async function scheduled() {
  const world = await DocumentWorld.of(document, SELDOM);
  // It is Monday afternoon: the first digest is that of Tuesday.
  expect(world.clock.now()).toBeGreaterThan(FIRST);
  await world.clock.of(world.engine.schedules.set(world.workflow, 'ann'));
  return world;
}

const begun = (world: DocumentWorld): readonly string[] =>
  world.agents.at('digest').map(({ at }) => new Date(at).toISOString());

test('executions start by themselves on working days, under ids that follow from the time', async () => {
  const world = await scheduled();
  world.agents.on('digest', answers('read this'));
  await world.clock.advance(7 * DAY);
  expect(begun(world)).toEqual(
    ['25', '26', '27', '28'].map((day) => `2025-11-${day}T07:00:00.000Z`).concat('2025-12-01T07:00:00.000Z'),
  );
  const [first] = world.agents.performances;
  expect(first?.executionId).toBe(scheduledExecution(scheduleOf(world.workflow.workflowId), FIRST + DAY));
  expect(first?.input).toEqual({ edition: 'morning' });
  await world.close();
});

test('one that still runs is waited for', async () => {
  const world = await scheduled();
  world.agents.on('digest', answersLate(30 * HOUR - 1, 'long'));
  await world.clock.advance(3 * DAY);
  expect(begun(world).slice(0, 2)).toEqual(['2025-11-25T07:00:00.000Z', '2025-11-26T12:59:59.999Z']);
  await world.close();
});

test('it stands still while it is paused, ends when it is cleared, and the same again changes nothing', async () => {
  const world = await scheduled();
  const { schedules } = world.engine;
  const { workflowId } = world.workflow;
  await world.clock.of(schedules.set(world.workflow, 'ann'));
  await world.clock.of(schedules.pause(workflowId, 'ann'));
  await world.clock.advance(2 * DAY);
  expect(begun(world)).toEqual([]);
  await world.clock.of(schedules.resume(workflowId, 'ann'));
  await expect(world.clock.of(schedules.resume(workflowId, 'ann'))).rejects.toMatchObject({
    code: 'not_paused',
  });
  await world.clock.advance(DAY);
  expect(begun(world)).toEqual(['2025-11-27T07:00:00.000Z']);
  await world.clock.of(schedules.clear(workflowId, 'ann'));
  await world.clock.advance(2 * DAY);
  expect(begun(world)).toHaveLength(1);
  await world.close();
});

test('a workflow without one cannot be kept to', async () => {
  const world = await DocumentWorld.of(new URL('timers.yaml', import.meta.url));
  await expect(world.clock.of(world.engine.schedules.set(world.workflow, 'ann'))).rejects.toMatchObject({
    code: 'schedule_missing',
  });
  await world.close();
});
