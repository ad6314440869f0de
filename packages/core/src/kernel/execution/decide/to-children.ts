/** What an execution tells those it waits for. */
import type { Message, View } from '../../law.ts';
import { childOf } from '../lookup.ts';
import type { ExecutionState } from '../state.ts';

/** What a pause or its end means for the children that have begun. */
export function toChildren(
  state: View<ExecutionState>,
  commandFor: (execution: string) => Message['command'],
): readonly Message[] {
  const begun = Array.from(state.children, (item) => childOf(item)).filter(
    (child) => child?.workflowId !== undefined,
  );
  return begun.map((child) => {
    const { execution } = child as NonNullable<typeof child>;
    return { to: execution, command: commandFor(execution) };
  });
}
