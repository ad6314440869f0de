/** What agents may do to an engine: anything. */
import type { AgentDirectory, AgentOutcome, Json } from '@cantata/core';
import { aComputed, answers, answersWith, Cue, hangs, type Line, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';

class Money {
  amount = 1;
}
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;
const deep = (levels: number): unknown => (levels === 0 ? 0 : [deep(levels - 1)]);
const trapped = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error('keep out');
    },
  },
);
let looks = 0;
const shifty = {
  get value() {
    looks += 1;
    return looks % 2 === 1 ? 1 : 1n;
  },
};

const BAD_OUTPUTS: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'output_missing'],
  ['a function', () => 1, 'output_not_json'],
  ['a function inside', { f() {} }, 'output_not_json'],
  ['a cycle', cycle, 'output_not_json'],
  ['a BigInt', { n: 1n }, 'output_not_json'],
  ['NaN', [Number.NaN], 'output_not_json'],
  ['a Date', new Date(0), 'output_not_json'],
  ['a Map', new Map([[1, 2]]), 'output_not_json'],
  ['an object of a class', new Money(), 'output_not_json'],
  ['a symbol', Symbol('s'), 'output_not_json'],
  ['a NUL character', 'a\u0000b', 'output_not_json'],
  ['a hole', [1, undefined, 2], 'output_not_json'],
  ['what is nested too deep', deep(65), 'output_not_json'],
  ['a text of 50 MB', 'x'.repeat(50 * 1_048_576), 'output_too_large'],
  ['a list of 50 MB', Array.from({ length: 50 }, () => 'x'.repeat(1_048_576)), 'output_too_large'],
  ['a proxy that objects', trapped, 'output_not_json'],
  ['a value that changes while it is looked at', shifty, 'output_not_json'],
];

const BAD_OUTCOMES: readonly (readonly [string, Line, string | RegExp])[] = [
  ['throws an error without a message', throws(new Error('')), 'agent_error: Error'],
  ['throws a text', throws('just text'), 'agent_error: just text'],
  ['throws an empty text', throws(''), 'agent_error: an empty string was thrown'],
  ['throws null', throws(null), 'agent_error: null was thrown'],
  ['throws undefined', throws(undefined), 'agent_error: undefined was thrown'],
  ['throws an object', throws({ problem: 42 }), 'agent_error: {"problem":42}'],
  ['throws what refuses to be text', throws(Object.create(null)), 'agent_error: {}'],
  ['throws a symbol', throws(Symbol('s')), 'agent_error: Symbol(s) was thrown'],
  ['throws a cycle', throws(cycle), 'agent_error: something unprintable (object) was thrown'],
  ['throws a novel', throws(new Error('x'.repeat(10_000))), /^agent_error: x{2000}$/],
  ['throws a NUL character', throws(new Error('a\u0000b')), 'agent_error: a\uFFFDb'],
  [
    'throws an error whose message is none',
    throws(Object.assign(new Error('x'), { message: 42 })),
    'agent_error: 42',
  ],
  [
    'throws at once instead of rejecting',
    () => {
      throw new Error('at once');
    },
    'agent_error: at once',
  ],
  ['returns an error', async () => new Error('returned') as unknown as AgentOutcome, 'agent_error: returned'],
  [
    'gives no outcome',
    async () => undefined as unknown as AgentOutcome,
    /^agent_error: the agent gave no outcome/,
  ],
  ['gives null', async () => null as unknown as AgentOutcome, /^agent_error: the agent gave no outcome/],
  [
    'gives something else',
    async () => ({ kind: 'maybe' }) as unknown as AgentOutcome,
    /^agent_error: the agent gave no outcome/,
  ],
  [
    'fails without an error',
    async () => ({ kind: 'failed' }) as unknown as AgentOutcome,
    'agent_error: the agent failed and did not say why',
  ],
  [
    'fails with fields of other types',
    async () =>
      ({
        kind: 'failed',
        error: { code: 7, message: {}, retry: 'maybe', detail: 1n },
      }) as unknown as AgentOutcome,
    'agent_error: the agent failed and did not say why',
  ],
  [
    'fails with a code of its own',
    async () => ({ kind: 'failed', error: { code: 'card_declined', message: 'no money' } }),
    'card_declined: no money',
  ],
];

