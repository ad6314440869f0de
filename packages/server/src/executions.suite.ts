/** Executions for tests that tell them something: agents that wait until they are told how to answer. */
import type { AgentDirectory, AgentOutcome, Json } from '@cantata/core';
import { as, byTenant, type Service, startService, workflow } from './world.suite.ts';

export interface Held {
  readonly service: Service;
  /** The agent that was asked the longest ago answers. */
  answer(output?: Json): Promise<void>;
  /** The same one fails for good. */
  fail(): Promise<void>;
  /** Registers and executes; resolves with the id of the execution. */
  begin(more?: object): Promise<string>;
}

export async function holding(): Promise<Held> {
  const asked: ((result: AgentOutcome) => void)[] = [];
  const arrivals: (() => void)[] = [];
  const agents: AgentDirectory = {
    where: 'the test',
    find: () => ({
      perform: (_, { signal }) =>
        new Promise((resolve) => {
          asked.push(resolve);
          arrivals.shift()?.();
          const error = { code: 'agent_aborted', message: 'told to stop' };
          signal.addEventListener('abort', () => resolve({ kind: 'failed', error }));
        }),
    }),
  };
  const service = await startService({ agents, authenticator: byTenant });
  const say = async (outcome: AgentOutcome): Promise<void> => {
    if (asked.length === 0) await new Promise<void>((resolve) => void arrivals.push(resolve));
    asked.shift()?.(outcome);
  };
  let names = 0;
  return {
    service,
    answer: (output = 'done') => say({ kind: 'completed', output }),
    fail: () => say({ kind: 'failed', error: { code: 'broken', message: 'it broke', retry: 'never' } }),
    async begin(more = {}) {
      names += 1;
      const document = workflow(`held-${names}`, '1.0', more);
      const registered = await service.call('POST', '/api/v1/workflows', document, as('one'));
      const url = `/api/v1/workflows/${registered.body.workflow_id}/execute`;
      const { body } = await service.call('POST', url, { input_data: { n: names } }, as('one'));
      return body.execution_id as string;
    },
  };
}
