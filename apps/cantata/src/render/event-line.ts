/** One event on one line: when, what, to whom. */
import type { ExecutionState, View } from '@cantata/core';
import type { Told } from '../follow/tail.ts';
import type { Paint } from '../terminal.ts';
import { eventWords } from './event-words/event-words.ts';
import type { EventWords } from './event-words/words.ts';

const WORD_COLUMNS = 12;

export function eventLine(told: Told, state: View<ExecutionState>, paint: Paint): string {
  return stampedLine(told.published.timestamp, eventWords(told, state), paint);
}

export function stampedLine(timestamp: string, { word, text, mood }: EventWords, paint: Paint): string {
  return `${paint.dim(timestamp)}  ${moodPaint(mood, paint)(word.padEnd(WORD_COLUMNS))}  ${text}`;
}

function moodPaint(mood: EventWords['mood'], paint: Paint): (text: string) => string {
  switch (mood) {
    case 'good':
      return paint.green;
    case 'bad':
      return paint.red;
    case 'careful':
      return paint.yellow;
    case 'plain':
      return (text) => text;
    default:
      return mood satisfies never;
  }
}
