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
 * X5 Of a task with a bound as many items are served at a time as it says, and the others are held while there are more.
 */
import type { Json } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { Plan } from '../../plan/plan.ts';
import type { AttemptEnd } from '../../policy/circuit-breaker.ts';
import type { TaskError } from '../../ports/agent.ts';
import type { Instant } from '../../ports/clock.ts';
import type { EntityState, View } from '../law.ts';
import { Queue } from '../queue.ts';
import type { Claim } from '../resource/claim.ts';
import { NO_VALUES, type Values } from '../values.ts';
import type { Compensation, Undoing } from './compensation.ts';
import type { AtItem, HeldClaim, NeededResource, Requested, TaskToSpawn, WaitsOn } from './events.ts';
import { newRates, type Rates } from './rates.ts';
import { ReadyQueue } from './ready-queue.ts';

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
  /** Four fifths of its budget are spent, and that was said. */
  isBudgetWarned?: boolean;
  /** Why it ends before it is done, though it does not fail. */
  stopReason?: string;
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
  /** At hand for the decision that is being made, and only then: the shell puts them here. Not part of a snapshot. */
  values: Values;
}

export interface Mail {
  /** Signals that nobody has consumed, in the order in which they came. At most {@link MAX_SIGNALS}. */
  readonly signals: KeptSignal[];
  /** Events that a task may still need, in the order in which they came. At most {@link MAX_EVENTS}. */
  events: KeptEvent[];
  /** Ids of the last signals, events and answers, the oldest first. At most {@link MAX_REMEMBERED}. */
  readonly ids: Set<string>;
}

export interface KeptSignal {
  readonly id: string;
  readonly signal: string;
  readonly data: Json;
}

export interface KeptEvent {
  readonly id: string;
  readonly topic: string;
  readonly data: Json;
  /** Sequence of its publication. */
  readonly sequence: number;
}

/** Events that are kept for the tasks that may need them. */
export const MAX_EVENTS = 1_000;
/** Signals that are kept for who will wait for them. */
export const MAX_SIGNALS = 1_000;
/** Ids by which what comes twice is known. */
export const MAX_REMEMBERED = 1_000;

export type ExecutionStatus =
  | { readonly kind: 'new' }
  | { readonly kind: 'planning' }
  | { readonly kind: 'allocating' }
  /** `ending` is set from the cause of the end until the last attempt in flight has answered. */
  | { readonly kind: 'running'; readonly ending?: Ending }
  | {
      readonly kind: 'paused';
      readonly at: Instant;
      readonly by: string;
      readonly reason?: string;
      readonly remainingMs: number;
    }
  | { readonly kind: 'completed'; readonly at: Instant; readonly output?: Json }
  | {
      readonly kind: 'failed';
      readonly at: Instant;
      readonly error: TaskError;
      readonly task?: string;
      readonly item?: number;
    }
  | { readonly kind: 'cancelled'; readonly at: Instant; readonly reason: string }
  /** What was done is being undone, at the longest until the deadline. */
  | {
      readonly kind: 'compensating';
      readonly at: Instant;
      readonly deadline: Instant;
      readonly cause: EndCause;
    }
  /** Something could not be undone: an operator is waited for. */
  | {
      readonly kind: 'compensation_failed';
      readonly at: Instant;
      readonly reason: string;
      readonly cause: EndCause;
    }
  | { readonly kind: 'compensated'; readonly at: Instant; readonly cause: EndCause };

/** Why it came to an end before it was completed. */
export type EndCause =
  | { readonly kind: 'failed'; readonly error: TaskError; readonly task?: string; readonly item?: number }
  | { readonly kind: 'cancelled'; readonly by: string; readonly reason: string };

export type Ending = (
  | EndCause
  /** A task ended it. */
  | { readonly kind: 'completed'; readonly reason: string; readonly output?: Json }
) & { readonly deadline: Instant };

export interface Task {
  readonly index: number;
  /** Which entry into it, from 1. */
  activation: number;
  /** Dependencies that are not settled. */
  waiting: number;
  status: TaskStatus;
  // Absent in most tasks, of which there are many in memory.
  /** Dependencies that were met, where not all must be. */
  met?: number | undefined;
  /** The dependency whose end made it impossible: it will be skipped. */
  skippedBy?: number | undefined;
  /** It has failed, and the workflow goes on. */
  isHandled?: boolean | undefined;
  /** The activation in which its loop began, if not the first. */
  loopedFrom?: number | undefined;
  /** Items that are completed, where some are enough. */
  done?: number | undefined;
  /** How often its failure led back to an earlier task. */
  gotos?: number | undefined;
  /** An operator has said how it ends. */
  overridden?: Overridden | undefined;
  /** It had begun when the execution was upgraded: its join is not asked again. */
  isKept?: boolean | undefined;
  /** The group or seat an operator gave it to. */
  reassigned?: string | undefined;
  /** The data of the event it came with, and the sequence of that event; the next entry needs a later one. */
  event?: Json | undefined;
  heard?: number | undefined;
  /** Until when it waits for an event at the longest. */
  listensUntil?: Instant | undefined;
  /** Where it has a budget: what is spent. */
  spent?: Spent | undefined;
  /** Why it ends before it is done, though it does not fail. */
  stopReason?: string | undefined;
  /** What its template became; undefined without one. */
  input?: Json | undefined;
  /** Where items came later: the list of what those from this place on work on, by rising places. */
  added?: { readonly from: number; readonly input: Json }[] | undefined;
  /** Why it could not be opened. */
  error?: TaskError | undefined;
  /** One for a plain task, any number for a parallel one; empty until the task is open. */
  items: Item[];
  openItems: number;
  /** How many of its items are held back, and which is the next one of them; absent where all are served at once. */
  held?: number | undefined;
  nextHeld?: number | undefined;
  openedAt: Instant | undefined;
  endedAt: Instant | undefined;
}

