/**
 * What the end of an attempt says about its agent: the one rule that engines and the law of executions go by when they
 * tell a circuit breaker. Pure.
 *
 * A breaker keeps callers away from an agent that is not well, so what counts is whether it answers, not whether it
 * succeeds: an agent that says `retry: 'never'` has answered and meant it, and one whose output does not fit its schema
 * is well, too. What others did to the attempt (they stopped it, or its process ended) says nothing about the agent.
 */
import type { TaskError } from '../ports/agent.ts';

/** Ends that are nobody's answer, and not the agent's fault. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['agent_aborted', 'agent_lost']);
/** It answered, with something nobody can use. */
const ANSWERS: ReadonlySet<string> = new Set(['output_invalid']);
/** Without `retry` the attempt took too long; with `never` it was its task, whatever its agent did. */
const TIMED_OUT = 'task_timed_out';

/** How an attempt ended: with an output, or with an error. */
export type AttemptEnd = 'completed' | Pick<TaskError, 'code' | 'retry'>;

/** Whether its agent is well; undefined where nobody can tell. */
export function speaksWell(end: AttemptEnd): boolean | undefined {
  if (end === 'completed' || ANSWERS.has(end.code)) return true;
  if (SAYS_NOTHING.has(end.code)) return undefined;
  if (end.retry !== 'never') return false;
  return end.code === TIMED_OUT ? undefined : true;
}
