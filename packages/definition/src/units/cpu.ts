/** Processor time: "2 cores", "1 core", "500m", 0.5, 2. Read as thousandths of a core. */
import { LIMITS } from '../limits.ts';
import { DECIMAL, quantity } from './quantity.ts';

const PATTERN = `(${DECIMAL}) *(m|[Cc]ores?)`;
const WRITTEN = new RegExp(`^${PATTERN}$`);

export const cpu = quantity({
  expects: 'a number of cores such as 2, 0.5, "2 cores" or "500m"',
  numberIs: 1000,
  parse: parseCpu,
  pattern: PATTERN,
  min: 1,
  max: LIMITS.cpuMillis,
  bounds: '1m (a thousandth of a core) to 10,000 cores',
  units: 'write cores, or m for thousandths of a core',
});

function parseCpu(written: string): number | undefined {
  const match = WRITTEN.exec(written);
  if (match === null) return undefined;
  return Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
}
