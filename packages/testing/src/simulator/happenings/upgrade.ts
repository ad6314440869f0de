/** An operator has an execution go on by a newer version of its workflow, with or without stopping what is at work. */
import type { Engine } from '@cantata/engine';
import type { Happening } from './happening.ts';

export const upgrade: Happening = {
  name: 'upgrade',
  weight: 5,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    const program = id === undefined ? undefined : universe.renew(id, dice);
    if (id === undefined || program === undefined) return undefined;
    const running = dice.pick(['refuse', 'stop'] as const);
    const what = `upgrade of ${id} to ${program.name} ${program.version}, at work: ${running}`;
    universe.ask(process, what, async (engine: Engine) => {
      const { workflowId, name, version, digest } = await engine.register(program.document);
      const workflow = { id: workflowId, name, version, digest };
      await engine.operate(id, { type: 'upgrade', workflow, running }, 'ann');
    });
    return `process ${process.number} is asked for the ${what}`;
  },
};
