/** Why does it not run? A table: how it came to be, the code of the cause, and a sentence that names what to do. */
import { CantataError, type Cause, shardOf } from '@cantata/core';
import { answersLate, answersWith, hangs, obeys, type ScriptedAgents, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../clock/system-clock.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import { Reader } from './reader.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

interface Situation {
  readonly when: string;
  readonly agents?: (agents: ScriptedAgents) => void;
  /** Brings it about; returns the execution. */
  readonly make: (world: World, process: Process) => Promise<string>;
  readonly code: Cause['code'];
  readonly sentence: RegExp;
  /** Where the cause stands; the first one unless given. */
  readonly subject?: string;
  /** Asked from a process that has no engine. */
  readonly from?: 'elsewhere';
  readonly status: string;
}

async function started(
  world: World,
  process: Process,
  sketch: Parameters<World['workflow']>[1] = TWO,
): Promise<string> {
  const id = await world.start(process, await world.workflow(process, sketch));
  await world.clock.advance(10);
  return id;
}

const SITUATIONS: readonly Situation[] = [
  {
    when: 'its agents work',
    agents: (agents) => void agents.on('a', hangs()),
    make: (world, process) => started(world, process),
    code: 'agents_running',
    sentence: /^It is running: agents work on a\.$/,
    status: 'running',
  },
  {
    when: 'a task waits for another',
    agents: (agents) => void agents.on('a', hangs()),
    make: (world, process) => started(world, process),
    subject: 'b',
    code: 'waits_for_tasks',
    sentence: /^b waits for a \(a is running\)\.$/,
    status: 'running',
  },
  {
    when: 'a task waits for a seat',
    agents: (agents) => void agents.on('a', hangs()),
    make: (world, process) => started(world, process, { tasks: { a: [], b: [] } }),
    subject: 'b',
    code: 'waits_for_seat',
    sentence: /^b is ready and waits for a free seat of workers: workers works on a\.$/,
    status: 'running',
  },
  {
    when: 'an attempt failed and the next is due',
    agents: (agents) => void agents.on('a', throws(new Error('no'))),
    make: (world, process) => started(world, process, { tasks: { a: { retryPolicy: 'fixed' } } }),
    code: 'waits_for_retry',
    sentence: /^It waits to retry a in 990 ms\.$/,
    status: 'running',
  },
  {
    when: 'it was paused',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      await world.clock.of(process.engine.pause(id, 'ann', 'lunch'));
      return id;
    },
    code: 'paused',
    sentence: /^ann paused it .* ago \(lunch\); cantata resume \S+ continues it\.$/,
    status: 'paused',
  },
  {
    when: 'it is being cancelled and an agent does not stop',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      await world.clock.of(process.engine.cancel(id, 'ann'));
      return id;
    },
    code: 'cancelling',
    sentence:
      /^It is being cancelled \(cancelled by ann\) and waits for workers to stop, at the longest .*10 s\.$/,
    status: 'running',
  },
  {
    when: 'a task failed and the agent of another does not stop',
    make: (world, process) => {
      world.agents.on('a', throws(new Error('no'))).on('b', hangs());
      return started(world, process, { agents: { workers: 2 }, tasks: { a: [], b: [] } });
    },
    code: 'failing',
    sentence: /^It is failing \(no\) and waits for workers-2 to stop/,
    status: 'running',
  },
  {
    when: 'it failed',
    agents: (agents) => void agents.on('a', throws(new Error('no'))),
    make: (world, process) => started(world, process),
    code: 'failed',
    sentence: /^It failed in a: agent_error: no$/,
    status: 'failed',
  },
  {
    when: 'it was cancelled',
    make: async (world, process) => {
      world.agents.on('a', obeys());
      const id = await started(world, process);
      await world.clock.of(process.engine.cancel(id, 'ann', 'enough'));
      await world.clock.advance(100);
      return id;
    },
    code: 'cancelled',
    sentence: /^It was cancelled: enough\.$/,
    status: 'cancelled',
  },
  {
    when: 'it is completed',
    make: (world, process) => started(world, process),
    code: 'completed',
    sentence: /nothing is left to do/,
    status: 'completed',
  },
  {
    when: 'it is parked',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      process.parts.loop.park(id, new CantataError('store_full', 'the disk is full'));
      await world.clock.advance(100);
      return id;
    },
    code: 'parked',
    sentence:
      /^It is parked: store_full: the disk is full\. It stands still until it is resumed: cantata resume \S+\.$/,
    status: 'running',
  },
  {
    when: 'nobody is bound to an agent type',
    make: (world, process) => {
      world.agents.unbind('ghost').unbind('spectre');
      return started(world, process, {
        agents: { ghost: 1, spectre: 1 },
        tasks: { a: [], b: { agent: 'spectre' } },
      });
    },
    code: 'agent_type_unbound',
    sentence:
      /^a and b cannot start: no agent is bound to the type ghost and spectre\. Bind it in cantata\.config\.ts, then cantata resume \S+\.$/,
    status: 'running',
  },
  {
    when: 'no engine is running',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      process.kill();
      await world.clock.advance(60_000);
      return id;
    },
    from: 'elsewhere',
    code: 'not_driven',
    sentence:
      /^Nobody drives it: no engine is running, and the process that did ended after its last event 1 min ago\. cantata resume \S+ continues it\. Agents worked on a; that is handed out again then\.$/,
    status: 'running',
  },
  {
    when: 'another engine took over and was not asked to carry it on',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      process.kill();
      await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      return id;
    },
    from: 'elsewhere',
    code: 'not_driven',
    sentence: /^Nobody drives it: the engine that is running has not taken it over/,
    status: 'running',
  },
  {
    when: 'another engine was asked to carry it on, and it only waits',
    agents: (agents) => void agents.on('a', throws()),
    make: async (world, process) => {
      const id = await started(world, process, {
        tasks: {
          a: {
            retryPolicy: { attempts: 2, backoff: 'fixed', initialMs: 600_000, capMs: 600_000, jitter: 0 },
          },
        },
      });
      process.kill();
      await world.clock.advance(20_000);
      const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      await world.clock.of(second.engine.recover(id));
      await world.clock.settle();
      return id;
    },
    from: 'elsewhere',
    code: 'waits_for_retry',
    sentence: /^It waits to retry a in 9 min 40 s\.$/,
    status: 'running',
  },
  {
    when: 'a command waits for it',
    make: async (world, process) => {
      world.agents.on('a', hangs());
      const id = await started(world, process);
      process.kill();
      await (await world.store()).inbox.post([
        {
          id: world.clock.id(),
          tenant: 'default',
          entity: id,
          shard: shardOf(id),
          at: world.clock.now() - 5_000,
          type: 'cancel',
          causation: '',
          actor: 'bob',
          traceparent: null,
          replies: true,
          data: '{}',
        },
      ]);
      return id;
    },
    from: 'elsewhere',
    subject: 'last',
    code: 'command_waiting',
    sentence: /^1 command\(s\) wait to be dealt with, the oldest \(cancel\) for 5 s\.$/,
    status: 'running',
  },
];

