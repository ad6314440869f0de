/** Round points in time along an axis, for people: every 10 seconds, every 5 minutes, every 2 days. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

/** Milliseconds from 0 to `endMs`, at most `most` of them and at least the first, the same distance apart. */
export function ticks(endMs: number, most: number): readonly number[] {
  const room = Math.max(1, most - 1);
  const known = STEPS.find((step) => endMs / step <= room);
  const step = known ?? Math.ceil(endMs / room / (28 * DAY)) * 28 * DAY;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, i) => i * step);
}
