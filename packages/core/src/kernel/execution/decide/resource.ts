/** What a resource's answer means to an execution. A grant nobody waits for is given back at once. */
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, NO_EVENTS, type View } from '../../law.ts';
import type { ResourceAnswer } from '../../resource/claim.ts';
import { giveBack } from '../../resource/give-back.ts';
import { prefixOf } from '../../resource/ids.ts';
import type { ExecutionEvent } from '../events.ts';
import type { ExecutionState } from '../state.ts';
import { refusedChild } from './child.ts';

export function answered(
  state: View<ExecutionState>,
  answer: ResourceAnswer,
  now: Instant,
): Decision<ExecutionEvent> {
  if (answer.type === 'resource.denied' && prefixOf(answer.resource) === 'admission')
    return refusedChild(state, answer, now);
  if (answer.type !== 'resource.granted') return NO_EVENTS;
  return accept([], [giveBack(answer.resource, answer.claim)]);
}
