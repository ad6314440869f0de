import { answersWith, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';

const chain = { agents: { w: 1 }, tasks: { a: [], b: ['a'] } };
const echoes = answersWith(({ input }) => input);

describe.each(STORES)('a reader of the %s store', (_, share) => {
  it(
    'selects executions page by page, by status and by tag',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { reader } = process.engine;
      world.agents.on('a', echoes, echoes, echoes).on('b', echoes, echoes, echoes);
      const plain = await world.workflow(process, { name: 'plain', ...chain });
      const tagged = await world.workflow(process, { name: 'tagged', tags: ['x'], ...chain });
      const ids: string[] = [];
      for (const workflow of [plain, tagged, plain]) {
        ids.unshift(await world.start(process, workflow));
        await world.ended(process, ids[0] as string);
      }
      const first = await reader.select({ limit: 2 });
      expect(first.rows.map(({ executionId }) => executionId)).toEqual(ids.slice(0, 2));
      const rest = await reader.select({ limit: 2, before: first.next as string });
      expect(rest).toMatchObject({ rows: [{ executionId: ids[2] }], next: undefined });
      expect(await reader.select({ limit: 1, tag: 'x' })).toMatchObject({
        rows: [{ executionId: ids[1] }],
        next: ids[1],
      });
      expect(await reader.select({ limit: 5, tag: 'x', before: ids[1] as string })).toEqual({
        rows: [],
        next: undefined,
      });
      expect(await reader.select({ limit: 5, statuses: ['failed'] })).toEqual({ rows: [], next: undefined });
    }),
  );

  it(
    'lists what was written down whole, with who asked for it, and gives the recorded log',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { engine } = process;
      world.agents.on('a', hangs());
      const id = await world.start(process, await world.workflow(process, chain));
      const first = await world.clock.of(engine.checkpoint(id, 'request', { by: 'ann' }));
      const second = await world.clock.of(engine.pause(id, 'bob'));
      const found = await engine.reader.checkpoints(id);
      expect(found).toMatchObject([
        { checkpointId: first, cause: 'request', by: 'ann', recovery: { redispatch: 1 } },
        { checkpointId: second, cause: 'pause', by: 'bob' },
      ]);
      const [one] = await engine.reader.checkpoints(id, 0, 1);
      expect(await engine.reader.checkpoints(id, one?.sequence)).toMatchObject([{ checkpointId: second }]);
      const log = await engine.reader.log(id, 1, 2);
      expect(log.map(({ sequence }) => sequence)).toEqual([2, 3]);
    }),
  );

  it(
    'gives the output of what is completed, and of nothing else',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { reader } = process.engine;
      world.agents.on('a', echoes).on('b', echoes).on('c', hangs());
      const id = await world.start(process, await world.workflow(process, chain), { input: { found: 1 } });
      await world.ended(process, id);
      expect(await reader.output(id)).toEqual({ found: 1 });
      expect((await reader.graph(id)).nodes).toMatchObject([
        { status: 'completed' },
        { status: 'completed' },
      ]);
      expect(await reader.questions(id)).toEqual([]);
      const open = await world.start(
        process,
        await world.workflow(process, { agents: { w: 1 }, tasks: { c: [] } }),
      );
      await expect(reader.output(open)).rejects.toMatchObject({ code: 'not_completed' });
      expect((await reader.graph(open)).critical_path).toEqual(['c']);
      expect(await reader.questions(open)).toEqual([]);
    }),
  );
});
