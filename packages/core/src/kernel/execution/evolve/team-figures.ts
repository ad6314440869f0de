/** What is counted of the attempts at the turns of a team. */
import { nth } from '../../../nth.ts';
import type { TeamFigures } from '../../../patterns/figures.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { ExecutionState, Item } from '../state.ts';
import { teamOf } from './team-run.ts';

function figuresOf(state: ExecutionState, { task, spawned }: Item): TeamFigures {
  return teamOf(nth(state.tasks, task), spawned?.scope).figures;
}

export function turnRetried(state: ExecutionState, item: Item, { code }: TaskError): void {
  const figures = figuresOf(state, item);
  figures.retries += 1;
  if (code === 'ask_refused') figures.refused += 1;
}

export function turnLost(state: ExecutionState, item: Item): void {
  figuresOf(state, item).losses += 1;
}

export function turnTook(state: ExecutionState, item: Item, ms: number): void {
  figuresOf(state, item).busyMs += ms;
}
