import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Interrupted, type Interrupts, listenForInterrupts } from './interrupts.ts';

const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
let interrupts: Interrupts;
const strays: unknown[] = [];

beforeEach(() => {
  exit.mockClear();
  interrupts = listenForInterrupts({ onStray: (error) => strays.push(error) });
});
afterEach(() => {
  interrupts.close();
  // An interrupted process keeps its listeners to its end; this one goes on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
});

test('work that nobody interrupts gives its result', async () => {
  expect(await interrupts.during(Promise.resolve(3))).toBe(3);
});

test('one press, however often it arrives within a moment, asks to leave in order', async () => {
  const work = interrupts.during(new Promise(() => undefined));
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT');
  process.emit('SIGTERM');
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  await expect(interrupts.during(Promise.resolve(new Promise(() => undefined)))).rejects.toThrow(
    'interrupted by SIGINT',
  );
  expect(exit).not.toHaveBeenCalled();
});

test('a second press leaves at once', async () => {
  process.emit('SIGINT');
  await sleep(200);
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});

test('what nothing caught ends the work with its message', async () => {
  const work = interrupts.during(new Promise(() => undefined));
  process.emit('uncaughtException', new Error('thrown in a callback'));
  await expect(work).rejects.toMatchObject({
    code: 'uncaught',
    message: 'an error that nothing caught ended this process: thrown in a callback',
  });
});

test('the same press, arriving late on the way out, does not kill the process there', () => {
  process.emit('SIGINT');
  interrupts.close();
  expect(process.listenerCount('SIGINT')).toBe(1);
  process.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
});

test('after it is closed, nothing of the process is listened to', () => {
  interrupts.close();
  process.emit('SIGHUP');
  expect(process.listenerCount('SIGHUP')).toBe(0);
  expect(exit).not.toHaveBeenCalled();
});

test('a process that goes on after a press and its end is interrupted by the next press alone', async () => {
  process.emit('SIGINT');
  interrupts.close();
  await expect.poll(() => process.listenerCount('SIGINT'), { timeout: 5_000 }).toBe(0);
});
