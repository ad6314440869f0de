import { isUuid } from '@cantata/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from './system-clock.ts';

describe('the real clock', () => {
  it('runs what is deferred after the current turn, before any timer', async () => {
    const clock = createSystemClock();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.at(clock.now() + 5, () => {
        order.push('timer');
        resolve();
      });
      clock.defer(() => order.push('deferred'));
      void Promise.resolve().then(() => order.push('promise'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'promise', 'deferred', 'timer']);
  });

  it('never fires early', async () => {
    const clock = createSystemClock();
    const late: number[] = [];
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const at = clock.now() + 1 + (n % 20);
        return new Promise<void>((resolve) => {
          clock.at(at, () => {
            late.push(clock.now() - at);
            resolve();
          });
        });
      }),
    );
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });

  it('takes back what was armed', async () => {
    const clock = createSystemClock();
    let fired = false;
    const cancel = clock.at(clock.now() + 5, () => {
      fired = true;
    });
    cancel();
    await new Promise((resolve) => void setTimeout(resolve, 20));
    expect(fired).toBe(false);
  });

  it('gives ids that are never the same', () => {
    const clock = createSystemClock();
    const ids = new Set(Array.from({ length: 1_000 }, () => clock.id()));
    expect(ids.size).toBe(1_000);
    expect([...ids].every(isUuid)).toBe(true);
  });

  describe('on timers that are told what time it is', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('waits longer than the platform can at a time', () => {
      const clock = createSystemClock();
      const fired = vi.fn<() => void>();
      clock.at(clock.now() + 60 * 86_400_000, fired);
      vi.advanceTimersByTime(59 * 86_400_000);
      expect(fired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(86_400_000);
      expect(fired).toHaveBeenCalledTimes(1);
    });

    it('waits on when it was set back', () => {
      const clock = createSystemClock();
      const fired = vi.fn<() => void>();
      clock.at(clock.now() + 1_000, fired);
      vi.setSystemTime(clock.now() - 10_000);
      vi.advanceTimersByTime(1_000);
      expect(fired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(10_000);
      expect(fired).toHaveBeenCalledTimes(1);
    });
  });
});
