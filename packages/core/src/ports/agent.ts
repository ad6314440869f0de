/** How an agent is reached: one verb, with cancel and progress. Transports differ; the contract does not. */
import type { Json, JsonObject } from '../json.ts';
import type { Ask, Escalate } from '../patterns/asks.ts';
import type { RetryPolicyName } from '../plan/definition.ts';
import type { Instant } from './clock.ts';

/** One attempt of one turn, given to a seat. */
export interface Assignment {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly task: string;
  /** Set for the items of a parallel task. */
  readonly item?: number | undefined;
  /** Of a task that another one spawned: its id. */
  readonly spawned?: string | undefined;
  /** Number of items of the task; 1 for a plain one. */
  readonly items: number;
  readonly seat: string;
  readonly agentType: string;
  /** Which entry into the task, from 1: loops and `goto` open a new one. */
  readonly activation: number;
  readonly attempt: number;
  /** Counts how often this attempt was handed out; only the last one's answer counts. */
  readonly assignment: number;
  /** The same for every attempt of this turn: what a payment provider should be given. */
  readonly idempotencyKey: string;
  /** What the task works on: the item, the output it depends on, or the input of the workflow. */
  readonly input: Json;
  readonly workflowInput: Json;
  /** Outputs of the tasks this one depends on, by id. */
  readonly outputs: JsonObject;
  /** What earlier attempts of this turn need not be done again, by key. */
  readonly kept: JsonObject;
  readonly deadline?: Instant | undefined;
  /** Set where the task has a pattern: who is of the team, and what of its turns so far this one is shown. */
  readonly team?: TeamSeen | undefined;
  /** Set where something is to be undone and not done: what that was. */
  readonly undoes?: Undone | undefined;
}

/** What an agent sees of its team. */
export interface TeamSeen {
  readonly pattern: string;
  /** What the agent is to the pattern. */
  readonly role: string;
  /** What the turn is for, in the pattern's words. */
  readonly purpose: string;
  /** From 1. */
  readonly turn: number;
  readonly members: readonly TeamMember[];
  /** What came of the turns it is to go by. */
  readonly results: readonly TurnResult[];
  /** Earlier turns, as far as the policy of the transfer shows them, the oldest first. */
  readonly messages: readonly TurnResult[];
  /** What the pattern shows beside: a board, open work, votes. */
  readonly shown: JsonObject;
  /** Of a team that is a member of another one: what that was given its turn with. */
  readonly within?: TeamSeen;
}

export interface TeamMember {
  readonly name: string;
  readonly role: string;
  readonly capabilities: readonly string[];
  readonly seats: number;
}

export interface TurnResult {
  readonly turn: number;
  /** The seat that took it, else whom it was for. */
  readonly by: string;
  readonly purpose: string;
  /** Null where it failed. */
  readonly output: Json;
  readonly error?: TaskError;
  /** Of a team that was a member: why it ended, where that was not its own word. */
  readonly stopReason?: string;
  /** It could not or might not decide, and why. */
  readonly escalated?: Omit<Escalate, 'kind'>;
}

/** A step that may have had an effect. */
export interface Undone {
  /** What it worked on. */
  readonly input: Json;
  /** What it gave; null where nobody knows. */
  readonly output: Json;
  /** Nobody knows whether it had its effect: it failed, was lost, ran out of time or was told to stop. */
  readonly unknown: boolean;
  /** The key it was done under. */
  readonly idempotencyKey: string;
}

/** The part of AbortSignal an agent needs; an AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Progress {
  /** 0 to 1. */
  readonly fraction?: number;
  readonly note?: string;
}

export interface AgentContext {
  readonly signal: CancelSignal;
  /** A sign of life, which progress is, too: it is told to nobody. */
  heartbeat(): void;
  progress(progress: Progress): void;
  /**
   * Writes down what came of a part of the turn. Resolves when that is safe, with what counts: the first result under the
   * key. Rejects where the turn is over, or the result is no JSON within the limits.
   */
  keep(key: string, value: Json): Promise<Json>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: JsonObject): void;
}

export interface Usage {
  readonly tokens?: number;
  /** In the currency the operator counts in. */
  readonly cost?: number;
}

/** What a task's error is made of. `retry` overrides the policy: an agent may know better. */
export interface TaskError {
  readonly code: string;
  readonly message: string;
  readonly retry?: 'never' | 'wanted';
  readonly detail?: Json;
}

/** What an agent asks to happen with its answer. All of it happens, or the turn fails. */
export type Directive = OwnDirective | Ask;
/** What the execution itself decides; an ask is for the pattern the agent works in. */
export type OwnDirective = AddItems | Publish | Spawn;

/** An event on one of the topics that the workflow declares, for every task that needs one like it. */
export interface Publish {
  readonly kind: 'publish';
  readonly event: string;
  /** Null unless given. */
  readonly data?: Json;
}

/** A task with `for_each` that is open gets more items. */
export interface AddItems {
  readonly kind: 'add_items';
  readonly task: string;
  /** Elements, as `for_each` gives them. */
  readonly items: readonly Json[];
}

/** More tasks, which belong to the one whose agent asks: it ends when they have. */
export interface Spawn {
  readonly kind: 'spawn';
  readonly tasks: readonly SpawnedTask[];
}

export interface SpawnedTask {
  /** Unique among all that the same task spawned. */
  readonly id: string;
  /** A group, or else `requires`. */
  readonly agent?: string;
  readonly requires?: readonly string[];
  /** Without it, what those gave that it depends on, else what the spawner gave. */
  readonly input?: Json;
  /** Ids of tasks that the same task spawned before, or that stand before it in the list. */
  readonly dependsOn?: readonly string[];
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
}

export type AgentOutcome =
  | {
      readonly kind: 'completed';
      readonly output: unknown;
      readonly usage?: Usage;
      readonly directives?: readonly Directive[];
    }
  | { readonly kind: 'failed'; readonly error: TaskError };

export interface Agent {
  /** Performs one attempt. What it throws counts as a failure with the code `agent_error`. */
  perform(assignment: Assignment, context: AgentContext): Promise<AgentOutcome>;
}

/** Agent type to agent. `where` tells people which file binds types, for the message about an unbound one. */
export interface AgentDirectory {
  readonly where: string;
  find(agentType: string): Agent | undefined;
}
