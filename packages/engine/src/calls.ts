/** What callers tell an engine, beside which execution is meant. */
import type {
  AnswerCommand,
  Ceiling,
  Fork,
  Json,
  PublishCommand,
  RetryPolicyName,
  SignalCommand,
  WorkflowVersion,
} from '@cantata/core';
import type { ForkPoint } from './read/takeover.ts';
import type { CallOptions } from './shell/commander.ts';

export interface StartRequest {
  readonly workflow: WorkflowVersion;
  readonly input: Json;
  readonly by: string;
  /** Longest time the execution may take, in milliseconds. */
  readonly timeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
  /** What its busy seats may ask for together; what is not given is not limited. */
  readonly ceiling?: Ceiling;
  /** Where another execution had come to. */
  readonly fork?: Fork;
  /** Whether it waits in line where there is no room for it, as long as `allocationTimeoutMs`, or is refused at once. */
  readonly waits?: boolean;
  /** The id of the execution, too; see {@link CallOptions}. */
  readonly requestId?: string;
}

export interface ForkRequest extends ForkPoint {
  readonly by: string;
  /** In place of what the origin was started with. */
  readonly input?: Json;
  /** What the task `from` works on, in place of what the document says. */
  readonly taskInput?: Json;
  /** The id of the new execution, too; see {@link CallOptions}. */
  readonly requestId?: string;
}

export interface UpgradeRequest extends CallOptions {
  readonly by: string;
  /** Whether tasks that are at work and were changed or removed are stopped; otherwise it is refused for them. */
  readonly stopsTasks?: boolean;
  readonly reason?: string;
}

export type SignalRequest = Omit<SignalCommand, 'type' | 'data' | 'id'> &
  CallOptions & {
    /** Null unless given. */
    readonly data?: Json;
    /** By which it is known when it comes twice; that of the request, or a new one, unless given. */
    readonly id?: string;
  };

export type PublishRequest = Omit<PublishCommand, 'type' | 'data' | 'id'> &
  Pick<SignalRequest, 'data' | 'id'> &
  CallOptions;

export type AnswerRequest = Omit<AnswerCommand, 'type' | 'id'> & CallOptions & { readonly id?: string };
