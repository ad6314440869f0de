import { Dice, VirtualClock } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { Timers } from './timers.ts';

function timersOn(clock: VirtualClock): {
  timers: Timers;
  fired: string[];
  arm: (key: string, inMs: number) => void;
} {
  const timers = new Timers(clock);
  const fired: string[] = [];
  const arm = (key: string, inMs: number): void =>
    timers.arm(key, clock.now() + inMs, () => void fired.push(`${key}@${clock.now() - start}`));
  const start = clock.now();
  return { timers, fired, arm };
}

describe('timers', () => {
  it('fire in the order of their time, never early, once', async () => {
    const clock = new VirtualClock();
    const { timers, fired, arm } = timersOn(clock);
    for (const [key, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
      ['d', 30],
    ] as const)
      arm(key, ms);
    await clock.advance(9);
    expect(fired).toEqual([]);
    await clock.advance(100);
    expect(fired.toSorted()).toEqual(['a@10', 'b@20', 'c@30', 'd@30']);
    expect(fired.slice(0, 2)).toEqual(['a@10', 'b@20']);
    expect(timers.size).toBe(0);
  });

  it('are replaced when the same key is armed again, earlier or later', async () => {
    const clock = new VirtualClock();
    const { timers, fired, arm } = timersOn(clock);
    arm('x', 10);
    arm('x', 50);
    arm('y', 50);
    arm('y', 10);
    expect(timers.size).toBe(2);
    await clock.advance(100);
    expect(fired).toEqual(['y@10', 'x@50']);
  });

  it('are gone when they are disarmed, the platform timer of the last one too', async () => {
    const clock = new VirtualClock();
    const { timers, fired, arm } = timersOn(clock);
    arm('x', 10);
    arm('y', 20);
    timers.disarm('x');
    timers.disarm('unknown');
    expect([timers.has('x'), timers.has('y'), timers.size]).toEqual([false, true, 1]);
    timers.disarm('y');
    expect([timers.size, clock.armed]).toEqual([0, 0]);
    await clock.advance(100);
    expect(fired).toEqual([]);
    arm('z', 10);
    await clock.advance(100);
    expect(fired).toEqual(['z@110']);
  });

  it('use one platform timer, for the earliest', async () => {
    const clock = new VirtualClock();
    const { arm } = timersOn(clock);
    for (let n = 100; n > 0; n--) arm(`t${n}`, n);
    expect(clock.armed).toBe(1);
  });

  it('may be armed by one that fires', async () => {
    const clock = new VirtualClock();
    const timers = new Timers(clock);
    const fired: number[] = [];
    const start = clock.now();
    const again = (): void => {
      fired.push(clock.now() - start);
      if (fired.length < 3) timers.arm('again', clock.now() + 10, again);
    };
    timers.arm('again', start + 10, again);
    await clock.advance(100);
    expect(fired).toEqual([10, 20, 30]);
  });

  it('wait on when the clock was set back, and are noticed by a check when it was set forward', async () => {
    const clock = new VirtualClock();
    const { timers, fired, arm } = timersOn(clock);
    arm('back', 10);
    clock.jump(-1_000);
    await clock.advance(1_005);
    expect(fired).toEqual([]);
    await clock.advance(10);
    expect(fired).toEqual(['back@10']);
    arm('forward', 60_000);
    clock.jump(100_000);
    timers.check();
    expect(fired).toHaveLength(2);
    timers.check();
    expect(fired).toHaveLength(2);
  });

  it('are all dropped by a stop', async () => {
    const clock = new VirtualClock();
    const { timers, fired, arm } = timersOn(clock);
    for (let n = 0; n < 10; n++) arm(`t${n}`, n);
    timers.stop();
    expect([timers.size, timers.has('t1'), clock.armed]).toEqual([0, false, 0]);
    await clock.advance(100);
    expect(fired).toEqual([]);
    arm('later', 10);
    await clock.advance(100);
    expect(fired).toEqual(['later@110']);
  });

  it('fire as a sorted list would, a hundred thousand of them, with every third disarmed and every fifth moved', async () => {
    const clock = new VirtualClock();
    const timers = new Timers(clock);
    const dice = new Dice(7);
    const start = clock.now();
    const expected = new Map<number, number>();
    const fired: [number, number][] = [];
    const arm = (n: number): void => {
      const at = start + dice.below(1_000);
      expected.set(n, at);
      timers.arm(`t${n}`, at, () => void fired.push([n, clock.now()]));
    };
    for (let n = 0; n < 100_000; n++) arm(n);
    for (let n = 0; n < 100_000; n += 5) arm(n);
    for (let n = 0; n < 100_000; n += 3) {
      timers.disarm(`t${n}`);
      expected.delete(n);
    }
    expect(timers.size).toBe(expected.size);
    await clock.advance(1_000);
    expect(fired).toHaveLength(expected.size);
    expect(fired.every(([n, at]) => expected.get(n) === at)).toBe(true);
    expect(timers.size).toBe(0);
  });
});
