/** The workflow language as a type: what a document means once `packages/definition` has read and checked it. */

export const PATTERN_NAMES = ['supervisor', 'hierarchical', 'handoff', 'swarm', 'network', 'custom'] as const;
export type PatternName = (typeof PATTERN_NAMES)[number];

export const COORDINATION_TYPES = ['hybrid', 'event_driven', 'graph_based'] as const;
export type CoordinationType = (typeof COORDINATION_TYPES)[number];

export const RETRY_POLICY_NAMES = ['none', 'fixed', 'linear', 'exponential_backoff'] as const;
export type RetryPolicyName = (typeof RETRY_POLICY_NAMES)[number];

export interface Definition {
  readonly name: string;
  readonly version: string;
  readonly pattern: PatternName;
  /** In document order. Names are unique. */
  readonly agents: readonly AgentGroup[];
  /** In document order. Ids are unique. */
  readonly tasks: readonly TaskDefinition[];
  readonly coordination: Coordination;
  readonly faultTolerance: FaultTolerance;
  /** How many executions may be open at a time; 1 unless the document says otherwise. */
  readonly maxConcurrentExecutions: number;
}

export interface AgentGroup {
  readonly name: string;
  /** What implements it: bound to code in cantata.config.ts. */
  readonly type: string;
  /** Number of seats, at least 1. */
  readonly count: number;
  readonly capabilities: readonly string[];
  readonly resources: Resources;
}

export interface Resources {
  /** Thousandths of a core. */
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

export interface TaskDefinition {
  readonly id: string;
  readonly who: Who;
  /** Ids of tasks that must complete first; unique. */
  readonly dependsOn: readonly string[];
  /** One item per element where the input is a list, else one per seat of the group. */
  readonly parallel: boolean;
  /** Bound of one attempt. */
  readonly timeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
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
  readonly circuitBreaker?: { readonly failureThreshold: number; readonly timeoutSeconds: number };
  readonly sagaPattern?: { readonly compensationEnabled: boolean; readonly rollbackOnFailure: boolean };
}
