/** Large values on their way: from callers and agents into blobs, and back to decisions, agents and people. */
import { type Json, MAX_INLINE_BYTES, type StoredBlob } from '@cantata/core';
import { aComputed, answers, answersWith, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import { RecentValues } from './recent-values.ts';

const LARGE = 'x'.repeat(MAX_INLINE_BYTES);
const CHAIN = { tasks: { a: [], b: ['a'] } } as const;

/** What the log and the newest snapshot of an entity hold, as text. */
async function written(world: World, id: string): Promise<string> {
  const { log } = await world.store();
  const rows = await log.readEntity(id, 0, 10_000);
  return [...rows.map(({ data }) => data), (await log.snapshot(id))?.state ?? ''].join('\n');
}

async function held(world: World, id: string): Promise<readonly Json[]> {
  const { blobs } = await world.store();
  const found = await blobs.read(await blobs.heldBy(id));
  return found.map(({ data }) => JSON.parse(data) as Json);
}

const forgets = { settings: { maxRecentValues: 0 } } as const;
const errors = ({ logged }: Process): readonly string[] =>
  logged.filter(({ level }) => level === 'error').map(({ message }) => message);

describe.each(STORES)('large values on the %s store', (_, share) => {
  it(
    'stand in blobs, and neither in the log nor in a snapshot',
    inWorld(share, async (world) => {
      world.agents.on('a', answers({ found: LARGE })).on('b', hangs());
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, CHAIN), { input: [LARGE] });
      await world.clock.advance(10);
      await world.clock.of(process.engine.checkpoint(id, 'interval'));
      expect(await written(world, id)).not.toContain('xxx');
      expect(await held(world, id)).toEqual(expect.arrayContaining([[LARGE], { found: LARGE }]));
      expect(JSON.stringify(process.parts.loop.residents.get(id)?.state.effects)).toBe('[]');
      const entity = process.parts.loop.residents.get(id);
      expect(entity?.kind === 'execution' && entity.state.values.size).toBe(0);
    }),
  );

  it.each([
    ['at hand', {}],
    ['fetched', forgets],
  ])('reach agents and people as they were, %s', (__, options) =>
    inWorld(share, async (world) => {
      const seen: Json[] = [];
      world.agents.on('a', answers({ found: LARGE })).on(
        'b',
        answersWith((assignment) => {
          seen.push(assignment.input, assignment.workflowInput, assignment.outputs);
          return [assignment.input];
        }),
      );
      const process = await world.process(options);
      const id = await world.start(process, await world.workflow(process, CHAIN), { input: [LARGE] });
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(seen).toEqual([{ found: LARGE }, [LARGE], { a: { found: LARGE } }]);
      const view = await world.clock.of(process.engine.reader.status(id));
      expect(view).toMatchObject({ input: [LARGE], output: [{ found: LARGE }] });
      expect(errors(process)).toEqual([]);
    })(),
  );

  it.each([
    ['at hand', {}],
    ['fetched', forgets],
  ])('are read by conditions, templates and lists, %s', (__, options) =>
    inWorld(share, async (world) => {
      const of = (task: string) => aComputed(({ tasks }) => tasks[task]?.output ?? null, { tasks: [task] });
      const process = await world.process(options);
      world.agents.on('a', answers([LARGE, LARGE, 'z'])).otherwise(answersWith(({ input }) => input));
      const id = await world.start(
        process,
        await world.workflow(process, {
          agents: { workers: 3 },
          tasks: {
            a: { when: aComputed(({ input }) => Array.isArray(input)) },
            p: { dependsOn: ['a'], parallel: true },
            t: {
              dependsOn: ['p'],
              when: aComputed(({ tasks }) => Array.isArray(tasks['p']?.output), { tasks: ['p'] }),
              input: of('p'),
            },
          },
        }),
        { input: [LARGE] },
      );
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      const { output } = await world.clock.of(process.engine.reader.status(id));
      expect(output).toEqual([LARGE, LARGE, 'z']);
      expect(world.agents.places).toEqual(['a', 'p[0]', 'p[1]', 'p[2]', 't']);
      expect(errors(process)).toEqual([]);
    })(),
  );

  it(
    'are kept once, whoever wrote them',
    inWorld(share, async (world) => {
      const process = await world.process();
      world.agents.otherwise(answersWith(({ input }) => input));
      const workflow = await world.workflow(process, CHAIN);
      const ids = [
        await world.start(process, workflow, { input: LARGE }),
        await world.start(process, workflow, { input: LARGE }),
      ];
      for (const id of ids) await world.ended(process, id);
      const { blobs } = await world.store();
      const [one, other] = await Promise.all(ids.map((id) => blobs.heldBy(id)));
      expect(one).toHaveLength(1);
      expect(other).toEqual(one);
    }),
  );

  it(
    'cannot be forged: what looks like a reference is a value like any other, at any size',
    inWorld(share, async (world) => {
      const process = await world.process();
      world.agents.on('a', answers(LARGE)).on('b', hangs());
      const first = await world.start(process, await world.workflow(process, CHAIN));
      await world.clock.advance(10);
      const [secret] = await (await world.store()).blobs.heldBy(first);
      const forged = { $blob: secret as string, bytes: 1 };
      world.agents.otherwise(answersWith(({ input }) => input)).on('a', answers(forged));
      world.agents.on(
        'b',
        answersWith(({ input }) => [input]),
      );
      const thief = await world.start(process, await world.workflow(process, CHAIN), { input: forged });
      expect(await world.ended(process, thief)).toMatchObject({ status: 'completed' });
      const view = await world.clock.of(process.engine.reader.status(thief));
      expect(view).toMatchObject({ input: forged, output: [forged] });
    }),
  );

  it(
    'survive the process that wrote them',
    inWorld(share, async (world) => {
      const first = await world.process();
      world.agents.on('a', answers([LARGE])).on(
        'b',
        hangs(),
        answersWith(({ input }) => input),
      );
      const id = await world.start(first, await world.workflow(first, CHAIN));
      await world.clock.advance(10);
      first.kill();
      const second = await world.process({ isDead: () => true });
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      expect((await world.clock.of(second.engine.reader.status(id))).output).toEqual([LARGE]);
    }),
  );
});

