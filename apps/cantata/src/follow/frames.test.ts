import { Live, type LiveFrame } from '@cantata/engine';
import { expect, test } from 'vitest';
import { Frames } from './frames.ts';

test('what was said is told after the events before it and before those after it', () => {
  const told: (string | undefined)[] = [];
  const tell = (frame: LiveFrame): void =>
    void told.push(frame.kind === 'progress' ? frame.progress.note : '');
  const live = new Live();
  let now = 10;
  let calls = 0;
  const frames = new Frames(live, () => now);
  const say = (note: string): void => live.publish({ kind: 'progress', progress: { note } } as LiveFrame);
  say('at 10');
  frames.whenWaiting(() => calls++);
  now = 20;
  say('at 20');
  expect(calls).toBe(1);
  frames.tellBefore(10, tell);
  expect(told).toEqual([]);
  frames.tellBefore(20, tell);
  expect(told).toEqual(['at 10']);
  frames.tellAll(tell);
  expect(told).toEqual(['at 10', 'at 20']);
  say('again');
  expect(calls).toBe(2);
  frames.close();
  say('after the end');
  frames.tellBefore(100, tell);
  expect(told).toEqual(['at 10', 'at 20', 'again']);
});
