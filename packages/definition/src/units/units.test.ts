import type { Json } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { Findings } from '../findings.ts';
import { Place } from '../shape/place.ts';
import type { Reader } from '../shape/reader.ts';
import { cpu } from './cpu.ts';
import { duration } from './duration.ts';
import { memory } from './memory.ts';
import { typedCpu, typedDuration, typedMemory } from './typed.ts';

/** The amount, or the code of the problem. */
function read(reader: Reader<number>, value: Json): number | string | undefined {
  const findings = new Findings();
  return reader.read(value, Place.root(findings).child('it')) ?? findings.list.map(({ code }) => code).join();
}

describe('a duration', () => {
  it.each<[Json, number]>([
    [300, 300_000],
    [0.5, 500],
    [0.001, 1],
    ['300', 300_000],
    ['1.5', 1500],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    [' 5 m ', 300_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1d1h1m1s1ms', 90_061_001],
    ['365d', 31_536_000_000],
  ])('%j is %i ms', (value, ms) => {
    expect(read(duration, value)).toBe(ms);
  });

  it.each<[Json, string]>([
    [0, 'value_out_of_range'],
    [-1, 'value_out_of_range'],
    ['-5m', 'value_out_of_range'],
    ['0s', 'value_out_of_range'],
    [0.0001, 'value_out_of_range'],
    ['366d', 'value_out_of_range'],
    [1e300, 'value_out_of_range'],
    ['', 'quantity_unreadable'],
    ['-', 'quantity_unreadable'],
    ['5 minutes', 'quantity_unreadable'],
    ['30m1h', 'quantity_unreadable'],
    ['5m5m', 'quantity_unreadable'],
    ['5M', 'quantity_unreadable'],
    ['m', 'quantity_unreadable'],
    ['PT5M', 'quantity_unreadable'],
    ['5m!', 'quantity_unreadable'],
    ['1e3', 'quantity_unreadable'],
    [`${'0'.repeat(64)}5s`, 'quantity_unreadable'],
    [true, 'type_wrong'],
    [null, 'type_wrong'],
    [[5], 'type_wrong'],
  ])('%j is %s', (value, code) => {
    expect(read(duration, value)).toBe(code);
  });
});

describe('a number of cores', () => {
  it.each<[Json, number]>([
    ['2 cores', 2000],
    ['1 core', 1000],
    ['0.5 cores', 500],
    ['2 Cores', 2000],
    ['500m', 500],
    [0.5, 500],
    [2, 2000],
    ['2', 2000],
    [1 / 3, 333],
    [10_000, 10_000_000],
  ])('%j is %i thousandths', (value, millis) => {
    expect(read(cpu, value)).toBe(millis);
  });

  it.each<[Json, string]>([
    [0, 'value_out_of_range'],
    [-1, 'value_out_of_range'],
    ['-500m', 'value_out_of_range'],
    [0.0001, 'value_out_of_range'],
    [10_001, 'value_out_of_range'],
    ['lots', 'quantity_unreadable'],
    ['2 GHz', 'quantity_unreadable'],
    ['500M', 'quantity_unreadable'],
    [{}, 'type_wrong'],
  ])('%j is %s', (value, code) => {
    expect(read(cpu, value)).toBe(code);
  });
});

describe('an amount of memory', () => {
  it.each<[Json, number]>([
    ['4GB', 4_000_000_000],
    ['4gb', 4_000_000_000],
    ['4G', 4_000_000_000],
    ['1.5Gi', 1_610_612_736],
    ['512MiB', 536_870_912],
    ['512 MB', 512_000_000],
    ['512M', 512_000_000],
    ['512Mi', 536_870_912],
    ['2000000 KB', 2_000_000_000],
    ['1Ti', 1_099_511_627_776],
    ['1PiB', 1_125_899_906_842_624],
    ['2000000B', 2_000_000],
    ['2000000', 2_000_000],
    [2_000_000, 2_000_000],
  ])('%j is %i bytes', (value, bytes) => {
    expect(read(memory, value)).toBe(bytes);
  });

  it.each<[Json, string]>([
    [4, 'value_out_of_range'],
    ['4', 'value_out_of_range'],
    ['-4GB', 'value_out_of_range'],
    ['1.1PiB', 'value_out_of_range'],
    ['2 EB', 'quantity_unreadable'],
    ['512m', 'quantity_unreadable'],
    ['512 i', 'quantity_unreadable'],
    ['4 gigs', 'quantity_unreadable'],
    ['GB', 'quantity_unreadable'],
    [false, 'type_wrong'],
  ])('%j is %s', (value, code) => {
    expect(read(memory, value)).toBe(code);
  });
});

describe('an amount that is typed outside of a document', () => {
  it('is read as in one', () => {
    expect(typedCpu('500m', '--limit-cpu')).toEqual({ amount: 500 });
    expect(typedCpu('4', '--limit-cpu')).toEqual({ amount: 4_000 });
    expect(typedMemory('1.5Gi', '--limit-memory')).toEqual({ amount: 1_610_612_736 });
    expect(typedDuration('1h30m', 'the duration')).toEqual({ amount: 5_400_000 });
  });

  it('or is refused by the name it was given', () => {
    expect(typedCpu('lots', '--limit-cpu')).toEqual({
      problem: '`--limit-cpu` should be a number of cores such as 2, 0.5, "2 cores" or "500m", but is `lots`',
    });
    expect(typedMemory('4', '--limit-memory')).toEqual({
      problem: '`--limit-memory` is `4`; it may be 1 MB to 1 PiB',
    });
  });
});
