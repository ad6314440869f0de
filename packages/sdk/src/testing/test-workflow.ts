/** Tries a workflow out with the agents of its users. */
import type { JsonObject } from '@cantata/core';
import * as testing from '@cantata/testing/workflow';
import { scripted, type TestAgent } from './agents.ts';

export type TestWorkflowOptions = testing.TestWorkflowOptions<TestAgent>;

/**
 * Starts an execution of a workflow on a store in memory, with time that only the test moves, and lets everything happen
 * that needs no time. Works in any test runner and leaves nothing to close.
 *
 *     const run = await testWorkflow(yaml, { agents: { writer_agent: (topic) => `about ${topic}` }, input: 'bees' });
 *     await run.finish();
 *
 * @param document the workflow as YAML or JSON text, or as plain data
 * @throws Error with every problem of the document, or with the agent types that nobody was given for
 * @throws CantataError `input_invalid` for an input that the workflow does not take
 */
export async function testWorkflow(
  document: string | JsonObject,
  options: TestWorkflowOptions,
): Promise<testing.WorkflowRun> {
  const agents = Object.entries(options.agents).map(([type, agent]) => [type, scripted(agent)] as const);
  return testing.testWorkflow(document, { ...options, agents: Object.fromEntries(agents) });
}
