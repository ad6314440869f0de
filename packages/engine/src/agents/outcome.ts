/** What an agent gave back, checked at the door: JSON, within the limits, and not nothing. */
import { type AgentOutcome, checkJson, type Json, type TaskError, type TurnAnswer } from '@cantata/core';
import type { EngineSettings } from '../settings.ts';

/** An answer without its address. */
export type Answer =
  | Omit<Extract<TurnAnswer, { type: 'turn.completed' }>, 'task' | 'item' | 'attempt' | 'assignment'>
  | Omit<Extract<TurnAnswer, { type: 'turn.failed' }>, 'task' | 'item' | 'attempt' | 'assignment'>;

const MAX_MESSAGE = 2_000;

export function answerOf(outcome: AgentOutcome, settings: EngineSettings): Answer {
  if (outcome.kind === 'failed') return failed(outcome.error);
  const { output, usage } = outcome;
  if (output === undefined) {
    return failed({
      code: 'output_missing',
      message: 'the agent returned nothing; return null if there is nothing to say',
      retry: 'never',
    });
  }
  const limits = { maxBytes: settings.maxValueBytes, maxDepth: settings.maxValueDepth };
  const problem = checkJson(output, limits);
  if (problem !== undefined) {
    const where = problem.path === '' ? 'the output' : `the output at ${problem.path}`;
    const code = problem.code === 'too_large' ? 'output_too_large' : 'output_not_json';
    return failed({ code, message: `${where}: ${problem.message}`, retry: 'never' });
  }
  return {
    type: 'turn.completed',
    output: ownCopy(output as Json),
    ...(usage === undefined ? {} : { usage }),
  };
}

/** What an agent threw past its transport. */
export function errorAnswer(error: Error, aborted: boolean): Answer {
  return failed({ code: aborted ? 'agent_aborted' : 'agent_error', message: error.message || error.name });
}

function failed(error: TaskError): Answer {
  const message = error.message.slice(0, MAX_MESSAGE).replaceAll('\u0000', '\uFFFD');
  return { type: 'turn.failed', error: { ...error, message } };
}

/** The agent keeps its object and may change it later; the state keeps its own. */
function ownCopy(value: Json): Json {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as Json) : value;
}
