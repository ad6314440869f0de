import { type CantataError, createPlan } from '@cantata/core';
import {
  aDefinition,
  answers,
  answersWith,
  Cue,
  type DefinitionSketch,
  hangs,
  type Line,
} from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const chain = { name: 'chain', agents: { w: 1 }, tasks: { a: [], b: ['a'] } };
const longer = { ...chain, version: '2.0.0', tasks: { a: [], b: ['a'], more: ['b'] } };
const changed = { ...chain, version: '2.0.0', tasks: { a: { timeoutMs: 60_000 }, b: ['a'] } };

describe.each(STORES)('an upgrade, with the %s store', (_, share) => {
  async function begun(
    world: World,
    ...later: readonly Line[]
  ): Promise<{ process: Process; id: string; cue: Cue }> {
    const process = await world.process();
    const cue = new Cue();
    world.agents.on('a', cue.line, ...later, answers('again')).otherwise(answersWith(({ input }) => input));
    const id = await world.start(process, await world.workflow(process, chain));
    await world.clock.advance(10);
    return { process, id, cue };
  }

  async function upgrade(
    world: World,
    { engine, ...rest }: Process,
    id: string,
    to: DefinitionSketch,
    running: 'refuse' | 'stop' = 'refuse',
  ): Promise<unknown> {
    const { workflowId, name, version, digest } = await world.workflow({ engine, ...rest }, to);
    const workflow = { id: workflowId, name, version, digest };
    return world.clock.of(
      engine.operate(id, { type: 'upgrade', workflow, running }, 'ann').then(
        () => 'done',
        (error: unknown) => (error as CantataError).code,
      ),
    );
  }

  it(
    'lets what runs finish and goes on by the new version, and its row says so',
    inWorld(share, async (world) => {
      const { process, id, cue } = await begun(world);
      expect(await upgrade(world, process, id, longer)).toBe('done');
      cue.answer('first');
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed', version: '2.0.0' });
      expect(world.agents.places).toEqual(['a', 'b', 'more']);
      expect(world.agents.at('more')[0]?.input).toBe('first');
      const published = await world.clock.of(process.engine.reader.events(id));
      expect(published.map(({ event }) => event)).toContain('workflow.upgraded');
      expect(published.find(({ task_id }) => task_id === 'more')).toMatchObject({ dependencies: ['b'] });
    }),
  );

  it(
    'is read again by whoever carries the execution on, from the log and from a snapshot',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world, hangs());
      await upgrade(world, process, id, longer);
      process.kill();
      const next = await world.process({ isDead: () => true });
      await world.clock.of(next.engine.recover(id));
      await world.clock.of(next.engine.checkpoint(id, 'interval'));
      next.kill();
      const last = await world.process({ isDead: () => true });
      await world.clock.of(last.engine.recover(id));
      expect(await world.ended(last, id)).toMatchObject({ status: 'completed', version: '2.0.0' });
      expect(last.logged.filter(({ level }) => level === 'error')).toEqual([]);
    }),
  );

  it(
    'stops what was changed and is at work only where that is wanted',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world);
      expect(await upgrade(world, process, id, changed)).toBe('upgrade_refused');
      const report = await world.clock.of(
        process.engine.reader.upgradeReport(id, createPlan(aDefinition(changed))),
      );
      expect(report.stops).toEqual(['a']);
      expect(await upgrade(world, process, id, changed, 'stop')).toBe('done');
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      const [first, second] = world.agents.at('a');
      expect(first?.signal.aborted).toBe(true);
      expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
    }),
  );

  it(
    'is asked of a process that does not own the data, and counts once however it is answered',
    inWorld(share, async (world) => {
      const { process, id, cue } = await begun(world);
      const client = await world.process();
      process.store.loseAnswer('log.commit');
      expect(await upgrade(world, client, id, longer)).toBe('done');
      world.agents.on('a', hangs());
      cue.answer('first');
      await world.ended(process, id);
      expect((await world.log(id)).filter((type) => type === 'workflow.upgraded')).toHaveLength(1);
    }),
  );
});
