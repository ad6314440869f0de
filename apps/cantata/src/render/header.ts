/** The line above the tree: what runs, how far it is, since when. */
import { type ExecutionState, type Instant, isEnded, type View } from '@cantata/core';
import type { Terminal } from '../terminal.ts';
import { paintOf, type Symbols } from './symbols.ts';
import { clean, cut, shortId, width } from './text.ts';
import { ago, elapsed } from './time.ts';

export interface HeaderStyle {
  readonly terminal: Terminal;
  readonly symbols: Symbols;
}

const SEPARATOR = ' · ';
const MAX_VERSION = 12;
/** With less room than this for the title and what it is at, the id is left out. */
const MIN_ROOM = 24;

export function headerLine(state: View<ExecutionState>, now: Instant, { terminal }: HeaderStyle): string {
  const { bold, dim } = terminal.paint;
  const { definition } = state.plan;
  const elapsedText = elapsedWords(state, now);
  const version = cut(definition.version, MAX_VERSION);
  const { words, paint } = statusWords(state, now, terminal);
  const id = shortId(state.executionId);
  const free = terminal.columns - width(elapsedText) - 2 * SEPARATOR.length;
  const withId = free - width(id) - SEPARATOR.length;
  const room = withId < MIN_ROOM ? free : withId;
  // What it is at counts for more than its whole name, which whoever looks at it has typed.
  const title = width(`${definition.name} ${version}`);
  const status = cut(words, Math.max(room - title, Math.ceil(room / 2)));
  const name = cut(definition.name, room - width(status) - width(version) - 1);
  const parts = [
    `${bold(name)} ${version}`,
    withId < MIN_ROOM ? '' : dim(id),
    status === '' ? '' : paint(status),
    dim(elapsedText),
  ];
  return parts.filter((part) => part !== '').join(dim(SEPARATOR));
}

interface StatusWords {
  readonly words: string;
  readonly paint: (text: string) => string;
}

function statusWords(state: View<ExecutionState>, now: Instant, { paint, columns }: Terminal): StatusWords {
  const { status } = state;
  const colour = paintOf(status.kind, paint);
  if (isEnded(status)) return { words: status.kind.replaceAll('_', ' '), paint: colour };
  if (status.kind === 'paused') {
    const why = status.reason === undefined ? '' : `: ${cut(clean(status.reason), columns / 3)}`;
    return { words: `paused by ${clean(status.by)} ${ago(status.at, now)}${why}`, paint: colour };
  }
  if (status.kind === 'compensating') return { words: 'undoing what was done', paint: colour };
  if (status.kind !== 'running') return { words: 'starting', paint: colour };
  if (status.ending !== undefined)
    return {
      words: status.ending.kind === 'cancelled' ? 'being cancelled' : 'failing',
      paint: paint.yellow,
    };
  return { words: state.plan.phases[state.layer] ?? 'running', paint: colour };
}

function elapsedWords({ request, status }: View<ExecutionState>, now: Instant): string {
  if (request === undefined) return '';
  const end = isEnded(status) ? (status as { readonly at: Instant }).at : now;
  return elapsed(Math.max(0, end - request.at));
}
