/** What an execution tells those it waits for. */
import type { Message, View } from '../../law.ts';
import { admissionOf } from '../../resource/ids.ts';
import type { PauseCommand, ResumeCommand } from '../commands.ts';
import { childOf } from '../lookup.ts';
import type { ExecutionState } from '../state.ts';

/** What a pause means for its children, by their admissions: what is told to a child itself may be there before its start. */
export function toChildren(
  state: View<ExecutionState>,
  commandFor: (execution: string) => PauseCommand | ResumeCommand,
): readonly Message[] {
  return Array.from(state.children, (item) => childOf(item)).flatMap((child) => {
    if (child?.workflowId === undefined) return [];
    const { execution, workflowId } = child;
    const command = { type: 'admission.pass', execution, command: commandFor(execution) } as const;
    return [{ to: admissionOf(workflowId), command }];
  });
}
