/** Agents that fail, and the circuit breakers that keep attempts away from them. */
import { answers, answersLate, hangs, type Line, reports, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const faultTolerance = { circuitBreaker: { failureThreshold: 3, timeoutSeconds: 10 } };
/** Three items at a time, of an agent that may be tried as often as somebody likes. */
const MANY = {
  agents: { workers: { type: 'worker', count: 3 } },
  tasks: { a: { parallel: true, retryPolicy: 'fixed' as const } },
  faultTolerance,
};
const BREAKER = 'breaker/default/worker';

/** Fails until a time, and then no more. */
const failsUntil =
  (at: number): Line =>
  async (assignment, context, clock) =>
    clock.now() < at ? reports()(assignment, context, clock) : { kind: 'completed', output: 'well' };

async function circuitIn(world: World): Promise<readonly string[]> {
  return (await world.log(BREAKER)).filter((type) => type.startsWith('agent.circuit'));
}

const startsMany = async (world: World, process: Process): Promise<string> =>
  world.start(process, await world.workflow(process, MANY));

describe.each(STORES)('a circuit breaker on the %s store', (_, share) => {
  it(
    'is told nothing of agents that are well',
    inWorld(share, async (world) => {
      const process = await world.process();
      await world.run(process, MANY);
      expect(await world.log(BREAKER)).toEqual([]);
    }),
  );

  it(
    'is told of failures, and of the first answer after them',
    inWorld(share, async (world) => {
      world.agents.on('a', reports(), answers(1), answers(2));
      const process = await world.process();
      const one = { ...MANY, tasks: { a: { retryPolicy: 'fixed' as const }, b: ['a'] } };
      await world.run(process, one);
      expect(await world.log(BREAKER)).toEqual(['breaker.failures_counted', 'breaker.failures_counted']);
      await world.run(process, { ...one, tasks: { b: [] } });
      expect(await world.log(BREAKER)).toHaveLength(2);
    }),
  );

  it(
    'opens after so many failures in a row; then one attempt tries for all, and all go on when it succeeds',
    inWorld(share, async (world) => {
      const since = world.clock.now();
      world.agents.otherwise(failsUntil(since + 5_000));
      const process = await world.process();
      const id = await startsMany(world, process);
      await world.clock.advance(9_000);
      expect(world.agents.performances).toHaveLength(3);
      expect(await circuitIn(world)).toEqual(['agent.circuit_opened']);
      const causes = await world.clock.of(process.engine.reader.why(id));
      expect(causes.map(({ sentence }) => sentence)).toContain(
        'a[0] waits for the circuit breaker of worker. Agents of the type worker failed too often; ' +
          'one attempt tries them in 1 s; it is the next one.',
      );
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(await circuitIn(world)).toEqual([
        'agent.circuit_opened',
        'agent.circuit_half_opened',
        'agent.circuit_closed',
      ]);
      const later = world.agents.performances.slice(3);
      expect(later).toHaveLength(3);
      expect(later.map(({ at }) => at - since)).toEqual([10_000, 10_000, 10_000]);
      expect(world.agents.performances.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2]);
    }),
  );

  it(
    'opens again when the one that tries fails',
    inWorld(share, async (world) => {
      const since = world.clock.now();
      world.agents.otherwise(failsUntil(since + 15_000));
      const process = await world.process();
      const id = await startsMany(world, process);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.performances.map(({ at }) => at - since)).toEqual([
        0, 0, 0, 10_000, 20_000, 20_000, 20_000,
      ]);
    }),
  );

  it(
    'counts attempts that take too long and agents that are silent, and not what agents mean',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs(), reports({ retry: 'never' }));
      const process = await world.process();
      const bounds = {
        timeoutMs: 50,
        retryPolicy: 'fixed' as const,
        onFailure: { kind: 'continue' as const },
      };
      await world.run(process, { ...MANY, tasks: { a: bounds } });
      expect(await world.log(BREAKER)).toEqual(['breaker.failures_counted', 'breaker.failures_counted']);
    }),
  );

  it(
    'is survived by who waits for it: the next process asks nobody before its time',
    inWorld(share, async (world) => {
      const since = world.clock.now();
      world.agents.otherwise(failsUntil(since + 5_000));
      const first = await world.process();
      const id = await startsMany(world, first);
      await world.clock.advance(2_000);
      first.kill();
      const second = await world.process({ isDead: () => true });
      const other = await startsMany(world, second);
      await world.clock.advance(1_000);
      expect(world.agents.performances).toHaveLength(3);
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      expect(await world.ended(second, other)).toMatchObject({ status: 'completed' });
      expect(world.agents.performances.slice(3).every(({ at }) => at - since >= 10_000)).toBe(true);
    }),
  );

  it(
    'lets somebody else try when the process of who tried is gone',
    inWorld(share, async (world) => {
      const since = world.clock.now();
      world.agents.on('a', reports(), hangs(), answers(1)).on('b', reports(), answers(2));
      const process = await world.process();
      const two = {
        ...MANY,
        faultTolerance: { circuitBreaker: { failureThreshold: 2, timeoutSeconds: 10 } },
      };
      const tasks = { a: { retryPolicy: 'fixed' as const }, b: { retryPolicy: 'fixed' as const } };
      const id = await world.start(process, await world.workflow(process, { ...two, tasks }));
      await world.clock.advance(10_500);
      expect(world.agents.performances.map(({ at }) => at - since)).toEqual([0, 0, 10_000]);
      process.kill();
      const second = await world.process({ isDead: () => true });
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.performances).toHaveLength(5);
    }),
  );

  it(
    'sends work to agents that can do the same, until its own are tried and found well',
    inWorld(share, async (world) => {
      const since = world.clock.now();
      const broken = failsUntil(since + 5_000);
      world.agents.otherwise((assignment, context, clock) =>
        assignment.agentType === 'worker'
          ? broken(assignment, context, clock)
          : answers('stood in')(assignment, context, clock),
      );
      const process = await world.process();
      const able = { capabilities: ['work'] };
      const agents = { workers: { type: 'worker', ...able }, others: { type: 'other', ...able } };
      const chain = Object.fromEntries(
        Array.from({ length: 6 }, (_, n) => [
          `t${n}`,
          { agent: 'workers', retryPolicy: 'fixed' as const, dependsOn: n === 0 ? [] : [`t${n - 1}`] },
        ]),
      );
      world.agents.on('t4', answersLate(11_000));
      await world.run(process, { agents, tasks: chain, faultTolerance });
      expect(world.agents.performances.map(({ place, seat }) => `${place} ${seat}`)).toEqual([
        't0 workers',
        't0 workers',
        't0 workers',
        't0 others',
        't1 others',
        't2 others',
        't3 others',
        't4 others',
        't5 workers',
      ]);
      expect(await circuitIn(world)).toEqual([
        'agent.circuit_opened',
        'agent.circuit_half_opened',
        'agent.circuit_closed',
      ]);
    }),
  );

  it(
    'goes by what it can, where a breaker cannot be read',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, { ...MANY, tasks: { a: { timeoutMs: 60_000 } } });
      process.store.refuse('log.snapshot', 'store_unavailable', { when: (of) => of === BREAKER });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(process.logged.map(({ message }) => message)).toContain('a circuit breaker could not be read');
    }),
  );

  it(
    'does not keep undoing from being tried',
    inWorld(share, async (world) => {
      world.agents.on('a', answers('paid')).on('b', throws());
      const process = await world.process();
      const tasks = {
        a: { compensate: { who: { kind: 'group' as const, group: 'workers' } } },
        b: { dependsOn: ['a'], retryPolicy: 'fixed' as const },
      };
      const once = { circuitBreaker: { failureThreshold: 1, timeoutSeconds: 3_600 } };
      const id = await world.start(
        process,
        await world.workflow(process, { ...MANY, tasks, faultTolerance: once }),
      );
      await world.clock.advance(2_000);
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await world.ended(process, id)).toMatchObject({ status: 'compensated' });
    }),
  );
});