export interface Orphan extends AtItem {
  readonly execution: string;
  /** Where it may wait to be admitted still. */
  readonly workflowId: string;
  readonly reason: string;
}

export interface Spent {
  turns: number;
  tokens: number;
  cost: number;
  /** It was said that four fifths are. */
  isWarned?: boolean;
}

export interface Spawned extends Omit<TaskToSpawn, 'dependsOn'> {
  /** Where it is ready; undefined where its group has no pool of its own. */
  readonly pool: number | undefined;
  /** How many tasks spawned each other down to it, from 1. */
  readonly depth: number;
  /** Places of the items it waits for. */
  readonly dependsOn: readonly number[];
  /** Places of the items that wait for it. */
  readonly dependents: number[];
  /** How many it waits for still. */
  waiting: number;
}

export interface Overridden {
  readonly as: 'completed' | 'failed' | 'skipped';
  readonly by: string;
  readonly reason: string;
  /** Of a parallel task that was completed as a whole. */
  readonly output?: Json;
}

export type TaskStatus =
  | 'pending'
  /** A dependency has ended, and its join is to be asked. */
  | 'joining'
  /** Its join has fired or cannot fire any more, and something is to be decided before it is open. */
  | 'opening'
  /** It needs an event. */
  | 'listening'
  | 'open'
  /** A round of its loop is completed, and whether another follows is to be decided. */
  | 'looping'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled';

/** How it settles. */
export type TaskEnd = 'completed' | 'failed' | 'skipped' | 'cancelled';

export interface Item {
  readonly task: number;
  /** Undefined for the single item of a plain task. */
  readonly index: number | undefined;
  /** The current or last attempt, from 1; 0 before the first. */
  attempt: number;
  /** How often the current attempt was handed out. */
  assignment: number;
  /** How often its process ended without having been told to. */
  losses: number;
  /** Where the last assignment went, and when. */
  seat: number | undefined;
  startedAt: Instant | undefined;
  /** Attempts before the execution was reopened: no policy counts them. */
  forgiven?: number | undefined;
  /** Of an item that is a task which an agent asked for; absent in most. */
  spawned?: Spawned | undefined;
  /** The newest execution it waits or waited for as its child; absent in most. */
  child?: string | undefined;
  /** The group or seat an operator gave it to; absent in most. */
  reassigned?: string | undefined;
  /** Agents that fail are not asked for its attempt; absent in most. */
  diverted?: Diverted | undefined;
  /** What it holds and asks for; absent in most. */
  claims?: ItemClaims | undefined;
  status: ItemStatus;
  /** How it would be undone. */
  compensation?: Compensation | undefined;
  /** Set where it is not work but the undoing of work. */
  readonly undoes?: Compensation;
}

/** What is given back, and how the attempt ended that it was granted for: of a breaker. */
export interface Returned extends Omit<HeldClaim, 'succeeded'> {
  readonly end?: AttemptEnd;
}

/** Not changed, but replaced. It says something about one attempt alone. */
export interface Diverted {
  readonly attempt: number;
  /** How often it was handed out and not given to its agent. */
  readonly times: number;
  /** Agent types that are not asked. */
  readonly types: readonly string[];
  /** The group that was to do it at first, and the one that is to do it now. */
  readonly from: string;
  readonly to: string;
}

/** Not changed, but replaced. */
export interface ItemClaims {
  /** As whom it asks. */
  readonly claim: Claim;
  /** For which it needs what is for one attempt alone. */
  readonly attempt: number;
  /** In the order in which they are asked for. */
  readonly resources: readonly NeededResource[];
  /** How many of them it has; the next one is asked for. */
  readonly granted: number;
  /** It has all, and the time of its permit has come. */
  readonly isComplete: boolean;
  /** It has a permit for later, of this block. */
  readonly permit?: { readonly claim: Claim; readonly at: Instant };
}