describe.each(STORES)('items that are added, on the %s store,', (_, share) => {
  it(
    'come from an agent with its answer and from an operator',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('each[0]', async () => ({
        kind: 'completed',
        output: 0,
        directives: [{ kind: 'add_items', task: 'each', items: ['b'] }],
      }));
      world.agents.on('each[1]', cue.line);
      const process = await world.process();
      const forEach = aComputed(() => ['a']);
      const workflow = await world.workflow(process, { tasks: { each: { parallel: true, forEach } } });
      const id = await world.start(process, workflow);
      const adds = (task: string, items: readonly Json[]) =>
        world.clock.of(process.engine.operate(id, { type: 'items.add', task, items }, 'ann'));
      await adds('each', ['c']);
      await expect(adds('none', [1])).rejects.toThrow('there is no task none');
      cue.answer(1);
      await world.clock.of(process.engine.ended(id));
      expect(world.agents.performances.map(({ input }) => input)).toEqual(['a', 'b', 'c']);
    }),
  );

  it(
    'fail the turn where they are none',
    inWorld(share, async (world) => {
      const directives = ['now'] as never;
      world.agents.on('bad', async () => ({ kind: 'completed', output: 0, directives }));
      expect(await world.run(await world.process(), { tasks: { bad: [] } })).toMatchObject({
        status: 'failed',
        reason: 'directive_invalid: the agent asks for null, and no directive is called so',
      });
    }),
  );
});

