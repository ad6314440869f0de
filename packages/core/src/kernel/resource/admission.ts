/** Admission: how many executions of a workflow may be open. The first kind of resource. */

import type { Instant } from '../../ports/clock.ts';
import type { StartCommand } from '../execution/commands.ts';
import { accept, type Decision, NO_EVENTS, reject, type View } from '../law.ts';

/** The entity that admits the executions of a workflow. */
export function admissionOf(workflowId: string): string {
  return `${ADMISSION_PREFIX}${workflowId}`;
}
export const ADMISSION_PREFIX = 'admission/';

export interface AdmissionState {
  /** Open executions and since when. */
  readonly holders: Map<string, Instant>;
}

export type AdmissionCommand =
  | {
      readonly type: 'admission.request';
      readonly execution: string;
      /** Of the version that is to run: how many may be open with it. */
      readonly limit: number;
      /** Sent on to the execution when it is admitted. */
      readonly start: StartCommand;
    }
  | { readonly type: 'admission.release'; readonly execution: string };

export type AdmissionEvent =
  | { readonly type: 'admission.granted'; readonly execution: string }
  | { readonly type: 'admission.released'; readonly execution: string };

export function decideAdmission(
  state: View<AdmissionState>,
  command: AdmissionCommand,
): Decision<AdmissionEvent> {
  const { execution } = command;
  if (command.type === 'admission.release') {
    return state.holders.has(execution) ? accept([{ type: 'admission.released', execution }]) : NO_EVENTS;
  }
  if (state.holders.has(execution)) return reject('already_started', `execution ${execution} exists already`);
  if (state.holders.size >= command.limit) {
    const holders = [...state.holders.keys()].slice(0, 10);
    const { name } = command.start.workflow;
    const message =
      command.limit === 1
        ? `workflow ${name} is executing already: ${holders[0]}`
        : `workflow ${name} has ${state.holders.size} open executions, and ${command.limit} are allowed`;
    return reject('workflow_already_executing', message, { executions: holders });
  }
  return accept([{ type: 'admission.granted', execution }], [{ to: execution, command: command.start }]);
}

export function evolveAdmission(state: AdmissionState, event: AdmissionEvent, at: Instant): void {
  if (event.type === 'admission.granted') state.holders.set(event.execution, at);
  else state.holders.delete(event.execution);
}
