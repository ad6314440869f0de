import { answers, answersWith, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('spawning.yaml', import.meta.url);

test('tasks that an agent asks for with its answer', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('plan[0]', answers('never asked'))
    .on('plan', async ({ spawned, input }) => ({
      kind: 'completed',
      output: spawned === undefined ? 'facts first' : `${spawned} of ${input as string}`,
      ...(spawned === undefined && {
        directives: [
          {
            kind: 'spawn',
            tasks: [
              { id: 'facts', agent: 'researchers', input: 'tea' },
              { id: 'figures', requires: ['search'], dependsOn: ['facts'] },
            ],
          },
        ],
      }),
    }))
    .on(
      'report',
      answersWith(({ input }) => input),
    );
  const execution = await world.start();
  await world.ended(execution);
  expect(world.agents.places).toEqual(['plan', 'plan[1]', 'plan[2]', 'report']);
  expect((await world.status(execution)).output).toEqual({
    plan: 'facts first',
    found: { facts: 'facts of tea', figures: 'figures of facts of tea' },
  });
  await world.close();
});

test('a task that cannot be fails the turn', async () => {
  const world = await DocumentWorld.of(file);
  world.agents.on('plan', async () => ({
    kind: 'completed',
    output: null,
    directives: [{ kind: 'spawn', tasks: [{ id: 'facts', agent: 'searchers' }] }],
  }));
  expect(await world.ended(await world.start())).toMatchObject({
    status: 'failed',
    reason: 'spawn_invalid: facts names the agent searchers, which is no group',
  });
  await world.close();
});
