/** What the service knows better than whoever reads its logs: what is waited for, values, agents and schedules. */
import {
  type Cause,
  type ExecutionState,
  executionOutput,
  type Instant,
  type Json,
  type Values,
  ValuesMissing,
} from '@cantata/core';
import {
  type AgentTypeRow,
  type CircuitRow,
  type ExecutionStatusView,
  Reader,
  type ReaderParts,
  type ScheduleRow,
} from '@cantata/engine';
import type { AgentType, Circuit, Client, Schedule } from '@cantata/sdk/client';

export class RemoteReader extends Reader {
  readonly #client: Client;

  constructor(client: Client, parts: ReaderParts) {
    super(parts);
    this.#client = client;
  }

  override async status(executionId: string): Promise<ExecutionStatusView> {
    // What it says besides, in the words of others, is said by the rest as well.
    const { allocated_agents, task_states, started_at, ...status } =
      await this.#client.executions.get(executionId);
    return status as ExecutionStatusView;
  }

  override async why(executionId: string): Promise<readonly Cause[]> {
    return (await this.#client.executions.why(executionId)).causes as readonly Cause[];
  }

  override async output(executionId: string): Promise<Json> {
    return (await this.#client.executions.output(executionId)).output as Json;
  }

  /** A service gives what an execution refers to, and nothing without an execution. */
  override async fetchOutput(state: ExecutionState): Promise<void> {
    if (state.status.kind !== 'completed') return;
    const values = new Map<string, Json>();
    for (let missing = lackedBy(state, values); missing.length > 0; missing = lackedBy(state, values))
      for (const reference of missing)
        values.set(reference, (await this.#client.executions.value(state.executionId, reference)) as Json);
  }

  override async agents(): Promise<readonly AgentTypeRow[]> {
    return (await this.#client.agents.list()).map(agentOf);
  }

  override async schedules(): Promise<readonly ScheduleRow[]> {
    return (await this.#client.schedules.list()).map(scheduleOf);
  }
}

/** What has to be at hand for the output. */
function lackedBy(state: ExecutionState, values: Values): readonly string[] {
  state.values = values;
  try {
    executionOutput(state);
    return [];
  } catch (error) {
    if (error instanceof ValuesMissing) return error.digests;
    throw error;
  }
}

function agentOf({ agent_type: agentType, bound, circuit, waiting }: AgentType): AgentTypeRow {
  return { agentType, bound: bound ?? undefined, circuit: circuitOf(circuit), waiting, here: undefined };
}

function circuitOf(circuit: Circuit): CircuitRow {
  if (circuit.status === 'closed') return circuit;
  const until = instantOf(circuit.until);
  if (circuit.status === 'open') return { status: 'open', since: instantOf(circuit.since), until };
  const { execution_id: execution, task, item } = circuit.probe;
  return {
    status: 'half_open',
    until,
    probe: { execution, task, activation: 1, ...(item === null ? {} : { item }) },
  };
}

function scheduleOf(row: Schedule): ScheduleRow {
  const { paused, last } = row;
  return {
    workflowId: row.workflow_id,
    name: row.name,
    version: row.version,
    recurrence: { cron: row.cron, timeZone: row.time_zone },
    catchUp: row.catch_up,
    overlap: row.overlap,
    next: row.next === null ? undefined : instantOf(row.next),
    paused: paused === null ? undefined : { by: paused.by, since: instantOf(paused.since) },
    last: last === null ? undefined : { nominal: instantOf(last.time), execution: last.execution_id },
  };
}

function instantOf(iso: string): Instant {
  return Date.parse(iso);
}
