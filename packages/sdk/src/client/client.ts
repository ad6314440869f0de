/** The service, typed: needs nothing but the `fetch` and `WebSocket` of Node 24 or a browser. */
import { Connection } from './connection.ts';
import { executionsOf } from './executions.ts';
import type { CallOptions, ClientOptions } from './options.ts';
import { patternsOf } from './patterns.ts';
import { schedulesOf } from './schedules.ts';
import { type StreamMessage, type StreamOptions, stream } from './stream.ts';
import type { AgentType, AnyJson, Health, Ready, SignalAccepted, WorkflowCapacity } from './types.ts';
import { workflowsOf } from './workflows.ts';

export interface SignalByKey {
  /** Under which an execution waits. */
  readonly key: string;
  readonly signal: string;
  readonly data?: AnyJson;
  readonly id?: string | undefined;
  /** How long it is kept where nobody waits, in milliseconds. */
  readonly keepMs?: number | undefined;
}

/**
 * Every method throws ServiceError for what the service refuses, and for a service that cannot be reached. Requests that
 * may succeed on another try are sent again; none is carried out twice.
 * @throws TypeError where `server` is no URL.
 */
export function createClient(options: ClientOptions) {
  const connection = new Connection(options);
  return {
    workflows: workflowsOf(connection),
    executions: executionsOf(connection),
    schedules: schedulesOf(connection),
    patterns: patternsOf(connection),
    agents: {
      list: async (call?: CallOptions): Promise<readonly AgentType[]> =>
        (await connection.call<{ readonly items: readonly AgentType[] }>('listAgents', {}, call)).items,
    },
    signals: {
      /** To whichever execution waits under the key. */
      send: ({ keepMs, ...said }: SignalByKey, call?: CallOptions): Promise<SignalAccepted> =>
        connection.call('signalByKey', { body: { ...said, keep_ms: keepMs } }, call),
    },
    /** What happens, each message exactly once, however often the connection breaks. */
    stream: (wanted: StreamOptions): AsyncGenerator<StreamMessage> => stream(connection, wanted),
    health: (call?: CallOptions): Promise<Health> => connection.call('health', {}, call),
    ready: (call?: CallOptions): Promise<Ready> => connection.call('ready', {}, call),
    capacity: (call?: CallOptions): Promise<WorkflowCapacity> =>
      connection.call('workflowCapacity', {}, call),
  };
}

export type Client = ReturnType<typeof createClient>;
