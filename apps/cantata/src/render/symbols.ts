/** The signs of the tree, and their plain stand-ins for consoles that have few. */
import type { TaskStatusWord } from '@cantata/core';
import type { Paint, Terminal } from '../terminal.ts';

export interface Symbols {
  readonly status: Readonly<Record<TaskStatusWord, string>>;
  /** What moves while something runs. */
  readonly spinner: readonly string[];
  readonly bar: readonly [done: string, open: string];
  readonly paused: string;
}

const FULL: Symbols = {
  status: {
    pending: '○',
    ready: '◌',
    running: '●',
    retrying: '↻',
    waiting: '◷',
    completed: '✔',
    failed: '✖',
    skipped: '»',
    cancelled: '⊘',
    compensating: '↶',
    compensated: '⤺',
    compensation_failed: '✖',
  },
  spinner: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'.split(''),
  bar: ['━', '─'],
  paused: '‖',
};

const PLAIN: Symbols = {
  status: {
    pending: '.',
    ready: 'o',
    running: '>',
    retrying: '~',
    waiting: ':',
    completed: '+',
    failed: 'x',
    skipped: 's',
    cancelled: '-',
    compensating: '<',
    compensated: 'u',
    compensation_failed: 'X',
  },
  spinner: '|/-\\'.split(''),
  bar: ['#', '-'],
  paused: '=',
};

export function symbolsOf({ plainSymbols }: Pick<Terminal, 'plainSymbols'>): Symbols {
  return plainSymbols ? PLAIN : FULL;
}

export function paintOf(status: string, paint: Paint): (text: string) => string {
  switch (status) {
    case 'completed':
      return paint.green;
    case 'failed':
    case 'compensation_failed':
    case 'parked':
    case 'deadlocked':
      return paint.red;
    case 'retrying':
    case 'compensating':
    case 'compensated':
    case 'waiting':
    case 'paused':
    case 'undriven':
    case 'stalled':
      return paint.yellow;
    case 'running':
    case 'planning':
    case 'allocating':
      return paint.cyan;
    default:
      return paint.dim;
  }
}
