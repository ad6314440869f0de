import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  derivedUuid,
  idempotencyKey,
  isUuid,
  placeOfLabel,
  SHARD_COUNT,
  shardOf,
  taskLabel,
  turnAddress,
  uuidv7,
} from './ids.ts';

const unixMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

const zeros = new Uint8Array(10);
const ones = new Uint8Array(10).fill(0xff);

describe('a derived UUIDv7', () => {
  test('is the same for the same time and text, and another for any other', () => {
    fc.assert(
      fc.property(unixMs, fc.string(), fc.string(), (at, one, other) => {
        const id = derivedUuid(at, one);
        expect(isUuid(id)).toBe(true);
        expect(id.replaceAll('-', '').slice(0, 12)).toBe(at.toString(16).padStart(12, '0'));
        expect(derivedUuid(at, one) === id).toBe(true);
        expect(derivedUuid(at, other) === id).toBe(one === other);
      }),
    );
  });
});

describe('a UUIDv7', () => {
  test('has the form, the version and the variant of RFC 9562', () => {
    fc.assert(
      fc.property(unixMs, tenBytes, (at, random) => {
        expect(uuidv7(at, random)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  test('begins with its time in milliseconds', () => {
    fc.assert(
      fc.property(unixMs, tenBytes, (at, random) => {
        const digits = uuidv7(at, random).replaceAll('-', '').slice(0, 12);
        expect(Number.parseInt(digits, 16)).toBe(at);
      }),
    );
  });

  test('of a later millisecond is greater as text, whatever the random bytes', () => {
    fc.assert(
      fc.property(unixMs, unixMs, (a, b) => {
        fc.pre(a !== b);
        expect(uuidv7(Math.min(a, b), ones) < uuidv7(Math.max(a, b), zeros)).toBe(true);
      }),
    );
  });

  test('takes every random bit that version and variant leave: 74 of 80', () => {
    const bits = (id: string): number =>
      BigInt(`0x${id.replaceAll('-', '')}`)
        .toString(2)
        .replaceAll('0', '').length;
    expect(bits(uuidv7(0, ones)) - bits(uuidv7(0, zeros))).toBe(74);
  });

  test('differs when any random byte differs', () => {
    for (let i = 0; i < 10; i++) {
      const random = new Uint8Array(10);
      random[i] = 1;
      expect(uuidv7(0, random), `byte ${i}`).not.toBe(uuidv7(0, zeros));
    }
  });

  test('is spelled out for a known time and known bytes', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(0x017f_22e2_79b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  test('is told from other text', () => {
    expect(isUuid(uuidv7(1, ones))).toBe(true);
    for (const text of [
      '',
      'execution',
      `${uuidv7(1, ones)}0`,
      uuidv7(1, ones).toUpperCase(),
      `x${uuidv7(1, ones)}`,
    ]) {
      expect(isUuid(text), text).toBe(false);
    }
  });
});

describe('the shard of an entity', () => {
  test('is stable for ever: stores depend on it', () => {
    expect(SHARD_COUNT).toBe(256);
    expect(shardOf('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(28);
    expect(shardOf('admission/017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(253);
    expect(shardOf('')).toBe(217);
  });

  test('lies within the count', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (id, count) => {
        const shard = shardOf(id, count);
        expect(Number.isInteger(shard) && shard >= 0 && shard < count).toBe(true);
      }),
    );
  });

  test('spreads ids of one moment evenly', () => {
    const perShard = 100;
    const filled = new Uint32Array(SHARD_COUNT);
    for (let n = 0; n < SHARD_COUNT * perShard; n++) {
      const random = Uint8Array.from({ length: 10 }, (_, i) => (n >>> (8 * (i % 4))) & 0xff);
      const shard = shardOf(uuidv7(1_800_000_000_000, random));
      filled[shard] = (filled[shard] as number) + 1;
    }
    // A fair throw of as many ids leaves every shard within five standard deviations, 10 each.
    expect(Math.min(...filled)).toBeGreaterThan(perShard - 50);
    expect(Math.max(...filled)).toBeLessThan(perShard + 50);
  });
});

describe('the place of a turn', () => {
  test('reads as its task, with the item of a parallel one', () => {
    expect(taskLabel('decompose')).toBe('decompose');
    expect(taskLabel('research', 0)).toBe('research[0]');
    expect(placeOfLabel('research[0]')).toEqual({ task: 'research', item: 0 });
    expect(placeOfLabel('research')).toEqual({ task: 'research' });
  });

  test('is addressed by execution, task, item, activation and turn', () => {
    expect(turnAddress('run', { task: 'decompose' })).toBe('run/decompose#1.1');
    expect(turnAddress('run', { task: 'research', item: 2, activation: 3, turn: 4 })).toBe(
      'run/research[2]#3.4',
    );
  });

  test('has a key of its own for each deed', () => {
    const at = { task: 'pay', item: 1 };
    expect(idempotencyKey('run', at, 'perform')).toBe('run/pay[1]#1.1/perform');
    expect(idempotencyKey('run', at, 'compensate')).toBe('run/pay[1]#1.1/compensate');
  });
});
