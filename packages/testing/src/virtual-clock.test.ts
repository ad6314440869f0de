import { describe, expect, it } from 'vitest';
import { VIRTUAL_START, VirtualClock } from './virtual-clock.ts';

describe('virtual time', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    for (const ms of [30, 10, 20, 10])
      clock.at(VIRTUAL_START + ms, () => void fired.push(clock.now() - VIRTUAL_START));
    await clock.settle();
    expect([clock.now(), fired, clock.armed]).toEqual([VIRTUAL_START, [], 4]);
    await clock.advance(15);
    expect([clock.now() - VIRTUAL_START, fired]).toEqual([15, [10, 10]]);
    await clock.advance(15);
    expect([fired, clock.armed]).toEqual([[10, 10, 20, 30], 0]);
  });

  it('runs what is deferred before timers, and promises in between', async () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.at(clock.now(), () => void order.push('timer'));
    clock.defer(() => {
      order.push('deferred');
      void Promise.resolve().then(() => {
        order.push('promise');
        clock.defer(() => void order.push('deferred again'));
      });
    });
    await clock.settle();
    expect(order).toEqual(['deferred', 'promise', 'deferred again', 'timer']);
  });

  it('takes a timer back, once or more often', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const cancel = clock.at(clock.now() + 10, () => void (fired += 1));
    cancel();
    cancel();
    await clock.advance(100);
    expect([fired, clock.armed]).toEqual([0, 0]);
  });

  it('forgets a process that was killed', async () => {
    const clock = new VirtualClock();
    const process = clock.process();
    const done: string[] = [];
    process.at(clock.now() + 10, () => void done.push('timer'));
    process.defer(() => void done.push('deferred'));
    clock.at(clock.now() + 10, () => void done.push('of another'));
    process.kill();
    process.at(clock.now() + 10, () => void done.push('armed when dead'))();
    process.defer(() => void done.push('deferred when dead'));
    await clock.advance(100);
    expect([done, process.isAlive, process.now()]).toEqual([['of another'], false, clock.now()]);
  });

  it('waits for what holds or settles, and says when it never will', async () => {
    const clock = new VirtualClock();
    const later = new Promise<string>((resolve) => void clock.at(clock.now() + 500, () => resolve('done')));
    expect(await clock.of(later)).toBe('done');
    await expect(clock.of(Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(clock.of(new Promise(() => undefined))).rejects.toThrow(
      'it does not hold after 60000 ms, 0 timers are left',
    );
    clock.at(clock.now() + 2_000, () => undefined);
    await expect(clock.until(() => false, 1_000)).rejects.toThrow(
      'it does not hold after 1000 ms, 1 timers are left',
    );
  });

  it('finds work that goes in a circle', async () => {
    const clock = new VirtualClock();
    const again = (): void => clock.defer(again);
    again();
    await expect(clock.settle()).rejects.toThrow('time stands still and work never ends');
  });

  it('refuses a time that no clock shows, and gives ids that count up', () => {
    const clock = new VirtualClock();
    expect(() => clock.at(Number.NaN, () => undefined)).toThrow('a timer was armed for NaN');
    expect(() => clock.at(0.5, () => undefined)).toThrow('a timer was armed for 0.5');
    const ids = [clock.id(), clock.id(), clock.process().id()];
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(3);
    clock.jump(-1_000);
    expect(clock.now()).toBe(VIRTUAL_START - 1_000);
  });
});
