/** What the execution as a whole is at, or why it ended. */
import { noRule } from '../../../../errors.ts';
import { taskLabel } from '../../../../ids.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { duration, inTime, listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { statusWord } from '../../decide/control.ts';
import { childOf, deadlineOf, labelOf, seatId, statusOf } from '../../lookup.ts';
import type { ExecutionState, Item } from '../../state.ts';
import { whyAllAcquire } from './acquiring.ts';
import type { Cause, CauseCode } from './cause.ts';
import { whyUndone } from './undoing.ts';
import { whyAllWait } from './waiting.ts';

export function whyExecution(state: View<ExecutionState>, now: Instant): Cause {
  const { status } = state;
  const cause = (code: CauseCode, sentence: string, waits_for: readonly string[] = []): Cause => ({
    subject: 'execution',
    code,
    sentence,
    waits_for,
  });
  switch (status.kind) {
    case 'completed':
      return cause(
        'completed',
        state.stopReason === undefined
          ? 'It is completed; nothing is left to do.'
          : `It was stopped (${state.stopReason}), and is completed with the result it had.`,
      );
    case 'cancelled':
      return cause('cancelled', `It was cancelled: ${status.reason}.`);
    case 'failed': {
      const where = status.task === undefined ? '' : ` in ${taskLabel(status.task, status.item)}`;
      return cause('failed', `It failed${where}: ${status.error.code}: ${status.error.message}`);
    }
    case 'paused': {
      const reason = status.reason === undefined ? '' : ` (${status.reason})`;
      const sentence = `${status.by} paused it ${duration(Math.max(0, now - status.at))} ago${reason}; cantata resume ${state.executionId} continues it.`;
      return cause('paused', sentence, [`cantata resume ${state.executionId}`]);
    }
    case 'running':
      return status.ending === undefined ? whyRunning(state, now) : whyEnding(state, status.ending, now);
    case 'compensating':
    case 'compensation_failed':
    case 'compensated':
      return whyUndone(state, status, now);
    case 'new':
    case 'planning':
    case 'allocating':
      return cause('starting', 'It is being started.');
    default:
      throw noRule('status of an execution', status);
  }
}

function whyRunning(state: View<ExecutionState>, now: Instant): Cause {
  const running = [...state.inFlight].map((item) => labelOf(state, item));
  if (running.length > 0) {
    const sentence = `It is running: agents work on ${listing(running)}${longestWords(state, now)}.`;
    return { subject: 'execution', code: 'agents_running', sentence, waits_for: running };
  }
  const retries = [...state.retrying].map((item) => ({
    label: labelOf(state, item),
    until: statusOf(item, 'retrying').until,
  }));
  const next = retries.reduce<(typeof retries)[number] | undefined>(
    (first, retry) => (first === undefined || retry.until < first.until ? retry : first),
    undefined,
  );
  if (next !== undefined) {
    const sentence = `It waits to retry ${next.label} ${inTime(next.until, now)}.`;
    return {
      subject: 'execution',
      code: 'waits_for_retry',
      sentence,
      waits_for: [next.label],
      until: next.until,
    };
  }
  const waits = whyAllWait(state, now) ?? whyAllAcquire(state, now);
  if (waits !== undefined) return waits;
  const sentence = `It is running and times out ${inTime(deadlineOf(state), now)}.`;
  return { subject: 'execution', code: 'waits_for_timer', sentence, waits_for: [] };
}

/** Who has been at work for longest, where that is worth a word. O(attempts in flight). */
function longestWords(state: View<ExecutionState>, now: Instant): string {
  let longest: View<Item> | undefined;
  const since = (item: View<Item>): Instant => statusOf(item, 'assigned').since;
  for (const item of state.inFlight)
    if (longest === undefined || since(item) < since(longest)) longest = item;
  if (longest === undefined || now - since(longest) < LONG_MS) return '';
  const { seat } = statusOf(longest, 'assigned');
  return `; ${seatId(state, seat)} on ${labelOf(state, longest)} for ${duration(now - since(longest))}`;
}

const LONG_MS = 60_000;

type Ending = NonNullable<Extract<View<ExecutionState>['status'], { kind: 'running' }>['ending']>;

function whyEnding(state: View<ExecutionState>, ending: Ending, now: Instant): Cause {
  const agents = Array.from(state.inFlight, (item) => seatId(state, statusOf(item, 'assigned').seat));
  const children = Array.from(state.children, (item) => `execution ${childOf(item)?.execution}`);
  const open = [...agents, ...children];
  const reason = ending.kind === 'failed' ? ending.error.message : ending.reason;
  const what = `It is ${statusWord(state)} (${reason})`;
  return {
    subject: 'execution',
    code: ENDING_CODES[ending.kind],
    sentence: `${what} and waits for ${listing(open)} to stop, at the longest for ${duration(Math.max(0, ending.deadline - now))}.`,
    waits_for: open,
    until: ending.deadline,
  };
}

const ENDING_CODES = { cancelled: 'cancelling', failed: 'failing', completed: 'completing' } as const;
