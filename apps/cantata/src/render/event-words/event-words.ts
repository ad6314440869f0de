/** Every event as a word and a sentence: for lines in a pipe and for `cantata events`. */
import type { ExecutionState, View } from '@cantata/core';
import type { Told } from '../../follow/tail.ts';
import { type TaskEvent, taskWords } from './task.ts';
import { type TeamEvent, teamWords } from './team.ts';
import { type TurnEvent, turnWords } from './turn.ts';
import type { EventWords } from './words.ts';
import { type WorkflowEvent, workflowWords } from './workflow.ts';

export function eventWords(told: Told, state: View<ExecutionState>): EventWords {
  const { event, at, startedAt } = told;
  if (isOfWorkflow(event)) return workflowWords(event, told, state);
  if (isOfTeam(event)) return teamWords(event);
  return isOfTurn(event) ? turnWords(event, { at, startedAt }, state) : taskWords(event);
}

function isOfWorkflow(event: Told['event']): event is WorkflowEvent {
  return event.type.startsWith('workflow.');
}

function isOfTeam(event: Told['event']): event is TeamEvent {
  return event.type.startsWith('pattern.');
}

function isOfTurn(event: WorkflowEvent | TurnEvent | TaskEvent): event is TurnEvent {
  return 'attempt' in event || event.type === 'task.retry_due';
}