describe.each(STORES)('why, on the %s store', (_, share) => {
  it.each(SITUATIONS)('is said when $when', ({ agents, make, code, sentence, subject, from, status }) =>
    inWorld(share, async (world) => {
      const process = await world.process();
      agents?.(world.agents);
      const id = await make(world, process);
      const { plans, codec, log } = process.parts;
      const elsewhere = new Reader({ store: await world.store(), plans, codec, clock: world.clock, log });
      const reader = from === 'elsewhere' ? elsewhere : process.engine.reader;
      const causes = await reader.why(id);
      const cause =
        subject === undefined
          ? causes[0]
          : subject === 'last'
            ? causes.at(-1)
            : causes.find((one) => one.subject === subject);
      expect(cause).toMatchObject({ code, sentence: expect.stringMatching(sentence) });
      expect(await reader.status(id)).toMatchObject({
        status,
        parked: code === 'parked' ? expect.any(String) : null,
      });
    })(),
  );

  it(
    'is said of who has not begun, because there is no room for it',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(10_000));
      const process = await world.process({
        settings: { capacity: { maxExecutions: 1 }, allocationTimeoutMs: 60_000 },
      });
      const workflow = await world.workflow(process, { tasks: { a: [] } });
      await world.start(process, workflow);
      const starting = process.engine.start({ workflow, input: null, by: 'ann', waits: true });
      await world.clock.advance(1_000);
      const store = await world.store();
      const [queued] = (await store.log.readEntity('pool/executions', 1, 1)).map(({ data }) => data);
      const { execution } = JSON.parse(queued ?? '{}') as { readonly execution: string };
      expect(await process.engine.reader.why(execution)).toMatchObject([
        {
          subject: 'execution',
          code: 'waits_for_capacity',
          sentence: `It waits to begin as an execution of ${workflow.name}, until there is room for it: 1 of 1 executions run; it is the next one. It gives up in 59 s.`,
        },
      ]);
      expect(await world.clock.of(starting, 30_000)).toBe(execution);
      expect((await process.engine.reader.why(execution))[0]).toMatchObject({ code: 'agents_running' });
    }),
  );

  it(
    'of what nobody drives says nothing that would need somebody who does, and keeps what holds of its tasks',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs()).on('f', throws());
      const first = await world.process();
      const id = await started(world, first, { tasks: { a: [], b: ['a'] } });
      await world.clock.of(first.engine.cancel(id, 'ann', 'enough'));
      const failing = await started(world, first, { agents: { w: 2 }, tasks: { a: [], f: [] } });
      first.kill();
      await world.clock.advance(60_000);
      const { plans, codec, log } = first.parts;
      const reader = new Reader({ store: await world.store(), plans, codec, clock: world.clock, log });
      expect(await reader.why(id)).toMatchObject([
        { code: 'not_driven', sentence: expect.stringMatching(/ It was being cancelled \(enough\)\.$/) },
        { subject: 'b', code: 'given_up' },
      ]);
      expect((await reader.why(failing))[0]?.sentence).toMatch(/ It was failing \(it threw\)\.$/);
    }),
  );

  it(
    'does not say that nobody drives it when this engine has it in hand and nothing happened since',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        throws(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await started(world, first, { tasks: { a: { retryPolicy: 'fixed' } } });
      first.kill();
      const second = await world.process({ isDead: () => true });
      await world.clock.advance(100);
      expect((await second.engine.reader.why(id))[0]).toMatchObject({ code: 'waits_for_retry' });
    }),
  );

  it(
    'is asked from a process whose engine does not own the shards, or whose owner has an id of its own make',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(60_000));
      const owner = await world.process();
      const client = await world.process();
      const id = await started(world, owner);
      expect((await client.engine.reader.why(id))[0]).toMatchObject({ code: 'agents_running' });
      await owner.store.fence({ id: 'the-big-machine', host: 'x', pid: 1 }, 600_000);
      expect((await client.engine.reader.why(id))[0]).toMatchObject({ code: 'agents_running' });
    }),
  );

  it(
    'and everything else is told for what exists, and only for executions',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { executionId: id, workflowId } = await world.run(process, TWO);
      const { reader } = process.engine;
      const missing = { code: 'execution_not_found' };
      for (const name of ['nobody', `admission/${workflowId}`]) {
        await expect(reader.row(name)).rejects.toMatchObject(missing);
        await expect(reader.status(name)).rejects.toMatchObject(missing);
        await expect(reader.why(name)).rejects.toMatchObject(missing);
        await expect(reader.events(name)).rejects.toMatchObject(missing);
      }
      expect(await reader.list({ limit: 5 })).toMatchObject([{ executionId: id }]);
      const events = await reader.events(id);
      expect(events.map(({ event, sequence }) => `${sequence} ${event}`)).toEqual(
        (await world.log(id)).map((type, n) => `${n + 1} ${type}`),
      );
      expect(events[0]).toMatchObject({ workflow_id: workflowId, execution_id: id, actor: 'ann' });
      expect((await reader.events(id, 3, 2)).map(({ sequence }) => sequence)).toEqual([4, 5]);
    }),
  );

  it(
    'is told by the row of what cannot be read, and by nothing where the store cannot be read for a moment',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const id = await started(world, process);
      process.store.refuse('log.readEntity', 'store_corrupt', { times: 100 });
      const unreadable = {
        code: 'parked',
        sentence: expect.stringMatching(
          /^It cannot be read, so nobody can go on with it: store_corrupt: .*cantata cancel .* ends it\.$/,
        ),
      };
      expect(await process.engine.reader.why(id)).toMatchObject([unreadable]);
      // The process that has it in memory need not read it.
      const beside = await world.process();
      beside.store.refuse('log.readEntity', 'store_corrupt', { times: 100 });
      expect(await beside.engine.reader.status(id)).toMatchObject({
        status: 'running',
        tasks: [],
        parked: expect.stringMatching(/^store_corrupt: /),
      });
      process.parts.loop.park(id, new CantataError('store_corrupt', 'a hole'));
      await world.clock.advance(100);
      expect(await process.engine.reader.why(id)).toMatchObject([
        { code: 'parked', sentence: expect.stringContaining('a hole') },
      ]);
      process.store.heal();
      process.store.refuse('log.readEntity', 'store_busy', { times: 100 });
      await expect(process.engine.reader.why(id)).rejects.toMatchObject({ code: 'store_busy' });
    }),
  );
});

it('the real clock gives ids whose time tells when a process began', () => {
  const clock = createSystemClock();
  const at = Number.parseInt(clock.id().replaceAll('-', '').slice(0, 12), 16);
  expect(Math.abs(at - Date.now())).toBeLessThan(1_000);
});
