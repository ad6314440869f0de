import { aPlan, cancels, checkpoints, completes, fails, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../json.ts';
import type { CheckpointCreated } from '../events.ts';
import { violations } from '../look/invariants.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import type { ExecutionState } from '../state.ts';

const plan = aPlan({
  agents: { w: 2 },
  tasks: { first: { retryPolicy: 'fixed', priority: 1 }, many: { parallel: true }, last: ['many'] },
});

describe('a checkpoint', () => {
  test('is taken of an execution that runs, and does not disturb it', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3] }), fails('first'))
      .when(checkpoints(), 80)
      .thenHappens({
        type: 'workflow.checkpoint_created',
        checkpoint: 'checkpoint',
        cause: 'interval',
        recovery: {
          in_flight: [
            { task: 'many[0]', agent_id: 'w-2', attempt: 1 },
            { task: 'many[1]', agent_id: 'w-1', attempt: 1 },
          ],
          redispatch: 2,
          ready: 1,
          retrying: 1,
          resume: 'cantata resume execution',
        },
      })
      .thenOwes({ kind: 'snapshot', checkpoint: 'checkpoint', occasion: 'routine' })
      .thenState(({ checkpoint, sequence }) =>
        expect(checkpoint).toEqual({ id: 'checkpoint', sequence, at: 80 }),
      );
  });

  test.each([
    ['interval', 'routine'],
    ['log_size', 'routine'],
    ['interrupt', 'asked'],
    ['request', 'asked'],
  ] as const)('that is taken for %s owes a snapshot that is %s', (cause, occasion) => {
    given(plan)
      .commands(starts())
      .when(checkpoints(cause), 80)
      .thenOwes({ kind: 'snapshot', checkpoint: 'checkpoint', occasion });
  });

  test('may be taken again, and the newest is the one that counts', () => {
    given(plan)
      .commands(starts(), checkpoints('interrupt'))
      .at(90)
      .commands(checkpoints('log_size'))
      .thenState(({ checkpoint }) => expect(checkpoint?.at).toBe(90));
  });

  test('may be taken while the execution ends', () => {
    given(plan).commands(starts(), cancels()).when(checkpoints()).thenHappens('workflow.checkpoint_created');
  });

  test('lists at most 100 attempts in flight, and counts them all', () => {
    const run = given(aPlan({ agents: { w: 150 }, tasks: { t: { parallel: true } } })).commands(
      starts(),
      checkpoints(),
    );
    const { recovery } = run.log.at(-1) as CheckpointCreated;
    expect(recovery.in_flight).toHaveLength(100);
    expect(recovery.redispatch).toBe(150);
  });
});

describe('a snapshot', () => {
  const { state } = given(plan).commands(
    starts({ input: [1, 2, 3] }),
    checkpoints(),
    fails('first'),
    completes('many[0]', { found: true }),
  );
  const written = JSON.stringify(encodeExecution(state));
  const read = (): Json => JSON.parse(written) as Json;

  test('is plain JSON: written, read and written again it is the same text', () => {
    expect(JSON.stringify(encodeExecution(restoreExecution('execution', plan, read())))).toBe(written);
  });

  test('gives back a state that is equal in every field, derived ones included', () => {
    const back = restoreExecution('execution', plan, read());
    expect([...back.seating.readyOfPool].map((queue) => [...queue])).toEqual(
      [...state.seating.readyOfPool].map((queue) => [...queue]),
    );
    expect(back.openInLayer).toEqual(state.openInLayer);
    expect({ ...back, effects: [] }).toEqual({ ...state, effects: [] });
  });

  test('holds the items in flight themselves, not copies of them', () => {
    const back = restoreExecution('execution', plan, read());
    const [item] = back.inFlight;
    expect(back.tasks[1]?.items).toContain(item);
    expect(back.seating.occupant).toContain(item);
  });

  test('of an execution that has not started is empty and comes back so', () => {
    const fresh = given(plan).state;
    expect(restoreExecution('execution', plan, encodeExecution(fresh))).toEqual(fresh);
  });

  test('names seats by their ids: it means the same where its groups stand in another order', () => {
    const groups = {
      agents: { lead: 1, w: 2 },
      tasks: { a: { agent: 'w' }, b: { agent: 'w' }, c: { agent: 'lead' } },
    };
    const before = given(aPlan(groups)).commands(starts(), completes('a'));
    const turned = aPlan({ ...groups, agents: { w: 2, lead: 1 } });
    const back = restoreExecution('execution', turned, encodeExecution(before.state));
    expect(violations(back)).toEqual([]);
    const seatsOf = ({ plan: { seats }, inFlight }: ExecutionState): readonly unknown[] =>
      Array.from(inFlight, ({ task, seat, status }) => [
        task,
        seats[seat as number]?.id,
        status.kind === 'assigned' && seats[status.seat]?.id,
      ]);
    expect(seatsOf(back)).toEqual(seatsOf(before.state));
    expect(seatsOf(back)).toHaveLength(2);
  });

  const corrupt = (message: string): unknown =>
    expect.objectContaining({ code: 'snapshot_corrupt', message });

  test('of another format is refused', () => {
    const other = { ...(read() as JsonObject), format: 99 };
    expect(() => restoreExecution('execution', plan, other)).toThrow(
      'a snapshot of execution has the format 99',
    );
  });

  test('of another definition is refused', () => {
    expect(() => restoreExecution('execution', aPlan(), read())).toThrow(
      corrupt('a snapshot of execution does not fit its definition'),
    );
  });

  test('with a seat that its definition does not have is refused', () => {
    const fewer = aPlan({ agents: { w: 1 }, tasks: { first: {}, many: { parallel: true }, last: ['many'] } });
    expect(() => restoreExecution('execution', fewer, read())).toThrow(
      corrupt('a snapshot of execution does not fit its definition: there is no seat w-1'),
    );
  });
});
