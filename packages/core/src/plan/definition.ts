/** The workflow language as a type: what a document means once `packages/definition` has read and checked it. */
import type { Json } from '../json.ts';
import type { Condition, Schema, Template } from './expression.ts';
import type { PatternChoice, TeamGroup, TeamUse } from './team.ts';

export const PATTERN_NAMES = ['supervisor', 'hierarchical', 'handoff', 'swarm', 'network', 'custom'] as const;
export type PatternName = (typeof PATTERN_NAMES)[number];

export const COORDINATION_TYPES = ['hybrid', 'event_driven', 'graph_based'] as const;
export type CoordinationType = (typeof COORDINATION_TYPES)[number];

export const RETRY_POLICY_NAMES = ['none', 'fixed', 'linear', 'exponential_backoff'] as const;
export type RetryPolicyName = (typeof RETRY_POLICY_NAMES)[number];

/** When a failed attempt is followed by another. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly initialMs: number;
  readonly capMs: number;
  /** Share of the delay that varies: 0.2 spreads it over 80 % to 120 %, so that a crowd does not come back at once. */
  readonly jitter: number;
  /** Codes of errors after which another attempt is pointless. */
  readonly nonRetryable?: readonly string[];
  /** Where given, only these codes are worth another attempt. */
  readonly retryable?: readonly string[];
}

export const BACKOFFS = ['none', 'fixed', 'linear', 'exponential'] as const;
export type Backoff = (typeof BACKOFFS)[number];

/** One by name, or one of the document's own. */
export type RetryRule = RetryPolicyName | RetryPolicy;

export interface Definition {
  readonly name: string;
  readonly version: string;
  readonly pattern: PatternName;
  /** What that means: asked when an agent asks for more than to give its answer. */
  readonly team?: TeamUse;
  /** In document order. Names are unique. */
  readonly agents: readonly AgentGroup[];
  /** Groups that are teams themselves, in document order; names are unique among all groups. */
  readonly teams?: readonly TeamGroup[];
  /** What an operator may switch a team to. */
  readonly choice?: PatternChoice;
  /** In document order. Ids are unique. */
  readonly tasks: readonly TaskDefinition[];
  readonly coordination: Coordination;
  /** In document order; none unless the document has some. */
  readonly signals?: readonly SignalDefinition[];
  readonly faultTolerance: FaultTolerance;
  /** How many executions may be open at a time; 1 unless the document says otherwise. */
  readonly maxConcurrentExecutions: number;
  /** What the input of an execution must look like. */
  readonly inputs?: Schema;
  /** The result of an execution; without it, the output of the last tasks. */
  readonly outputs?: Template;
  readonly tags: readonly string[];
  readonly schedule?: ScheduleDefinition;
  /** Longest time an execution may take unless its start says otherwise. */
  readonly timeoutMs?: number;
  readonly budget?: Budget;
}

/** When executions start by themselves. */
export interface ScheduleDefinition {
  /** Minute, hour, day of the month, month and day of the week, as cron has them. */
  readonly cron: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  /** Which of the times that passed while no engine ran are made up for. */
  readonly catchUp: 'skip' | 'latest' | 'all';
  /** Whether a time at which too many executions are open is passed over, or waits. */
  readonly overlap: 'skip' | 'queue';
  /** Of each execution. */
  readonly input: Json;
}

/** Upper bounds of what may be spent. */
export interface Budget {
  readonly turns?: number;
  readonly tokens?: number;
  /** In the unit in which agents report their cost. */
  readonly cost?: number;
  readonly wallTimeMs?: number;
  /** `complete` with what there is unless the document says otherwise. */
  readonly onLimit?: 'complete' | 'fail';
}

export interface AgentGroup {
  readonly name: string;
  /** What implements it: bound to code in cantata.config.ts. */
  readonly type: string;
  /** Number of seats, at least 1. */
  readonly count: number;
  readonly capabilities: readonly string[];
  readonly resources: Resources;
  /** What it is to the pattern. */
  readonly role?: string;
  /** The group to whose agents this one's report. */
  readonly reportsTo?: string;
  /** Of each of its votes; 1 unless given. */
  readonly weight?: number;
}

