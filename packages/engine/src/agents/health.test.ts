/** How the agents of each type are doing, as the engine that asks them tells it. */
import { answersLate, hangs, reports, VIRTUAL_START } from '@cantata/testing';
import { expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';

const [[, share]] = STORES as [(typeof STORES)[number]];
const NOTHING = { succeeded: 0, failed: 0, timedOut: 0, lost: 0, running: 0 };
const closed = { status: 'closed', failures: 0 };

it(
  'says how the attempts of each type ended, how long they took, and how many run',
  inWorld(share, async (world) => {
    world.agents
      .on('a', answersLate(100))
      .on('b', reports({ code: 'busy', message: 'come back later' }), answersLate(300))
      .on('c', hangs(), answersLate(10_000))
      .unbind('nobody');
    const process = await world.process();
    const tasks = {
      a: {},
      b: { dependsOn: ['a'], retryPolicy: 'fixed' as const },
      c: { agent: 'slow', dependsOn: ['b'], retryPolicy: 'fixed' as const, timeoutMs: 20_000 },
    };
    const agents = { workers: { type: 'worker' }, slow: { type: 'slow' }, nobody: { type: 'nobody' } };
    const id = await world.start(process, await world.workflow(process, { agents, tasks }));
    await world.clock.advance(25_000);
    const rows = await world.clock.of(process.engine.agents());
    expect(rows).toMatchObject([
      { agentType: 'nobody', bound: false, circuit: closed, waiting: 0, here: NOTHING },
      {
        agentType: 'slow',
        bound: true,
        here: {
          ...NOTHING,
          timedOut: 1,
          running: 1,
          meanMs: undefined,
          lastError: { code: 'task_timed_out' },
        },
      },
      {
        agentType: 'worker',
        bound: true,
        here: { ...NOTHING, succeeded: 2, failed: 1, meanMs: 400 / 3, lastMs: 300 },
      },
    ]);
    expect(rows[2]?.here?.lastError).toEqual({
      code: 'busy',
      message: 'come back later',
      at: VIRTUAL_START + 100,
    });
    await world.ended(process, id);
  }),
);

it(
  'counts what was lost with another process, and nothing of what was stopped',
  inWorld(share, async (world) => {
    world.agents.on('a', hangs());
    const first = await world.process();
    const id = await world.start(
      first,
      await world.workflow(first, { agents: { workers: { type: 'worker' } } }),
    );
    await world.clock.advance(10);
    first.kill();
    const second = await world.process({ isDead: () => true });
    await world.clock.advance(1_000);
    expect(await world.clock.of(second.engine.agents())).toMatchObject([
      { here: { ...NOTHING, lost: 1, running: 1 } },
    ]);
    await world.clock.of(second.engine.cancel(id, 'ann'));
    await world.ended(second, id);
    expect(await world.clock.of(second.engine.agents())).toMatchObject([{ here: { ...NOTHING, lost: 1 } }]);
  }),
);

it(
  'says of an open circuit since when it is open, when it is tried, by whom, and who waits',
  inWorld(share, async (world) => {
    world.agents.on('a', reports(), hangs());
    const process = await world.process();
    const sketch = {
      agents: { workers: { type: 'worker', count: 2 } },
      tasks: { a: { parallel: true, retryPolicy: 'fixed' as const } },
      faultTolerance: { circuitBreaker: { failureThreshold: 2, timeoutSeconds: 10 } },
    };
    const id = await world.start(process, await world.workflow(process, sketch));
    await world.clock.advance(2_000);
    const since = VIRTUAL_START;
    const circuit = { status: 'open', since, until: since + 10_000 };
    expect(await world.clock.of(process.engine.agents())).toMatchObject([{ circuit, waiting: 2 }]);
    await world.clock.advance(9_000);
    expect(await world.clock.of(process.engine.agents())).toMatchObject([
      {
        circuit: {
          status: 'half_open',
          until: since + 20_000,
          probe: { execution: id, task: 'a', item: 0, attempt: 2 },
        },
        waiting: 1,
      },
    ]);
    await world.clock.of(process.engine.cancel(id, 'ann'));
    await world.ended(process, id);
  }),
);
