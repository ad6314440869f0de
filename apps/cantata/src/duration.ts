/** Durations as they are typed: `90`, `10m`, `1h30m`, `250ms`. A bare number is seconds, as in a workflow. */
import { usage } from './failure.ts';

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds. @throws Failure for anything else, and for nothing at all. */
export function parseDuration(text: string): number {
  const written = text.trim();
  const parts = /^\d+(\.\d+)?$/.test(written)
    ? [[written, written, 's']]
    : [...written.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[dhms])\s*/g)];
  const isWhole = parts.map(([part]) => part).join('') === written;
  const ms = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit as string] as number),
    0,
  );
  if (!isWhole || !(ms >= 1)) throw usage(`${JSON.stringify(text)} is no duration; write 90s, 10m or 1h30m`);
  return Math.round(ms);
}