export interface Resources {
  /** Thousandths of a core. */
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

/** How many items `for_each` may give a task. */
export const MAX_ITEMS_PER_TASK = 10_000;

export type TaskDefinition = AgentTask | TeamTask | WaitTask | WorkflowTask | TerminateTask;

/** Done by an agent, on a seat. */
export interface AgentTask extends AnyTask {
  readonly kind?: 'agent';
  readonly who: Who;
  /** How long its agent may be silent: neither a heartbeat nor progress. */
  readonly heartbeatTimeoutMs?: number;
  /** How what it did is undone. */
  readonly compensate?: Compensate;
}

/** Done by a team from its first turn on: its pattern says who takes it. */
export interface TeamTask extends AnyTask {
  readonly kind: 'team';
  readonly team: TeamUse;
  /** Who opens, where the pattern leaves it to the document. */
  readonly who?: Who;
}

/** Who undoes a step, and on what. */
export interface Compensate {
  readonly who: Who;
  /** What is handed over; without it, what the step worked on and gave. */
  readonly input?: Template;
  /** Bound of one attempt. */
  readonly timeoutMs?: number;
  /** `exponential_backoff` unless the document says otherwise. */
  readonly retryPolicy?: RetryRule;
}

/** Nobody works: it is over when what it waits for has come. */
export interface WaitTask extends AnyTask {
  readonly kind: 'wait';
  readonly wait: WaitFor;
}

/** Nobody works: the execution ends here, whatever else is open. */
export interface TerminateTask extends AnyTask {
  readonly kind: 'terminate';
  readonly terminate: Terminate;
}

export interface Terminate {
  readonly as: 'completed' | 'failed';
  /** The result of the execution; without it, what `outputs` or the last tasks give. */
  readonly output?: Template;
  /** Why; gives text. */
  readonly reason?: Template;
}

/** An execution of another workflow, or of the same one. */
export interface WorkflowTask extends AnyTask {
  readonly kind: 'workflow';
  /** By name. */
  readonly workflow: string;
  /** The newest unless the document says otherwise. */
  readonly version?: string;
}

/** Executions inside each other: a workflow that starts itself comes to an end here at the latest. */
export const MAX_WORKFLOW_DEPTH = 32;

/** What an open task may wait for. */
export type WaitFor =
  | { readonly kind: 'for'; readonly forMs: number }
  /** The next signal of that name, of those that the condition wants if there is one. */
  | {
      readonly kind: 'signal';
      readonly signal: string;
      readonly when?: Condition;
      readonly patience?: Patience;
    }
  /** Somebody's answer. */
  | {
      readonly kind: 'approval';
      /** Whom to ask, for people to read. */
      readonly of?: string;
      /** Who may answer, by the names they answer under; anybody unless given. */
      readonly answeredBy?: readonly string[];
      readonly prompt: Template;
      /** What the answer must look like. */
      readonly schema?: Schema;
      readonly patience?: Patience;
    }
  /** Gives an instant: ISO 8601 text with a zone, or Unix milliseconds. */
  | { readonly kind: 'until'; readonly until: Template };

/** An event that a task needs: the next one of the topic that the condition wants. */
export interface Trigger {
  readonly topic: string;
  readonly when?: Condition;
  /** How long it waits at the longest; then it fails, or is skipped. */
  readonly timeoutMs?: number;
  /** It is skipped when its time is up; without one, when nothing else is left that could still do something. */
  readonly isSkipped: boolean;
}

/** How long it waits at the longest, and what its output is then; without one, it fails. */
export interface Patience {
  readonly timeoutMs: number;
  readonly otherwise?: { readonly output: Json };
}

/** What the outside may tell an execution. */
export interface SignalDefinition {
  readonly name: string;
  readonly schema?: Schema;
  /** Kept for who will wait for it, if nobody does when it comes; lost otherwise. */
  readonly isBuffered: boolean;
}

/** Whether it needs a seat. */
export function isSeated(task: TaskDefinition): task is AgentTask {
  return task.kind === undefined || task.kind === 'agent';
}

/** What every kind of task has. */
export interface AnyTask {
  readonly id: string;
  /** It additionally needs an event, once its dependencies are met. */
  readonly on?: Trigger;
  /** Of the tasks that share it, the first whose event comes runs, and the others are cancelled. */
  readonly choice?: string;
  /** Ids of the tasks it waits for; unique. */
  readonly dependsOn: readonly string[];
  /** By id of a dependency: how it must end, where that is not by being completed. */
  readonly metBy?: Readonly<Record<string, Exclude<DependencyEnd, 'completed'>>>;
  /** How many of its dependencies must be met; all unless the document says otherwise. */
  readonly join?: Join;
  /** Once its join has fired, what nobody else needs of its other dependencies is cancelled. */
  readonly cancelRemaining?: boolean;
  /** One item per element where the input is a list, else one per seat of the group. */
  readonly parallel: boolean;
  /** Of a parallel task: the list with an item for each of its elements, whose input `input` then is. */
  readonly forEach?: Template;
  /** Of a parallel task: how many of its items are served at a time; all unless the document says otherwise. */
  readonly maxConcurrency?: number;
  /** Bound of one attempt. */
  readonly timeoutMs?: number;
  /** Bound of all attempts at all its items, from when it opens. */
  readonly taskTimeoutMs?: number;
  readonly retryPolicy?: RetryRule;
  /** Of two ready tasks the one with the higher priority is served first; 0 unless the document says otherwise. */
  readonly priority: number;
  /** A task whose condition is false is skipped. */
  readonly when?: Condition;
  /** What the task works on; without it, what the tasks it depends on gave. */
  readonly input?: Template;
  /** What the output of each item must look like. */
  readonly output?: Schema;
  readonly estimate?: DeclaredEstimate;
  readonly budget?: Budget;
  /** What follows when it failed for good. Unless it says: `continue` if a task waits for its failure, else `fail`. */
  readonly onFailure?: OnFailure;
  readonly loop?: Loop;
  /** Of a task with items: so many that are completed are enough, the others are given up. */
  readonly enough?: number;
  /** What each item must have before it is served. */
  readonly needs?: Needs;
}

/**
 * What the executions of a tenant share, and an item must have before it is served: at least one of them. Locks and
 * quotas are kept until the item is over, retries included; a permit of a rate is for one attempt.
 */
export interface Needs {
  /** Give text: the names of locks. One item at a time holds each. */
  readonly locks: readonly Template[];
  readonly quotas: readonly QuotaNeed[];
  readonly rate?: RateNeed;
  /** Gives text: the correlation key under which its signal may come. */
  readonly key?: Template;
}

export interface QuotaNeed {
  readonly name: Template;
  /** How much there is, for all who name it. */
  readonly limit: number;
  /** How much an item takes: 1 to `limit`. */
  readonly count: number;
}

/** At most `limit` attempts begin in any stretch of `perMs`. */
export interface RateNeed {
  readonly limit: number;
  readonly perMs: number;
  /** Shared by all who name it; without one, the rate is the task's own. */
  readonly key?: Template;
}

/** Whether steps that say how are undone at all. */
export function canUndo({ faultTolerance }: Pick<Definition, 'faultTolerance'>): boolean {
  return faultTolerance.sagaPattern?.compensationEnabled !== false;
}

/** Whether a failure undoes what was done, where a task does not say. Steps are not told how to be undone for nothing. */
export function rollsBack(definition: Definition): boolean {
  const { sagaPattern } = definition.faultTolerance;
  if (sagaPattern !== undefined) return sagaPattern.compensationEnabled && sagaPattern.rollbackOnFailure;
  return definition.tasks.some((task) => isSeated(task) && task.compensate !== undefined);
}

/** How a task may end, as those say who depend on it. `any` is however it ends. */
export const DEPENDENCY_ENDS = ['completed', 'failed', 'skipped', 'any'] as const;
export type DependencyEnd = (typeof DEPENDENCY_ENDS)[number];

export type Join =
  | CountedJoin
  /** Asked whenever a dependency ends, however it ends. */
  | { readonly kind: 'when'; readonly condition: Condition };
export type CountedJoin =
  | { readonly kind: 'all' }
  | { readonly kind: 'any' }
  /** At least 1. */
  | { readonly kind: 'at_least'; readonly count: number };

export type OnFailure =
  | { readonly kind: 'fail' }
  | { readonly kind: 'continue' }
  /** Begin again at a task before it, or at itself, and with all that comes after that; at most so many times. */
  | { readonly kind: 'goto'; readonly task: string; readonly maxTimes: number }
  /** The execution fails, and what was done is undone. */
  | { readonly kind: 'compensate' };

/** After each completed round its conditions are asked; without any it runs exactly `maxIterations` times. */
export interface Loop {
  /** Another round, as long as this is true. */
  readonly while?: Condition;
  /** Another round, until this is true. */
  readonly until?: Condition;
  readonly maxIterations: number;
  /** When the conditions still want more: the task is completed with what it has, or fails. */
  readonly onLimit: 'complete' | 'fail';
}

/** What one item of a task is said to take. */
export interface DeclaredEstimate {
  readonly durationMs?: number;
  /** In the unit in which agents report their cost. */
  readonly cost?: number;
}

/** Who does a task: a group by name, or any group that has all the capabilities. */
export type Who =
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'capabilities'; readonly capabilities: readonly string[] };

export interface Coordination {
  readonly type: CoordinationType;
  readonly eventDriven: readonly string[];
  readonly graphBased: readonly string[];
}

export interface FaultTolerance {
  /** For tasks that name none. */
  readonly retryPolicy?: RetryRule;
  readonly circuitBreaker?: {
    /** What the operator says unless given. */
    readonly failureThreshold?: number;
    readonly timeoutSeconds: number;
  };
  readonly sagaPattern?: { readonly compensationEnabled: boolean; readonly rollbackOnFailure: boolean };
}
