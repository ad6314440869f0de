/** The parts that sentences about events are made of. */
import {
  duration,
  type ExecutionState,
  type Instant,
  isReference,
  type Json,
  referenceWords,
  type TaskError,
  taskLabel,
  type View,
} from '@cantata/core';
import { clean, cut } from '../text.ts';

export interface EventWords {
  /** What happened, in one or two words. */
  readonly word: string;
  /** To what, and how. */
  readonly text: string;
  readonly mood: 'plain' | 'good' | 'bad' | 'careful';
}

/** Longer values are for `--json`. */
const MAX_VALUE = 120;

export const plain = (word: string, text: string): EventWords => ({ word, text, mood: 'plain' });
export const good = (word: string, text: string): EventWords => ({ word, text, mood: 'good' });
export const bad = (word: string, text: string): EventWords => ({ word, text, mood: 'bad' });
export const careful = (word: string, text: string): EventWords => ({ word, text, mood: 'careful' });

export function place({ task, item }: { readonly task?: string; readonly item?: number }): string {
  return task === undefined ? '' : `${taskLabel(task, item)}: `;
}

/** Both are an agent's own words. */
export function error({ code, message }: TaskError): string {
  return clean(`${code}: ${message}`);
}

export function elapsed({ request }: View<ExecutionState>, at: Instant): string {
  return duration(Math.max(0, at - (request?.at ?? at)));
}

export function value(json: Json): string {
  return isReference(json) ? referenceWords(json) : cut(JSON.stringify(json), MAX_VALUE);
}