export type ItemStatus =
  /** It was spawned, and others that it depends on are before it. */
  | { readonly kind: 'blocked'; readonly since: Instant }
  /** As many items of its task as are served at a time are before it. */
  | { readonly kind: 'held'; readonly since: Instant }
  /** It waits for resources; with all of them, for the time of its permit. */
  | { readonly kind: 'acquiring'; readonly since: Instant; readonly until?: Instant }
  | { readonly kind: 'ready'; readonly since: Instant; readonly order: number }
  | {
      readonly kind: 'assigned';
      readonly seat: number;
      readonly since: Instant;
      readonly sequence: number;
      readonly deadline: Instant | undefined;
      /** Its agent was told to stop, and has until then; the execution goes on without it. */
      readonly stopping?: { readonly deadline: Instant; readonly reason: string };
    }
  | { readonly kind: 'retrying'; readonly until: Instant; readonly error: TaskError }
  | {
      readonly kind: 'waiting';
      readonly on: WaitsOn;
      readonly since: Instant;
      /** When it ends by itself; absent if it does not. */
      readonly until?: Instant;
      /** Of a child that has begun: its workflow. */
      readonly workflowId?: string;
      /** Of a child: it has ended, or was told to. */
      readonly isLetGo?: true;
    }
  /** The attempt is over; the same decision says what comes of it. */
  | { readonly kind: 'timed_out'; readonly at: Instant }
  | { readonly kind: 'completed'; readonly at: Instant; readonly output: Json }
  | { readonly kind: 'failed'; readonly at: Instant; readonly error: TaskError }
  | {
      readonly kind: 'cancelled';
      readonly at: Instant;
      readonly confirmed: boolean;
      /** By the end of the execution alone: should that be reopened, it runs again. */
      readonly isWithdrawn?: true;
    };

/** Who sits where, who waits for a seat, and which pools could go on. */
export interface Seating {
  readonly occupant: (Item | undefined)[];
  readonly freeOfGroup: readonly Queue<number>[];
  readonly freeInPool: Uint32Array;
  readonly readyOfPool: readonly ReadyQueue[];
  readonly assignable: Set<number>;
  /** Ready items that stand in no queue of a pool, by the name of the group or seat that is to do them. */
  readonly reserved: Map<string, Set<Item>>;
  /** Counts up with every item that becomes ready: the order in which equals are served. */
  nextOrder: number;
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
    values: NO_VALUES,
  };
}

function newSeating(plan: Plan): Seating {
  const freeOfGroup = plan.groups.map((group) => {
    const free = new Queue<number>();
    for (const seat of group.seats) free.push(seat);
    return free;
  });
  return {
    occupant: new Array<Item | undefined>(plan.seats.length).fill(undefined),
    freeOfGroup,
    freeInPool: Uint32Array.from(plan.pools, (pool) => pool.seatCount),
    readyOfPool: plan.pools.map(() => new ReadyQueue(plan.places)),
    assignable: new Set(),
    reserved: new Map(),
    nextOrder: 0,
  };
}

export function newTask(plan: Plan, index: number): Task {
  const waiting = plan.graph.indegree[index] as number;
  return {
    index,
    activation: 1,
    waiting,
    status: 'pending',
    items: [],
    openItems: 0,
    openedAt: undefined,
    endedAt: undefined,
  };
}

export function newItem(task: number, index: number | undefined): Item {
  const status = { kind: 'ready', since: 0, order: 0 } as const;
  return { task, index, attempt: 0, assignment: 0, losses: 0, seat: undefined, startedAt: undefined, status };
}

/** Nothing is to come of it any more, and nothing waits for it. */
export function isSettled({ status, isHandled }: Pick<View<Task>, 'status' | 'isHandled'>): boolean {
  if (status === 'failed') return isHandled === true;
  return status === 'completed' || status === 'skipped' || status === 'cancelled';
}

/** Items that are not over; before it is open, as many as it is planned with. */
export function itemsLeft(plan: Plan, task: Task): number {
  const isBegun =
    task.status !== 'pending' &&
    task.status !== 'joining' &&
    task.status !== 'opening' &&
    task.status !== 'listening';
  return isBegun ? task.openItems : nth(plan.tasks, task.index).items;
}

/** Whether what all attempts at it may take together counts. */
export function isTimed({ status }: Pick<View<Task>, 'status'>): boolean {
  return status === 'open' || status === 'looping';
}

/** Something is to be decided about it: it stands in `undecided`. */
export function isUndecided({ status }: { readonly status: TaskStatus }): boolean {
  return status === 'joining' || status === 'opening' || status === 'looping';
}

/** What becomes of an item with such a status is known. */
export function isOver({ kind }: Pick<ItemStatus, 'kind'>): boolean {
  return kind === 'completed' || kind === 'failed' || kind === 'cancelled';
}

/** After these nothing happens by itself. */
const ENDED: ReadonlySet<ExecutionStatus['kind']> = new Set([
  'completed',
  'failed',
  'cancelled',
  'compensated',
  // Until an operator says otherwise.
  'compensation_failed',
] as const);

export function isEnded({ kind }: Pick<ExecutionStatus, 'kind'>): boolean {
  return ENDED.has(kind);
}
