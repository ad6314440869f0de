/** What an agent's answer, its silence or its loss means. */
import { taskLabel, turnAddress } from '../../../ids.ts';
import type { Json } from '../../../json.ts';
import type { Ask } from '../../../patterns/asks.ts';
import { retryVerdict } from '../../../policy/retry.ts';
import type { Directive, OwnDirective, TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { AtAssignment, TurnAnswer } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { findAttempt } from '../look/attempt.ts';
import {
  attemptOf,
  endingOf,
  retryPolicyOf,
  seatId,
  statusOf,
  stoppingOf,
  triesOf,
  wasInterrupted,
} from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import { failsToUndo } from './compensation.ts';
import type { Outcome } from './compute.ts';
import { directed } from './directives.ts';
import { enoughWith } from './enough.ts';
import { itemFails } from './failure.ts';
import { misfit } from './misfit.ts';
import { teamStarts, whyNotAsked } from './team.ts';

/** After so many losses of one attempt its process is taken to be killed by it. Orderly ends are not counted. */
export const MAX_LOSSES_PER_ATTEMPT = 5;

export function answer(
  state: View<ExecutionState>,
  command: TurnAnswer,
  now: Instant,
): Decision<ExecutionEvent> {
  const item = findAttempt(state, command);
  if (item === undefined) return stale(command);
  const answered =
    command.type === 'turn.failed' ? failure(command.error) : completion(state, item, command, now);
  if (answered.kind === 'value') return accept(answered.value);
  const { error } = answered;
  const at = attemptOf(state, item);
  // Whatever it says: it was told to stop, and has.
  if (stoppingOf(item) !== undefined) return accept([{ type: 'task.cancelled', ...at, confirmed: true }]);
  if (endingOf(state) !== undefined) {
    return error.code === 'agent_aborted'
      ? accept([{ type: 'task.cancelled', ...at, confirmed: true }])
      : accept([{ type: 'task.failed', ...at, error }]);
  }
  return accept(afterFailure(state, item, error, now));
}

/** Of an agent that was told to stop the answer counts, and what it asks for does not. */
function completion(
  state: View<ExecutionState>,
  item: View<Item>,
  { output, usage, directives: wanted }: Extract<TurnAnswer, { readonly type: 'turn.completed' }>,
  now: Instant,
): Outcome<readonly ExecutionEvent[]> {
  const isWanted = stoppingOf(item) === undefined && endingOf(state) === undefined;
  const { asks, directives } = isWanted && wanted !== undefined ? sorted(wanted) : NOTHING_WANTED;
  const error =
    asks === undefined
      ? (misfit(state, item, output) ?? (isWanted ? unsaid(state, item, output, now) : undefined))
      : refusal(state, item, output, asks, now);
  if (error !== undefined) return failure(error);
  const used = usage === undefined ? {} : { usage };
  if (item.undoes !== undefined) {
    const undone = { ...attemptOf(state, item), deed: 'compensate' } as const;
    return { kind: 'value', value: [{ type: 'task.compensated', ...undone, output, ...used }] };
  }
  const asked = asks === undefined ? {} : { asks: asks as unknown as Json };
  const isTurn = item.spawned?.turn !== undefined;
  const done: ExecutionEvent =
    asks === undefined || isTurn
      ? { type: 'task.completed', ...attemptOf(state, item), output, ...used, ...asked }
      : teamStarts(state, item, { opening: true, output, ...used, ...asked });
  if (directives === undefined) return { kind: 'value', value: [done, ...enoughWith(state, item)] };
  const more = directed(state, item, directives, output, isTurn || asks !== undefined);
  if (more.kind === 'failed') return more;
  return { kind: 'value', value: [...more.value, done, ...enoughWith(state, item, more.value)] };
}

interface Wanted {
  /** What the pattern is to decide. */
  readonly asks: readonly Ask[] | undefined;
  readonly directives: readonly OwnDirective[] | undefined;
}
const NOTHING_WANTED: Wanted = { asks: undefined, directives: undefined };

function sorted(wanted: readonly Directive[]): Wanted {
  const directives = wanted.filter(isOwn);
  const asks = wanted.filter((one) => !isOwn(one));
  return {
    asks: asks.length === 0 ? undefined : asks,
    directives: directives.length === 0 ? undefined : directives,
  };
}

function isOwn(directive: Directive): directive is OwnDirective {
  return directive.kind === 'spawn' || directive.kind === 'publish' || directive.kind === 'add_items';
}

/** The agent may say it better with another attempt, and is told. */
function refusal(
  state: View<ExecutionState>,
  item: View<Item>,
  output: Json,
  asks: readonly Ask[],
  now: Instant,
): TaskError | undefined {
  const message = whyNotAsked(state, item, output, asks, now);
  return message === undefined ? undefined : { code: 'ask_refused', message };
}

/** Its pattern may have wanted another answer from this turn, though it asks for nothing. */
function unsaid(
  state: View<ExecutionState>,
  item: View<Item>,
  output: Json,
  now: Instant,
): TaskError | undefined {
  return item.spawned?.turn === undefined ? undefined : refusal(state, item, output, [], now);
}

function failure(error: TaskError): Outcome<never> {
  return { kind: 'failed', error };
}

export function lose(
  state: View<ExecutionState>,
  command: AtAssignment & { readonly reason: string },
): Decision<ExecutionEvent> {
  const item = findAttempt(state, command);
  if (item === undefined) return stale(command);
  const at = attemptOf(state, item);
  if (endingOf(state) !== undefined || stoppingOf(item) !== undefined)
    return accept([{ type: 'task.cancelled', ...at, confirmed: false }]);
  const losses = item.losses + 1;
  if (losses >= MAX_LOSSES_PER_ATTEMPT && !wasInterrupted(state, item)) {
    const error: TaskError = {
      code: 'agent_lost',
      message: `the attempt was lost ${losses} times: ${command.reason}`,
    };
    return accept(giveUp(state, item, error));
  }
  const seat = seatId(state, statusOf(item, 'assigned').seat);
  return accept([{ type: 'agent.lost', ...at, seat, reason: command.reason }]);
}

/** A failed attempt is retried by policy, or fails its task and with it the execution. */
export function afterFailure(
  state: View<ExecutionState>,
  item: View<Item>,
  error: TaskError,
  now: Instant,
): readonly ExecutionEvent[] {
  const at = attemptOf(state, item);
  const address = turnAddress(state.executionId, at);
  const verdict = retryVerdict(retryPolicyOf(state, item), triesOf(item), error, address);
  if (verdict.kind === 'retry')
    return [{ type: 'task.retry_scheduled', ...at, error, until: now + verdict.delayMs }];
  return giveUp(state, item, error);
}

function giveUp(state: View<ExecutionState>, item: View<Item>, error: TaskError): readonly ExecutionEvent[] {
  if (item.undoes !== undefined) return [failsToUndo(state, item, error)];
  return itemFails(state, item, error);
}

export function stale(at: AtAssignment): Decision<ExecutionEvent> {
  const message = `attempt ${at.attempt} of ${taskLabel(at.task, at.item)} does not count any more`;
  return reject('stale_result', message);
}
