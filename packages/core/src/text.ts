/** Words for numbers and times, the same wherever people read them. */
import type { Instant } from './ports/clock.ts';

/** A duration in milliseconds as people say it: `40 ms`, `2.5 s`, `3 min 20 s`, `5 h 10 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** A number of bytes as people say it: `100 bytes`, `1 MiB`, `1.5 GiB`. */
export function byteSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1_024 && unit < BYTE_UNITS.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  return `${Number(size.toFixed(1))} ${BYTE_UNITS[unit]}`;
}

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const;

/** `in 5 min`; what has passed is `now`. */
export function inTime(at: Instant, now: Instant): string {
  return at <= now ? 'now' : `in ${duration(at - now)}`;
}

/** `a`, `a and b`, `a, b and 3 more`: a list cut for reading. */
export function listing(names: readonly string[], most: number = 5): string {
  if (names.length === 0) return 'none';
  if (names.length === 1) return names[0] as string;
  if (names.length > most)
    return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The same, where some come several times: `writers (2) and editor`. */
export function tally(names: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return listing(Array.from(times, ([name, count]) => (count === 1 ? name : `${name} (${count})`)));
}

/** `1 task`, `3 tasks`, `2 retries`. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `512 B`, `3.4 MB`: powers of 1000, as disks are sold. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, n)) / 3)));
  return `${Number((n / 1_000 ** power).toFixed(1))} ${units[power]}`;
}

/** A place as it is typed on a command line: `research`, `"research[2]"`, which a shell would take for a pattern. */
export function typed(place: string): string {
  return place.includes('[') ? `"${place}"` : place;
}

/** ISO 8601 in UTC from Unix milliseconds. Core has no Date; the calendar is Hinnant's `civil_from_days`. */
export function iso(at: Instant): string;
export function iso(at: Instant | undefined): string | null;
export function iso(at: Instant | undefined): string | null {
  if (at === undefined) return null;
  const days = Math.floor(at / 86_400_000);
  const ms = at - days * 86_400_000;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const pad = (n: number, width: number): string => String(Math.floor(n)).padStart(width, '0');
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const time = `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1_000) % 60, 2)}`;
  return `${date}T${time}.${pad(ms % 1_000, 3)}Z`;
}
