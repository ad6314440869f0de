/** `npm run bench`: every figure of docs/benchmarks.md, with the machine it was measured on. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { definitionBench } from './definition.ts';
import { embeddedBench } from './embedded.ts';
import { feedBench } from './feed.ts';
import { type Figure, isMet, lineOf } from './figures.ts';
import { graphBench } from './graph.ts';
import { kernelBench } from './kernel.ts';
import { largeBench } from './large.ts';
import { patternsBench } from './patterns.ts';
import { peersBench } from './peers.ts';
import { planBench } from './plan.ts';
import { serviceBench } from './service.ts';
import { simulatorBench } from './simulator.ts';
import { sleepersBench } from './sleepers.ts';
import { startupBench } from './startup.ts';
import { timersBench } from './timers.ts';

// Memory is measured after a collection, which only the engine's own flag makes callable.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;

const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  graph: graphBench,
  plan: planBench,
  kernel: kernelBench,
  definition: definitionBench,
  embedded: embeddedBench,
  large: largeBench,
  patterns: patternsBench,
  timers: timersBench,
  feed: feedBench,
  service: serviceBench,
  simulator: simulatorBench,
  startup: startupBench,
};
/** Too long to be run with the others, or in need of more than is here. */
const onRequest: typeof parts = { sleepers: sleepersBench, peers: peersBench };
const all = { ...parts, ...onRequest };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`);
  process.exit(2);
}

const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${gibibytes} GiB, Node ${process.version}`,
);
const figures: Figure[] = [];
for (const [name, run] of Object.entries(wanted.length > 0 ? all : parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const figure of await run()) {
    figures.push(figure);
    console.log(`  ${lineOf(figure)}`);
  }
}
const missed = figures.filter((figure) => !isMet(figure)).length;
console.log(missed === 0 ? '\nEvery target is met.' : `\n${missed} target(s) missed.`);
