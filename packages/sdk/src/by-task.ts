/** One agent type that does different things in different tasks: a supervisor decomposes first and judges last. */
import { type AgentDefinition, defineAgent } from './agent.ts';
import { performChecked } from './checked.ts';
import { TerminalError } from './errors.ts';

/**
 * Chooses by the id of the task. Each part keeps its own types and schemas.
 * A task without a part fails at once with the code `task_unknown`.
 */
export function byTask(parts: Readonly<Record<string, AgentDefinition>>): AgentDefinition {
  const known = new Map(Object.entries(parts));
  return defineAgent<unknown>((input, context) => {
    const part = known.get(context.task);
    if (part === undefined) {
      const names = [...known.keys()].map((task) => `\`${task}\``).join(', ');
      throw new TerminalError(
        `the agent type ${context.agentType} has no part for the task \`${context.task}\`; it has ${names}`,
        {
          code: 'task_unknown',
        },
      );
    }
    return performChecked(part, input, context);
  });
}
