/** A task ends the execution: it is done itself, and everything else is told to stop. */
import type { Instant } from '../../../ports/clock.ts';
import type { Terminating } from '../events.ts';
import { takeReady } from '../seating.ts';
import { CANCEL_GRACE_MS, type Ending, type ExecutionState } from '../state.ts';
import { stopAgents } from './lifecycle.ts';
import { closeItem, itemOf } from './tasks.ts';

export function terminating(state: ExecutionState, event: Terminating, at: Instant): void {
  const item = itemOf(state, event);
  takeReady(state, item);
  item.status = { kind: 'completed', at, output: event.output ?? null };
  closeItem(state, item, at);
  const ending = endingOf(event, at + CANCEL_GRACE_MS);
  state.status = { kind: 'running', ending };
  stopAgents(state, event.reason, ending.deadline);
}

function endingOf({ as, task, output, reason }: Terminating, deadline: Instant): Ending {
  if (as === 'failed')
    return { kind: 'failed', error: { code: 'terminated', message: reason }, task, deadline };
  return { kind: 'completed', reason, ...(output === undefined ? {} : { output }), deadline };
}
