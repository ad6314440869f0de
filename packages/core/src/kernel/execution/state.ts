/**
 * The state of an execution, and the small moves `evolve` is made of.
 *
 * X1 A task is opened when its join fires, never before, and skipped as soon as its join cannot fire any more.
 * X2 An item is in exactly one place: a ready queue, a seat, a retry timer, a wait for something or for resources, or an
 *    end. Only one that is not over holds resources.
 * X3 `assignable` holds a pool if and only if it has ready items and a free seat.
 * X4 An open execution owes a wake-up: an attempt in flight, an armed timer, something it waits for by name, or it is
 *    paused.
 * X6 What was spawned is blocked as long as something it depends on has not completed.
 * X7 `callable` holds whoever has ready items reserved by name and a free seat.
 * X8 `used` is what all busy seats ask for, and never more than the execution may use.
 * X5 Of a task with a bound as many items are served at a time as it says, and the others are held while there are more.
 */
import type { Plan } from '../../plan/plan.ts';
import type { Instant } from '../../ports/clock.ts';
import type { EntityState } from '../law.ts';
import { Queue } from '../queue.ts';
import { NO_VALUES, type Values } from '../values.ts';
import type { Compensation, Undoing } from './compensation.ts';
import type { AtItem, Requested } from './events.ts';
import { newRates, type Rates } from './rates.ts';
import type { Item, Returned } from './state/item.ts';
import type { Mail } from './state/mail.ts';
import { newSeating, type Seating } from './state/seats.ts';
import type { ExecutionStatus } from './state/status.ts';
import type { Task } from './state/task.ts';
import type { TeamRun } from './team.ts';

export * from './state/item.ts';
export * from './state/mail.ts';
export type { Seating } from './state/seats.ts';
export * from './state/status.ts';
export * from './state/task.ts';

/** How long agents that were told to stop are waited for. */
export const CANCEL_GRACE_MS = 10_000;

export interface ExecutionState extends EntityState {
  readonly executionId: string;
  readonly plan: Plan;
  status: ExecutionStatus;
  request: (Omit<Requested, 'type'> & { readonly at: Instant }) | undefined;
  /** How long it was planned to take; undefined before. */
  plannedMs: number | undefined;
  startedAt: Instant | undefined;
  /** When the execution times out; undefined while it is paused or not started. */
  deadline: Instant | undefined;
  readonly tasks: Task[];
  /** Tasks about which something is to be decided: whether they come, on what they work, in how many items. */
  readonly undecided: Queue<Task>;
  readonly inFlight: Set<Item>;
  readonly retrying: Set<Item>;
  /** Items that wait for something from outside, the longest first. They occupy no seat. */
  readonly waiting: Set<Item>;
  /** Those of them that wait for a signal, by its name, the longest first. */
  readonly waitingFor: Map<string, Set<Item>>;
  /** Steps that may be undone, in the order in which they began; by `stepKey`. */
  readonly compensations: Map<string, Compensation>;
  /** How often a failure led back to an earlier task. */
  jumps: number;
  /** Tasks that had begun when an upgrade took them out, and the activation with which they would come back. */
  gone?: Readonly<Record<string, number>>;
  /** Four fifths of its budget are spent, and that was said. */
  isBudgetWarned?: boolean;
  /** What had been spent when it went on after its end: its budget began anew. */
  spentBefore?: Pick<Counters, 'turns' | 'tokens' | 'cost'>;
  /** Why it ends before it is done, though it does not fail. */
  stopReason?: string | undefined;
  /** Set once undoing has begun. */
  undoing: Undoing | undefined;
  /** What came from outside. */
  readonly mail: Mail;
  /** Of those that wait: for a child that counts, which while the execution ends must have begun. */
  readonly children: Set<Item>;
  /** Children nobody waits for any more, which are to be told. */
  readonly orphans: Queue<Orphan>;
  /** Items that wait for resources, the longest first; those of them that have still to ask; those that hold any. */
  readonly acquiring: Set<Item>;
  readonly unasked: Queue<Item>;
  readonly claimants: Set<Item>;
  /** Those of them that need a permit. */
  readonly rates: Rates;
  /** What is to be given back, with the next decision. */
  readonly returns: Returned[];
  /** Tasks that wait for an event before they open, the longest first. */
  readonly listening: Set<Task>;
  /** Teams with something their pattern is to react to. */
  readonly reacting: Queue<TeamRun>;
  readonly seating: Seating;
  /** Work left in each pool by the estimates, in ms of its seats: for `forecast`; nothing is decided by it. */
  readonly workMs: number[];
  /** Tasks that are not settled, in all and per layer of the plan. */
  openTasks: number;
  readonly openInLayer: Uint32Array;
  /** The earliest layer with an open task. */
  layer: number;
  /** Sequence of the last checkpoint of a process that was told to end: what ran then was lost in good order. */
  interruptedAt: number;
  checkpoint: { readonly id: string; readonly sequence: number; readonly at: Instant } | undefined;
  readonly counters: Counters;
  /** Plans of other versions, by digest: the shell puts them here before they are needed. Not part of a snapshot. */
  versions: ReadonlyMap<string, Plan>;
  /** Whether anything in it stands for a value that is kept elsewhere. */
  hasReferences: boolean;
  /** Nobody is here who would do the work: it stays ready. The shell puts this here. Not part of a snapshot. */
  unstaffed: boolean;
  /** At hand for the decision that is being made, and only then: the shell puts them here. Not part of a snapshot. */
  values: Values;
}

export interface Orphan extends AtItem {
  readonly execution: string;
  /** Where it may wait to be admitted still. */
  readonly workflowId: string;
  readonly reason: string;
}

export interface Counters {
  turns: number;
  retries: number;
  losses: number;
  tokens: number;
  cost: number;
  queueMs: number;
  agentMs: number;
  completedTasks: number;
  skippedTasks: number;
  failedTasks: number;
  cancelledTasks: number;
  maxInFlight: number;
}

const NO_VERSIONS: ReadonlyMap<string, Plan> = new Map();

/** The empty state before the first event. O(seats + pools); tasks are laid out by `workflow.requested`. */
export function newExecution(executionId: string, plan: Plan): ExecutionState {
  return {
    executionId,
    plan,
    sequence: 0,
    lastAt: 0,
    effects: [],
    status: { kind: 'new' },
    request: undefined,
    plannedMs: undefined,
    startedAt: undefined,
    deadline: undefined,
    tasks: [],
    undecided: new Queue(),
    inFlight: new Set(),
    retrying: new Set(),
    waiting: new Set(),
    waitingFor: new Map(),
    compensations: new Map(),
    jumps: 0,
    undoing: undefined,
    mail: { signals: [], events: [], ids: new Set() },
    listening: new Set(),
    children: new Set(),
    orphans: new Queue(),
    acquiring: new Set(),
    unasked: new Queue(),
    claimants: new Set(),
    rates: newRates(),
    returns: [],
    reacting: new Queue(),
    seating: newSeating(plan),
    workMs: [...plan.workMs],
    openTasks: plan.tasks.length,
    openInLayer: plan.layerSizes.slice(),
    layer: 0,
    interruptedAt: 0,
    checkpoint: undefined,
    counters: {
      turns: 0,
      retries: 0,
      losses: 0,
      tokens: 0,
      cost: 0,
      queueMs: 0,
      agentMs: 0,
      completedTasks: 0,
      skippedTasks: 0,
      failedTasks: 0,
      cancelledTasks: 0,
      maxInFlight: 0,
    },
    versions: NO_VERSIONS,
    hasReferences: false,
    unstaffed: false,
    values: NO_VALUES,
  };
}
