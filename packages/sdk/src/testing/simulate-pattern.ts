/** Tries a pattern out with the agents of its users. */
import type { Pattern } from '@cantata/core';
import * as testing from '@cantata/testing/workflow';
import { scripted, type TestAgent } from './agents.ts';

export type SimulatePatternOptions = testing.SimulatePatternOptions<TestAgent>;

/**
 * Starts a team that works by a pattern, in virtual time, and lets everything happen that needs no time.
 *
 *     const run = await simulatePattern('debate', { agents: { judge: () => 'yes', ann: () => 1, bob: () => 2 } });
 *     await run.finish();
 *
 * @param pattern the name of one that comes with Cantata, a document as YAML or JSON text, or what `definePattern` made
 * @throws Error with every problem of the document, or of the team
 */
export async function simulatePattern(
  pattern: string | Pattern,
  options: SimulatePatternOptions,
): Promise<testing.WorkflowRun> {
  const agents = Object.entries(options.agents).map(([group, agent]) => [group, scripted(agent)] as const);
  return testing.simulatePattern(pattern, { ...options, agents: Object.fromEntries(agents) });
}
