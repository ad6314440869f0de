/** The law of executions. */
import type { Law } from '../law.ts';
import type { ExecutionCommand } from './commands.ts';
import { decide } from './decide/decide.ts';
import type { ExecutionEvent } from './events.ts';
import { evolve } from './evolve/evolve.ts';
import { owed } from './owed.ts';
import type { ExecutionState } from './state.ts';

export const executionLaw: Law<ExecutionState, ExecutionCommand, ExecutionEvent> = { decide, evolve, owed };
