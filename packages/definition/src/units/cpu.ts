/** Processor time: "2 cores", "1 core", "500m", 0.5, 2. Read as thousandths of a core. */
import { LIMITS } from '../limits.ts';
import { quantity } from './quantity.ts';

export const cpu = quantity({
  expects: 'a number of cores such as 2, 0.5, "2 cores" or "500m"',
  numberIs: 1000,
  parse: parseCpu,
  min: 1,
  max: LIMITS.cpuMillis,
  bounds: '1m (a thousandth of a core) to 10,000 cores',
  units: 'write cores, or m for thousandths of a core',
});

function parseCpu(written: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?) *(m|[Cc]ores?)$/.exec(written);
  if (match === null) return undefined;
  return Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
}
