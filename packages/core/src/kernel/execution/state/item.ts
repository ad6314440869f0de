/** An item of a task: what it is at, and what it holds. */
import type { Json } from '../../../json.ts';
import type { AttemptEnd } from '../../../policy/circuit-breaker.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { Claim } from '../../resource/claim.ts';
import type { Compensation } from '../compensation.ts';
import type { HeldClaim, NeededResource, TaskToSpawn, WaitsOn } from '../events.ts';
import type { TeamRun, TurnToTake } from '../team.ts';

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
  /** Set where it is a turn of a team. */
  readonly turn?: TurnToTake;
  /** The place of the lead of its team, where that is not the task's own. */
  readonly scope?: number;
  /** Its number among the turns of its team, where that is not its place. */
  readonly n?: number;
  /** Of the pattern that gave the turn, where that was not the first of its team. */
  readonly generation?: number;
}

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
  /** What its turn need not do again, by key; absent in most. */
  kept?: Map<string, Json> | undefined;
  /** Of a turn that is taken by a team: how far that is, or came; absent in most. */
  team?: TeamRun | undefined;
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
  | {
      readonly kind: 'completed';
      readonly at: Instant;
      readonly output: Json;
      /** What a turn of a team asked for. */
      readonly asks?: Json;
    }
  | { readonly kind: 'failed'; readonly at: Instant; readonly error: TaskError }
  | {
      readonly kind: 'cancelled';
      readonly at: Instant;
      readonly confirmed: boolean;
      /** By the end of the execution alone: should that be reopened, it runs again. */
      readonly isWithdrawn?: true;
    };

export function newItem(task: number, index: number | undefined): Item {
  const status = { kind: 'ready', since: 0, order: 0 } as const;
  return { task, index, attempt: 0, assignment: 0, losses: 0, seat: undefined, startedAt: undefined, status };
}

/** Whether what was spawned waits for this one still: a task for its result, a turn of a team for its end alone. */
export function isHeldBackBy(
  spec: Pick<View<Spawned>, 'turn'>,
  { status }: Pick<View<Item>, 'status'>,
): boolean {
  return spec.turn === undefined ? status.kind !== 'completed' : !isOver(status);
}

/** What becomes of an item with such a status is known. */
export function isOver({ kind }: Pick<ItemStatus, 'kind'>): boolean {
  return kind === 'completed' || kind === 'failed' || kind === 'cancelled';
}
