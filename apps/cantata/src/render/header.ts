/** The line above the tree: what runs, how far it is, since when. */
import { type ExecutionState, type Instant, isEnded, type View } from '@cantata/core';
import type { Terminal } from '../terminal.ts';
import { paintOf, type Symbols } from './symbols.ts';
import { clean, cut, shortId } from './text.ts';
import { ago, elapsed } from './time.ts';

export interface HeaderStyle {
  readonly terminal: Terminal;
  readonly symbols: Symbols;
}

export function headerLine(state: View<ExecutionState>, now: Instant, { terminal }: HeaderStyle): string {
  const { bold, dim } = terminal.paint;
  const { name, version } = state.plan.definition;
  const title = `${bold(name)} ${version}`;
  const parts = [
    title,
    dim(shortId(state.executionId)),
    statusWords(state, now, terminal),
    dim(elapsedWords(state, now)),
  ];
  return parts.filter((part) => part !== '').join(dim(' · '));
}

function statusWords(state: View<ExecutionState>, now: Instant, { paint, columns }: Terminal): string {
  const { status } = state;
  const colour = paintOf(status.kind, paint);
  if (isEnded(status)) return colour(status.kind);
  if (status.kind === 'paused') {
    const why = status.reason === undefined ? '' : `: ${cut(clean(status.reason), columns / 3)}`;
    return colour(`paused by ${clean(status.by)} ${ago(status.at, now)}${why}`);
  }
  if (status.kind !== 'running') return colour('starting');
  if (status.ending !== undefined)
    return paint.yellow(status.ending.kind === 'cancelled' ? 'being cancelled' : 'failing');
  return colour(state.plan.phases[state.layer] ?? 'running');
}

function elapsedWords({ request, status }: View<ExecutionState>, now: Instant): string {
  if (request === undefined) return '';
  const end = isEnded(status) ? (status as { readonly at: Instant }).at : now;
  return elapsed(Math.max(0, end - request.at));
}
