/** A turn as an engine gives it, and what an agent said in it. */
import type { AgentContext, Assignment, Json } from '@cantata/core';

export const assignment: Assignment = {
  executionId: '00000000-0000-7000-8000-000000000001',
  workflowId: '00000000-0000-7000-8000-000000000002',
  workflowName: 'test',
  task: 'pay',
  items: 1,
  seat: 'payers-1',
  agentType: 'payer',
  activation: 1,
  attempt: 1,
  assignment: 1,
  idempotencyKey: 'e/pay#1.1/perform',
  input: { cents: 5 },
  workflowInput: null,
  outputs: {},
  kept: {},
};

export interface Listening extends AgentContext {
  readonly said: readonly unknown[];
  readonly abort: (reason: string) => void;
}

export function listening(
  keep: (key: string, value: Json) => Promise<Json> = async (_, value) => value,
): Listening {
  const controller = new AbortController();
  const said: unknown[] = [];
  return {
    said,
    signal: controller.signal,
    abort: (reason) => controller.abort(new Error(reason)),
    heartbeat: () => void said.push('heartbeat'),
    progress: (progress) => void said.push(progress),
    log: (level, message, fields) => void said.push([level, message, fields]),
    keep,
  };
}
