/**
 * How many random executions the simulator gets through, faults and checks included. Processor time of all threads: one
 * core does it, and a machine with other work says the same.
 */
import { scriptOf, simulate } from '@cantata/testing/simulator';
import type { Figure } from './figures.ts';

const RUNS = 150;
/** Runs until the compiler of the runtime has seen what there is: in an hour of simulation they count for nothing. */
const WARM_UP = 150;

export async function simulatorBench(): Promise<readonly Figure[]> {
  for (let seed = RUNS + 1; seed <= RUNS + WARM_UP; seed++) await simulate(scriptOf(seed));
  let executions = 0;
  let events = 0;
  const start = process.cpuUsage();
  for (let seed = 1; seed <= RUNS; seed++) {
    const { finished, broken } = await simulate(scriptOf(seed));
    if (finished === undefined || broken.length > 0) throw new Error(`seed ${seed} breaks a promise`);
    executions += finished.executions.length;
    events += finished.shards.reduce((sum, rows) => sum + rows.length, 0);
  }
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1_000_000;
  return [
    {
      name: 'random executions, faults and checks included',
      value: executions / seconds,
      unit: 'executions/s',
      target: { at: 'least', value: 1_000 },
    },
    { name: 'processor time of one', value: (seconds * 1_000) / executions, unit: 'ms' },
    { name: 'their events', value: events / seconds, unit: 'events/s' },
    { name: 'executions of a run', value: executions / RUNS, unit: 'executions' },
  ];
}
