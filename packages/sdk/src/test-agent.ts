/** Tries an agent alone: no workflow, no engine, the same checks and the same mapping of errors. */
import type { AgentOutcome, Assignment, CancelSignal, Json, JsonObject, Progress } from '@cantata/core';
import type { AgentDefinition } from './agent.ts';
import { inProcess } from './in-process.ts';

/** What the assignment says; whatever is left out is filled in. `signal` takes an AbortSignal. */
export type TestAgentOptions = Partial<Omit<Assignment, 'input'>> & { readonly signal?: CancelSignal };

export interface TestAgentResult {
  readonly outcome: AgentOutcome;
  /** What the agent returned, after its schema; undefined when it failed. */
  readonly output: unknown;
  readonly progress: readonly Progress[];
  readonly log: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields?: JsonObject | undefined;
  }[];
}

/** Gives the agent one assignment and returns everything it did. Never rejects: see `outcome`. */
export async function testAgent(
  agent: AgentDefinition,
  input: Json,
  options: TestAgentOptions = {},
): Promise<TestAgentResult> {
  const { signal = new AbortController().signal, ...said } = options;
  const progress: Progress[] = [];
  const log: TestAgentResult['log'][number][] = [];
  const outcome = await inProcess(agent).perform(
    { ...assigned(said.task ?? 'task', said.item), workflowInput: input, ...said, input },
    {
      signal,
      heartbeat: () => undefined,
      keep: (_, value) => Promise.resolve(value),
      progress: (said) => progress.push(said),
      log: (level, message, fields) => log.push({ level, message, fields }),
    },
  );
  return { outcome, output: outcome.kind === 'completed' ? outcome.output : undefined, progress, log };
}

function assigned(task: string, item: number | undefined): Omit<Assignment, 'input' | 'workflowInput'> {
  return {
    executionId: '00000000-0000-7000-8000-000000000001',
    workflowId: '00000000-0000-7000-8000-000000000002',
    workflowName: 'test',
    task,
    items: item === undefined ? 1 : item + 1,
    seat: 'seat',
    agentType: 'agent',
    activation: 1,
    attempt: 1,
    assignment: 1,
    idempotencyKey: `test/${task}#1.1/perform`,
    outputs: {},
    kept: {},
  };
}
