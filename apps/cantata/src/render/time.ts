/** Points in time for people, in the time zone of the machine. */
import { duration, type Instant } from '@cantata/core';

/** `2026-11-23 11:02:05`. */
export function stamp(at: Instant): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `3 min 20 s ago`. */
export function ago(at: Instant, now: Instant): string {
  const ms = Math.max(0, now - at);
  return ms < 1_000 ? 'just now' : `${duration(Math.round(ms / 1_000) * 1_000)} ago`;
}

/** How long something takes, for a place where it counts up: the same number of digits from one moment to the next. */
export function elapsed(ms: number): string {
  return ms < 59_950 ? `${(ms / 1_000).toFixed(1)} s` : duration(ms);
}
