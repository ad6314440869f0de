/** Memory: "4GB", "1.5Gi", "512MiB", 4000000000. Read as bytes. */
import { LIMITS } from '../limits.ts';
import { DECIMAL, quantity } from './quantity.ts';

const PREFIXES = 'kmgtp';
const PATTERN = `(${DECIMAL}) *([KkMmGgTtPp]?)([Ii]?)([Bb]?)`;
const WRITTEN = new RegExp(`^${PATTERN}$`);

export const memory = quantity({
  expects: 'an amount of memory such as "4GB", "1.5Gi" or "512 MiB", or a number of bytes',
  numberIs: 1,
  parse: parseMemory,
  pattern: PATTERN,
  min: LIMITS.memoryBytesMin,
  max: LIMITS.memoryBytesMax,
  bounds: '1 MB to 1 PiB',
  units: 'KB, MB, GB and TB are powers of 1000; Ki, Mi, Gi and Ti (or KiB and so on) are powers of 1024',
});

function parseMemory(written: string): number | undefined {
  const match = WRITTEN.exec(written);
  if (match === null) return undefined;
  const [, amount, prefix = '', binary, byte] = match;
  // Kubernetes reads `512m` as half a byte, Docker as half a gigabyte: nobody can tell which is meant.
  if (prefix === 'm' && binary === '' && byte === '') return undefined;
  if (prefix === '' && binary !== '') return undefined;
  const power = PREFIXES.indexOf(prefix.toLowerCase()) + 1;
  return Number(amount) * (binary === '' ? 1000 : 1024) ** (prefix === '' ? 0 : power);
}
