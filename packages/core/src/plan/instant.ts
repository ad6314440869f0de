/** Instants as documents and signals write them: ISO 8601 with a zone, or Unix milliseconds. Core has no Date. */
import type { Json } from '../json.ts';
import type { Instant } from '../ports/clock.ts';

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/** The last instant that a Date can tell, which people and stores are given it with. */
const LAST = 8.64e15;

/**
 * `2026-11-23T18:00:00Z`, `2026-11-23T18:00+01:00`, `2026-11-23` (its first moment in UTC) or a number. Undefined for
 * anything else: a time without a zone means another moment to every reader, and so none here.
 */
export function instantOf(value: Json): Instant | undefined {
  if (typeof value === 'number') return Math.abs(value) <= LAST ? Math.round(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const parts = ISO.exec(value);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  // A leap second is the first moment of the next minute.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = offsetMinutes(parts[8] ?? 'Z');
  if (offset === undefined) return undefined;
  const ms = Number(`0.${parts[7] ?? '0'}`) * 1_000;
  const minutes = daysFromCivil(year, month, day) * 1_440 + hour * 60 + minute - offset;
  return minutes * 60_000 + second * 1_000 + Math.floor(ms);
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] as number);
}

/** Days since 1970-01-01; the calendar is Hinnant's `days_from_civil`. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
