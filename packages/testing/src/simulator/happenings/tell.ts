/** The outside tells an execution something: signals, events and answers of people, some of them twice. */
import type { Engine } from '@cantata/engine';
import { TOPICS } from '../programs/event.ts';
import type { Happening } from './happening.ts';

export const tell: Happening = {
  name: 'tell',
  weight: 12,
  happen(universe, dice) {
    const process = universe.any(dice);
    const execution = universe.anyExecution(dice);
    if (execution === undefined) return undefined;
    const id = `told-${dice.below(1_000_000)}`;
    const signal = dice.pick(['go', 'go', 'now']);
    const task = `t${dice.below(8)}`;
    const data = dice.between(1, 3);
    const decision = dice.pick(['approved', 'approved', 'rejected'] as const);
    const by = dice.pick(['ann', 'bob'] as const);
    const topic = dice.pick(TOPICS);
    const kind = dice.pick(['signal', 'signal', 'answer', 'event'] as const);
    const key = `key-${dice.below(50)}`;
    // Of a team, where a person is asked beside its agents.
    const item = dice.chance(0.3) ? { item: dice.between(1, 8) } : {};
    const says = {
      signal: (engine) => engine.signal(execution, { signal, data, id, by: 'ann' }),
      answer: (engine) => engine.answer(execution, { task, ...item, decision, output: data, id, by }),
      event: (engine) => engine.publish(execution, { topic, data, id, by: 'ann' }),
    } satisfies Record<typeof kind, (engine: Engine) => Promise<void>>;
    const words = {
      signal: `signal ${signal}`,
      answer: `answer ${decision} to ${task} of ${by}`,
      event: `event ${topic}`,
    };
    const what = `the ${words[kind]} (${id})`;
    if (dice.chance(0.2)) {
      // Nobody knows for whom it is: that it counts once is for the log of the key.
      const keepMs = dice.pick([1_000, 60_000]);
      const bySomebody = (engine: Engine): Promise<void> =>
        engine.signalKey(key, { signal, data, id, by: 'ann', keepMs });
      universe.ask(process, `the signal ${signal} (${id}) under ${key}`, bySomebody);
    }
    // At once on two ways, or again after an answer that may have been lost: it counts once.
    const times = dice.chance(0.3) ? 2 : 1;
    // Chosen before the first is asked: it may die of it, and then nobody is left.
    const ways = times === 1 ? [process] : [process, universe.any(dice)];
    for (const way of ways) {
      universe.ask(way, `${what} for ${execution}`, says[kind], () => universe.told.push({ execution, id }));
    }
    return `process ${process.number} is told ${what} for ${execution}, ${times === 1 ? 'once' : 'twice'}`;
  },
};
