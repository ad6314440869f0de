import { stripVTControlCharacters } from 'node:util';
import type { LiveFrame } from '@cantata/engine';
import { describe, expect, test, vi } from 'vitest';
import { assigned, begin, completed } from '../../test/history.ts';
import { single } from '../../test/workflows.ts';
import { KnownPatterns } from '../assemble/patterns.ts';
import { createTerminal, type Terminal } from '../terminal.ts';
import { createLiveTree } from './live-tree.ts';
import { createPlainLines } from './plain-lines.ts';
import { createWatcher, showOf } from './watcher.ts';

interface Screen extends Terminal {
  text(): string;
}

function screen(isTTY = false, rows = 30): Screen {
  let text = '';
  const writer = { isTTY, columns: 80, rows, write: (more: string) => (text += more) };
  const terminal = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols: false });
  return Object.assign(Object.create(terminal) as Terminal, { text: () => stripVTControlCharacters(text) });
}

const from = { executionId: 'x', task: 'work', item: undefined, seat: 'someone' } as const;
const progress = (fraction: number, note = ''): LiveFrame => ({
  ...from,
  kind: 'progress',
  progress: { fraction, note },
});
const log = (level: 'info' | 'warn' | 'error', message: string, fields = {}): LiveFrame => ({
  ...from,
  kind: 'log',
  level,
  message,
  fields,
});

describe('plain lines', () => {
  test('tell the progress of a seat once a second at most', () => {
    const out = screen();
    let now = 0;
    const watcher = createPlainLines({ out, err: screen(), verbose: false, now: () => now });
    for (; now < 2_500; now += 100) watcher.said(progress(now / 2_500, `at ${now}`));
    expect(out.text().match(/at \d+$/gm)).toEqual(['at 0', 'at 1000', 'at 2000']);
    expect(out.text()).toContain('1970-01-01T00:00:01.000Z  progress      work at someone 40 % at 1000');
  });

  test('leave out what tells a reader nothing', () => {
    const out = screen();
    const { state, tell } = begin(single('worker'));
    const watcher = createPlainLines({ out, err: screen(), verbose: false });
    watcher.told(tell(0, assigned('work', 'someone')), state);
    watcher.told(
      tell(1_000, {
        type: 'workflow.checkpoint_created',
        checkpoint: 'c',
        cause: 'interval',
        recovery: { in_flight: [], redispatch: 0, ready: 0, retrying: 0, resume: '' },
      }),
      state,
    );
    watcher.told(tell(2_000, completed('work')), state);
    watcher.close();
    expect(out.text()).toBe(
      '2026-11-23T12:00:00.000Z  assigned      work to someone\n2026-11-23T12:00:02.000Z  completed     work in 2 s\n',
    );
  });

  test('say warnings of agents beside the output, and all they log when asked to', () => {
    const quiet = screen();
    const verbose = screen();
    const out = screen();
    for (const [err, isVerbose] of [
      [quiet, false],
      [verbose, true],
    ] as const) {
      const watcher = createPlainLines({ out, err, verbose: isVerbose });
      watcher.said(log('info', 'noted', { pages: 3 }));
      watcher.said(log('warn', 'odd', { pages: 4 }));
      watcher.said(log('error', 'it threw', { stack: 'Error: it threw\n    at work' }));
    }
    expect(out.text()).toBe('');
    expect(quiet.text()).toBe('warn  work someone odd {"pages":4}\n');
    expect(verbose.text()).toContain('info  work someone noted {"pages":3}\n');
    expect(verbose.text()).toContain('error work someone it threw\nError: it threw\n    at work\n');
  });
});

describe('the live tree', () => {
  test('is redrawn while time passes, and its last state stays', () => {
    vi.useFakeTimers({ now: 1_795_435_200_000 });
    try {
      const terminal = screen(true);
      const { state, tell } = begin(single('worker'));
      const watcher = createLiveTree(terminal, { verbose: false });
      expect(terminal.text()).toContain('starting …');
      watcher.told(tell(0, assigned('work', 'someone')), state);
      watcher.said(progress(0.5, 'half way'));
      vi.advanceTimersByTime(1_500);
      expect(terminal.text()).toMatch(/work {2}someone {2}1\.4 s {2}━━━━━───── 50 % {2}half way/);
      expect(terminal.text()).toMatch(/\n {2}about 9 s left \(a guess\) · critical path: work\n/);
      watcher.remark('a remark\nof two lines');
      expect(terminal.text()).toContain('a remark\nof two lines\n');
      watcher.said(log('warn', 'odd'));
      expect(terminal.text()).toContain('warn  work someone odd');
      tell(2_000, completed('work'));
      watcher.told(tell(2_000, { type: 'workflow.completed' }), state);
      watcher.close();
      watcher.close();
      expect(terminal.text()).toMatch(
        /\nonly_worker 1\.0 · .* · completed · 2\.0 s\n\n {2}✔ work {2}someone {2}2\.0 s\n$/,
      );
      watcher.remark('afterwards');
      expect(terminal.text()).toMatch(/\nafterwards\n$/);
    } finally {
      vi.useRealTimers();
    }
  });

  test('fits into a low window', () => {
    vi.useFakeTimers({ now: 1_795_435_200_000 });
    try {
      const terminal = screen(true, 8);
      const tasks = Array.from({ length: 40 }, (_, i) => ({ id: `t${i}`, agent: 'someone' }));
      const { state, tell } = begin({ ...single('worker'), tasks });
      const watcher = createLiveTree(terminal, { verbose: false });
      watcher.told(tell(0, assigned('t0', 'someone')), state);
      vi.advanceTimersByTime(100);
      expect(terminal.text()).toContain('… 38 rows more: 38 ready');
      expect(terminal.text()).not.toContain('left');
      watcher.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

test('JSON goes before quiet, and quiet before the terminal', () => {
  expect([showOf({ json: true, quiet: true }), showOf({ quiet: true }), showOf({})]).toEqual([
    'json',
    'quiet',
    'people',
  ]);
  const out = screen();
  const host = {
    out,
    err: screen(),
    cwd: '/',
    environment: {} as never,
    configuration: {} as never,
    patterns: new KnownPatterns(),
  };
  const { state, tell } = begin(single('worker'));
  createWatcher(host, { quiet: true }).told(tell(0, assigned('work', 'someone')), state);
  expect(out.text()).toBe('');
  createWatcher(host, { json: true }).told(tell(1, completed('work')), state);
  expect(JSON.parse(out.text())).toMatchObject({ event: 'task.completed', task_id: 'work' });
});