describe.each(STORES)('agents and the %s store', (_, share) => {
  it.each(BAD_OUTPUTS)('returning %s fail their task, and nothing else', (__, output, code) =>
    inWorld(share, async (world) => {
      world.agents.on('bad', answers(output));
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { bad: { retryPolicy: 'fixed' } } });
      const good = await world.workflow(process, { tasks: { good: [] } });
      const ids = [await world.start(process, workflow), await world.start(process, good)];
      const rows = await world.clock.of(Promise.all(ids.map((id) => process.engine.ended(id))));
      expect(rows).toMatchObject([
        { status: 'failed', reason: expect.stringMatching(new RegExp(`^${code}: `)) },
        { status: 'completed' },
      ]);
      // The same output would come again: nobody asks for it.
      expect(world.agents.at('bad')).toHaveLength(1);
      expect(process.engine.gauges).toMatchObject({ attempts: 0, parked: 0 });
    })(),
  );

  it(
    'are not waited for, nor kept in mind, when they do not stop as they are told',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs()).on('b', hangs());
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { agents: { worker: 2 }, tasks: { a: [], b: [] } }),
      );
      await world.clock.of(
        process.engine.operate(id, { type: 'task.cancel', task: 'a', extent: 'task' }, 'ann'),
      );
      await world.clock.advance(9_000);
      expect(process.engine.gauges.attempts).toBe(2);
      await world.clock.advance(2_000);
      expect(process.engine.gauges.attempts).toBe(1);
    }),
  );

  it(
    'returning 50 MB cost no more than the limit',
    inWorld(share, async (world) => {
      const output = Array.from({ length: 50 }, () => 'x'.repeat(1_048_576));
      world.agents.on('bad', answers(output));
      const process = await world.process();
      const began = performance.now();
      await world.run(process, { tasks: { bad: [] } });
      expect(performance.now() - began).toBeLessThan(500);
      expect((await process.engine.reader.list({ limit: 1 }))[0]?.reason).toBe(
        'output_too_large: the output at [0] is larger than 1 MiB',
      );
    }),
  );

  it.each(BAD_OUTCOMES)('that %s fail their task with a sentence', (__, line, reason) =>
    inWorld(share, async (world) => {
      world.agents.on('bad', line);
      const process = await world.process();
      const row = await world.run(process, { tasks: { bad: [] } });
      expect(row).toMatchObject({ status: 'failed', parked: false });
      if (typeof reason === 'string') expect(row.reason).toBe(reason);
      else expect(row.reason).toMatch(reason);
    })(),
  );

  it(
    'may change what they returned, and were given, without an effect',
    inWorld(share, async (world) => {
      const output: { list: Json[] } = { list: [1] };
      world.agents.on('a', answers(output));
      world.agents.on('b', async (assignment) => {
        output.list.push('changed after returning');
        return { kind: 'completed', output: assignment.input };
      });
      const input = { text: 'as it was' };
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const starting = process.engine.start({ workflow, input, by: 'ann' });
      input.text = 'changed after starting';
      const id = await world.clock.of(starting);
      await world.ended(process, id);
      expect(world.agents.at('a')[0]?.input).toEqual({ text: 'as it was' });
      expect(world.agents.at('b')[0]?.input).toEqual({ list: [1] });
      const status = await process.engine.reader.status(id);
      expect(status).toMatchObject({ input: { text: 'as it was' }, output: { list: [1] } });
    }),
  );

  it(
    'are counted by what they used, as far as it can be added up',
    inWorld(share, async (world) => {
      const used = [
        { tokens: 10, cost: 0.5 },
        { tokens: Number.NaN, cost: -1 },
        { tokens: '7' },
        null,
        'much',
        { tokens: 5 },
      ];
      const lines = used.map(
        (usage): Line =>
          async () =>
            ({ kind: 'completed', output: null, usage }) as AgentOutcome,
      );
      const tasks = Object.fromEntries(used.map((__, n) => [`t${n}`, []]));
      lines.forEach((line, n) => void world.agents.on(`t${n}`, line));
      const process = await world.process();
      const { executionId } = await world.run(process, { tasks });
      const { performance_metrics: metrics } = await process.engine.reader.status(executionId);
      expect(metrics).toMatchObject({ tokens: 15, cost: 0.5, turns: used.length });
    }),
  );

  it(
    'may be reached by a directory that throws: the attempt is handed out again',
    inWorld(share, async (world) => {
      let asked = 0;
      const agents: AgentDirectory = {
        where: 'a file',
        find(type) {
          asked += 1;
          if (asked === 1) throw new Error('the directory is upside down');
          return world.agents.find(type);
        },
      };
      const process = await world.process({ agents });
      expect(await world.run(process, { tasks: { a: [] } })).toMatchObject({ status: 'completed' });
      expect(process.logged.map(({ message }) => message)).toContain(
        'an effect could not be performed: dispatch',
      );
    }),
  );

  it(
    'tell what they do to whoever listens, and are not hurt by one who throws',
    inWorld(share, async (world) => {
      const late: (() => void)[] = [];
      world.agents.on('a', async (__, { progress, log }) => {
        progress({ fraction: 0.5, note: 'half' });
        log('info', 'going on', { n: 1 });
        log('warn', 'nearly there');
        late.push(() => progress({ fraction: 1 }));
        return { kind: 'completed', output: null };
      });
      const process = await world.process();
      const heard: unknown[] = [];
      process.engine.live.subscribe(() => {
        throw new Error('a bug of the listener');
      });
      const stop = process.engine.live.subscribe((frame) => void heard.push(frame));
      const { executionId } = await world.run(process, { tasks: { a: [] } });
      const from = { executionId, task: 'a', item: undefined, seat: 'workers' };
      expect(heard).toEqual([
        { ...from, kind: 'progress', progress: { fraction: 0.5, note: 'half' } },
        { ...from, kind: 'log', level: 'info', message: 'going on', fields: { n: 1 } },
        { ...from, kind: 'log', level: 'warn', message: 'nearly there' },
      ]);
      expect(process.logged.filter(({ message }) => /listener of live frames/.test(message))).toHaveLength(3);
      // What is said after the answer is not told any more, nor after one stopped listening.
      for (const say of late) say();
      stop();
      await world.run(process, { tasks: { a: [] } });
      expect(heard).toHaveLength(3);
    }),
  );

  it(
    'are given their input, their place and who they are',
    inWorld(share, async (world) => {
      const seen: unknown[] = [];
      world.agents.on('split', answers(['x', 'y', 'z']));
      world.agents.on('work', async (assignment) => {
        const {
          task,
          item,
          items,
          seat,
          agentType,
          attempt,
          assignment: number,
          input,
          workflowInput,
          outputs,
        } = assignment;
        const { executionId, workflowName, idempotencyKey, deadline, workflowId } = assignment;
        seen.push({
          task,
          item,
          items,
          seat,
          agentType,
          attempt,
          number,
          input,
          workflowInput,
          outputs,
          workflowName,
        });
        seen.push({
          key: idempotencyKey.replace(executionId, '*'),
          leftMs: (deadline ?? 0) - world.clock.now(),
          workflowId,
        });
        return { kind: 'completed', output: null };
      });
      const process = await world.process();
      const workflow = await world.workflow(process, {
        agents: { boss: 1, workers: { count: 3, type: 'worker_agent' } },
        tasks: {
          split: [],
          work: { dependsOn: ['split'], parallel: true, agent: 'workers', timeoutMs: 9_000 },
        },
      });
      await world.ended(process, await world.start(process, workflow, { input: { q: 1 } }));
      expect(seen.slice(2, 4)).toEqual([
        {
          task: 'work',
          item: 1,
          items: 3,
          seat: 'workers-2',
          agentType: 'worker_agent',
          attempt: 1,
          number: 1,
          input: 'y',
          workflowInput: { q: 1 },
          outputs: { split: ['x', 'y', 'z'] },
          workflowName: workflow.name,
        },
        { key: '*/work[1]#1.1/perform', leftMs: 9_000, workflowId: workflow.workflowId },
      ]);
    }),
  );
});

