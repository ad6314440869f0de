/** What a resource's answer means to an execution. A grant nobody waits for is given back at once. */
import { accept, type Decision, NO_EVENTS } from '../../law.ts';
import type { ResourceAnswer } from '../../resource/claim.ts';
import { giveBack } from '../../resource/give-back.ts';
import type { ExecutionEvent } from '../events.ts';

export function answered(answer: ResourceAnswer): Decision<ExecutionEvent> {
  if (answer.type !== 'resource.granted') return NO_EVENTS;
  return accept([], [giveBack(answer.resource, answer.claim)]);
}
