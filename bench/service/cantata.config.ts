/**
 * The agents of the service that is measured, in its process, and what only that process can tell: when agents were called
 * and answered, and what memory it takes. It is asked over the channel to its parent; `cantata serve` knows nothing of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { type Context, defineAgent, defineConfig } from '@cantata/sdk';
import type { Asked, Moment, Told } from './probe.ts';

/** Only while somebody wants to know. */
let moments: Moment[] | undefined;

/** Takes as long as the input of its workflow says, give or take a half, so that they do not go in step. */
async function takeAMoment({ executionId, task, workflow }: Context): Promise<null> {
  const called = process.hrtime.bigint();
  const { ms } = workflow.input as { readonly ms: number };
  await sleep(ms * (0.5 + Math.random()));
  moments?.push({ key: `${executionId} ${task}`, called: Number(called), answered: now() });
  return null;
}

function now(): number {
  return Number(process.hrtime.bigint());
}

function youngGeneration(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name.startsWith('new_'))
    .reduce((sum, { physical_space_size }) => sum + physical_space_size, 0);
}

function answer({ ask }: Asked): Told {
  if (ask === 'memory') {
    for (let round = 0; round < 4; round++) globalThis.gc?.();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return { memory: { rss, young: youngGeneration(), heapUsed, external, arrayBuffers } };
  }
  if (ask === 'processor') {
    const { user, system } = process.cpuUsage();
    return { processor: (user + system) / 1_000 };
  }
  const told = moments ?? [];
  moments = [];
  return { moments: told };
}

process.on('message', (asked: Asked) => process.send?.(answer(asked)));
// Being asked is no reason to stay, and once nobody is there to ask, there is none.
process.channel?.unref();
process.once('disconnect', () => process.exit(1));

export default defineConfig({
  agents: {
    noop: defineAgent(() => null),
    moment: defineAgent((_input, context) => takeAMoment(context)),
  },
});
