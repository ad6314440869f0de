/** Durations: 300 (seconds), 0.5, "5m", "1h30m", "250ms". Read as milliseconds. */
import { LIMITS } from '../limits.ts';
import { DECIMAL, quantity } from './quantity.ts';

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

const PART = `(${DECIMAL}) *(ms|[dhms]) *`;

export const duration = quantity({
  expects: 'seconds or a duration such as "5m", "1h30m" or "250ms"',
  numberIs: 1000,
  parse: parseDuration,
  pattern: `(?:${PART})+`,
  min: 1,
  max: LIMITS.timeoutMs,
  bounds: '1 ms to 365 days',
  units: 'the units are d, h, m, s and ms, the largest first',
});

/** Each unit once, the largest first: `30m1h` is a mistake more often than it is meant. */
function parseDuration(written: string): number | undefined {
  const part = new RegExp(PART, 'y');
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  while (part.lastIndex < written.length) {
    const match = part.exec(written);
    if (match === null) return undefined;
    const unit = UNITS[match[2] as string] as number;
    if (unit >= smallest) return undefined;
    smallest = unit;
    total += Number(match[1]) * unit;
  }
  return smallest === Number.POSITIVE_INFINITY ? undefined : total;
}
