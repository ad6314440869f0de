/** What is being undone, what could not be, and who is waited for, in words. */
import { taskLabel } from '../../../../ids.ts';
import { nth } from '../../../../nth.ts';
import { attemptsOf } from '../../../../policy/retry.ts';
import type { TaskError } from '../../../../ports/agent.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { duration, inTime, listing, typed } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import type { Compensation } from '../../compensation.ts';
import { labelOf, retryPolicyOf, stepPlace, triesOf } from '../../lookup.ts';
import { poolOf } from '../../seating.ts';
import type { EndCause, ExecutionState, ExecutionStatus, Item } from '../../state.ts';
import type { Cause } from './cause.ts';

type State = View<ExecutionState>;

/** Of the execution as a whole, once undoing has begun. */
export function whyUndone(
  state: State,
  status: View<Extract<ExecutionStatus, { readonly cause: EndCause }>>,
  now: Instant,
): Cause {
  const failed = stepsOf(state, 'failed');
  if (status.kind === 'compensation_failed') {
    const again = `cantata compensation retry ${state.executionId}`;
    const sentence = `${endWords(status.cause)}, and ${status.reason}. It waits for an operator: ${again} tries again.`;
    return { subject: 'execution', code: 'compensation_failed', sentence, waits_for: [...failed, again] };
  }
  if (status.kind === 'compensated') {
    const sentence = `${endWords(status.cause)}, and what was done is undone.`;
    return { subject: 'execution', code: 'compensated', sentence, waits_for: [] };
  }
  const open = [...stepsOf(state, 'due'), ...stepsOf(state, 'running')];
  const more = failed.length === 0 ? '' : `, ${listing(failed)} could not be undone`;
  const most = `at the longest for ${duration(Math.max(0, status.deadline - now))}`;
  const sentence = `${endWords(status.cause)}, and what was done is being undone: ${listing(open)} now${more}, ${most}.`;
  return { subject: 'execution', code: 'compensating', sentence, waits_for: open, until: status.deadline };
}

function endWords(cause: View<EndCause>): string {
  if (cause.kind === 'cancelled') return `It was cancelled (${cause.reason})`;
  const where = cause.task === undefined ? '' : ` in ${taskLabel(cause.task, cause.item)}`;
  return `It failed${where} (${cause.error.code}: ${cause.error.message})`;
}

function stepsOf(state: State, wanted: Compensation['status']): readonly string[] {
  return [...state.compensations.values()]
    .filter(({ status }) => status === wanted)
    .map((step) => stepLabel(state, step));
}

function stepLabel(state: State, step: View<Compensation>): string {
  const { task, item } = stepPlace(state, step);
  return taskLabel(task, item);
}

/** Of every step whose undoing waits for something. */
export function* whySteps(state: State, now: Instant): Iterable<Cause> {
  if (state.undoing === undefined) return;
  for (const step of state.compensations.values()) {
    const cause = whyStep(state, step, now);
    if (cause !== undefined) yield cause;
  }
}

function whyStep(state: State, step: View<Compensation>, now: Instant): Cause | undefined {
  const subject = stepLabel(state, step);
  switch (step.status) {
    case 'registered': {
      const before = [
        ...stepsOf(state, 'running'),
        ...stepsOf(state, 'due'),
        ...stepsOf(state, 'failed'),
      ].filter((label) => label !== subject);
      const sentence = `${subject} is undone after what was built on it: ${listing(before)} first.`;
      return { subject, code: 'waits_for_undoing', sentence, waits_for: before };
    }
    case 'due':
      return whyDue(state, subject);
    case 'running':
      return step.turn && whyTurn(state, step.turn, now);
    case 'failed':
      return {
        subject,
        code: 'compensation_failed',
        sentence: failedWords(state, subject, step.error),
        waits_for: [`cantata compensation skip ${state.executionId} ${typed(subject)}`],
      };
    default:
      return undefined;
  }
}

/** Between two steps of many, or where the time for all of it was over first. */
function whyDue({ executionId, status }: State, subject: string): Cause {
  if (status.kind !== 'compensation_failed')
    return { subject, code: 'starting', sentence: `${subject} is about to be undone.`, waits_for: [] };
  const again = `cantata compensation retry ${executionId}`;
  const sentence = `${subject} is not undone yet: the time for it was over; ${again} goes on.`;
  return { subject, code: 'waits_for_undoing', sentence, waits_for: [again] };
}

function failedWords({ executionId }: State, subject: string, error: View<TaskError> | undefined): string {
  const step = `${executionId} ${typed(subject)}`;
  const what = `cantata compensation retry ${step} tries again, cantata compensation skip ${step} leaves it as it is`;
  return `${subject} could not be undone (${error?.code}: ${error?.message}); ${what}.`;
}

function whyTurn(state: State, turn: View<Item>, now: Instant): Cause | undefined {
  const subject = labelOf(state, turn);
  const { status } = turn;
  if (status.kind === 'ready') {
    const { groups } = nth(state.plan.pools, poolOf(state, turn));
    const names = groups.map((group) => nth(state.plan.groups, group).definition.name);
    const sentence = `${subject} waits for a free seat of ${listing(names)}.`;
    return { subject, code: 'waits_for_seat', sentence, waits_for: names };
  }
  if (status.kind !== 'retrying') return undefined;
  const { error, until } = status;
  const most = turn.attempt - triesOf(turn) + attemptsOf(retryPolicyOf(state, turn), error);
  const sentence = `Attempt ${turn.attempt} of ${subject} failed (${error.code}: ${error.message}); attempt ${turn.attempt + 1} of at most ${most} starts ${inTime(until, now)}.`;
  return { subject, code: 'waits_for_retry', sentence, waits_for: [], until };
}