describe.each(STORES)('a large value that cannot be read on the %s store', (_, share) => {
  // What was put aside in the same breath is at hand: this one reads what came before.
  const reads = {
    tasks: { a: [], b: { dependsOn: ['a'], input: aComputed(({ input }) => [input]) } },
  } as const;

  it(
    'for a moment is read again, for decisions and for agents',
    inWorld(share, async (world) => {
      const process = await world.process(forgets);
      world.agents.on(
        'b',
        answersWith(({ input }) => input),
      );
      process.store.refuse('blobs.read', 'store_busy');
      process.store.refuse('blobs.read', 'store_busy', { after: 1, times: 2 });
      const id = await world.start(process, await world.workflow(process, reads), { input: LARGE });
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed', parked: false });
      expect(world.agents.places.filter((place) => place === 'b')).toHaveLength(1);
    }),
  );

  it.each([
    ['was changed', (rows: readonly StoredBlob[]) => rows.map((row) => ({ ...row, data: '"other"' }))],
    ['is gone', () => []],
  ])('because it %s parks the execution that must decide by it', (__, alter) =>
    inWorld(share, async (world) => {
      const process = await world.process(forgets);
      process.store.alter('blobs.read', alter, { after: 1, times: 100 });
      const id = await world.start(process, await world.workflow(process, reads), { input: LARGE });
      expect(await world.ended(process, id)).toMatchObject({
        parked: true,
        reason: expect.stringMatching(/^store_corrupt: the value sha256:\w+ (was changed|is not)/) as string,
      });
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await world.row(id)).toMatchObject({ status: 'cancelled' });
    })(),
  );

  it(
    'is not taken for a failure of the agent that should get it, until it has been tried in vain',
    inWorld(share, async (world) => {
      const process = await world.process(forgets);
      process.store.alter('blobs.read', () => [], { times: 100 });
      const id = await world.start(process, await world.workflow(process), { input: LARGE });
      expect(await world.ended(process, id)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^agent_lost: .*what it works on cannot be read/) as string,
      });
      expect(world.agents.performances).toEqual([]);
    }),
  );

  it(
    'is not waited for by an engine that is closed or overtaken meanwhile',
    inWorld(share, async (world) => {
      const process = await world.process(forgets);
      process.store.delay('blobs.read', 60_000, { after: 1 });
      process.store.delay('blobs.read', 60_000, { after: 2 });
      const id = await world.start(process, await world.workflow(process, reads), { input: LARGE });
      await world.clock.advance(10);
      expect(process.parts.loop.queued).toBe(1);
      expect([...process.parts.loop.underway()]).toEqual([id]);
      process.parts.loop.abandon();
      expect(process.parts.loop.queued).toBe(0);
      await world.clock.advance(10);
      const second = await world.start(process, await world.workflow(process, reads), { input: LARGE });
      await world.clock.advance(10);
      expect([...process.parts.loop.underway()]).toContain(second);
      await world.clock.of(process.engine.close(), 120_000);
      expect(process.parts.loop.queued).toBe(0);
    }),
  );
});

describe('values that were used lately', () => {
  it('stay within their room, the least recently used go first', () => {
    const recent = new RecentValues(10);
    recent.add('a', 1, 4);
    recent.add('b', 2, 4);
    expect(recent.get('a')).toBe(1);
    recent.add('c', 3, 4);
    expect(['a', 'b', 'c'].map((digest) => recent.get(digest))).toEqual([1, undefined, 3]);
    recent.add('c', 4, 6);
    expect(recent.size).toBe(10);
    recent.add('large', 5, 11);
    expect(recent.get('large')).toBeUndefined();
    expect(recent.size).toBe(10);
  });
});
