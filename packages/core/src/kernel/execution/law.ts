/** The law of executions. */
import type { Law } from '../law.ts';
import type { ExecutionCommand } from './commands.ts';
import { decide } from './decide/decide.ts';
import { EVENT_VALUES, refers } from './event-values.ts';
import type { ExecutionEvent } from './events.ts';
import { evolve } from './evolve/evolve.ts';
import { owed } from './owed.ts';
import type { ExecutionState } from './state.ts';

export const executionLaw: Law<ExecutionState, ExecutionCommand, ExecutionEvent> = {
  decide,
  evolve(state, event, at) {
    evolve(state, event, at);
    if (!state.hasReferences && refers(event)) state.hasReferences = true;
  },
  owed,
  values: EVENT_VALUES,
};