describe.each(STORES)('an agent type nobody is bound to, on the %s store', (_, share) => {
  it(
    'makes the run wait and say which file binds it; others go on',
    inWorld(share, async (world) => {
      world.agents.unbind('ghost');
      const process = await world.process();
      const workflow = await world.workflow(process, { agents: { ghost: 1 }, tasks: { a: [], b: ['a'] } });
      const id = await world.start(process, workflow);
      expect(await world.run(process, { tasks: { c: [] } })).toMatchObject({ status: 'completed' });
      await world.clock.advance(60_000);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      expect(process.engine.unboundTypes(id)).toEqual(['ghost']);
      expect(process.engine.unboundTypes('of another')).toEqual([]);
      expect(process.engine.gauges).toMatchObject({ unbound: 1, attempts: 0 });
      expect(process.logged.filter(({ level }) => level === 'error')).toEqual([
        {
          level: 'error',
          message: 'no agent is bound to the type ghost; bind it in cantata.config.ts',
          fields: { execution: id, task: 'a' },
        },
      ]);
    }),
  );

  it(
    'is handed its attempt when a process comes that binds it, and no attempt was lost meanwhile',
    inWorld(share, async (world) => {
      world.agents.unbind('ghost');
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, { agents: { ghost: 1 } }));
      for (let n = 0; n < 6; n++) {
        const next = await world.process({ isDead: () => true });
        await world.clock.advance(1_000);
        next.kill();
      }
      first.kill();
      world.agents.bind('ghost');
      const last = await world.process({ isDead: () => true });
      expect(await world.ended(last, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('a').map(({ assignment }) => assignment)).toEqual([2]);
    }),
  );

  it(
    'is found when the reconciler looks again after it was bound in the same process',
    inWorld(share, async (world) => {
      world.agents.unbind('ghost');
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, { agents: { ghost: 1 } }));
      await world.clock.advance(10_000);
      world.agents.bind('ghost');
      await world.clock.of(process.engine.recover(id));
      process.parts.loop.abandon();
      await world.clock.of(process.engine.recover(id));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(process.engine.gauges).toMatchObject({ unbound: 0 });
    }),
  );

  it(
    'leaves nothing behind when the attempt times out or is cancelled',
    inWorld(share, async (world) => {
      world.agents.unbind('ghost');
      const process = await world.process();
      const workflow = await world.workflow(process, {
        agents: { ghost: 1 },
        tasks: { a: { timeoutMs: 1_000, retryPolicy: 'fixed' } },
      });
      const id = await world.start(process, workflow);
      expect(await world.ended(process, id)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^task_timed_out/),
      });
      expect(process.engine.gauges.unbound).toBe(0);
      const other = await world.start(process, await world.workflow(process, { agents: { ghost: 1 } }));
      expect(process.engine.gauges.unbound).toBe(1);
      await world.clock.of(process.engine.cancel(other, 'ann'));
      expect(await world.ended(process, other)).toMatchObject({ status: 'cancelled' });
      expect(process.engine.gauges.unbound).toBe(0);
    }),
  );
});

describe.each(STORES)('an engine that is full, on the %s store', (_, share) => {
  it(
    'tells callers that it is busy, and still takes answers',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        answersWith(() => null),
      );
      const process = await world.process({ settings: { maxQueuedInputs: 3 } });
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const starts = Array.from({ length: 10 }, () =>
        process.engine.start({ workflow, input: null, by: 'ann' }),
      );
      const outcomes = await world.clock.of(Promise.allSettled(starts));
      const busy = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(outcomes.length - busy.length).toBe(3);
      expect(busy[0]).toMatchObject({ reason: { code: 'engine_busy' } });
      await world.clock.advance(1_000);
      expect(world.agents.performances).toHaveLength(6);
    }),
  );

  it(
    'counts those who wait for an entity to be read',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process({ settings: { maxQueuedInputs: 2 } });
      const workflow = await world.workflow(process);
      process.store.delay('log.readEntity', 1_000);
      const starts = [0, 1, 2].map(() => process.engine.start({ workflow, input: null, by: 'ann' }));
      const outcomes = Promise.allSettled(starts);
      await world.clock.advance(500);
      expect(process.engine.gauges.queued).toBe(2);
      await expect(
        world.clock.of(process.engine.start({ workflow, input: null, by: 'ann' })),
      ).rejects.toMatchObject({ code: 'engine_busy' });
      expect((await world.clock.of(outcomes)).map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
      ]);
      expect(process.engine.gauges.queued).toBe(0);
    }),
  );
});
