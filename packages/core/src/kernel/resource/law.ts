/** The law of resources: what is shared between executions and must be decided in one place. One file a kind. */
import type { EntityState, Law } from '../law.ts';
import { NO_EVENTS } from '../law.ts';
import {
  type AdmissionCommand,
  type AdmissionEvent,
  type AdmissionState,
  decideAdmission,
  evolveAdmission,
} from './admission.ts';

export interface ResourceState extends EntityState, AdmissionState {
  readonly resourceId: string;
}
export type ResourceCommand = AdmissionCommand;
export type ResourceEvent = AdmissionEvent;

export function newResource(resourceId: string): ResourceState {
  return { resourceId, sequence: 0, lastAt: 0, effects: [], holders: new Map() };
}

export const resourceLaw: Law<ResourceState, ResourceCommand, ResourceEvent> = {
  decide: (state, command) => (command.type === 'continue' ? NO_EVENTS : decideAdmission(state, command)),
  evolve(state, event, at) {
    state.sequence += 1;
    state.lastAt = at;
    evolveAdmission(state, event, at);
  },
  owed: () => [],
};
