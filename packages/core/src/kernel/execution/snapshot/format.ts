/** What a snapshot of an execution looks like, as JSON. */
import type { Json, JsonObject } from '../../../json.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Claim } from '../../resource/claim.ts';
import type { Compensation } from '../compensation.ts';
import type { NeededRate } from '../events.ts';
import type {
  Counters,
  Diverted,
  ExecutionState,
  Item,
  ItemClaims,
  ItemStatus,
  KeptEvent,
  KeptSignal,
  Orphan,
  Returned,
  Spawned,
  Task,
} from '../state.ts';
import type { SnapshotTeam, TeamRef } from './team.ts';

/** Format of what `encode` writes. */
export const FORMAT = 6;

export interface Snapshot {
  readonly format: number;
  readonly sequence: number;
  readonly lastAt: number;
  readonly status: ExecutionState['status'];
  readonly request: ExecutionState['request'] | null;
  /** Absent in snapshots of before it was kept. */
  readonly plannedMs?: number;
  readonly startedAt: number | null;
  readonly deadline: number | null;
  readonly interruptedAt: number;
  readonly checkpoint: ExecutionState['checkpoint'] | null;
  readonly counters: Counters;
  readonly tasks: readonly SnapshotTask[];
  readonly undecided: readonly number[];
  readonly inFlight: readonly ItemRef[];
  readonly retrying: readonly ItemRef[];
  readonly waiting: readonly ItemRef[];
  /** Absent where there was none. */
  readonly isBudgetWarned?: true;
  readonly spentBefore?: ExecutionState['spentBefore'];
  readonly stopReason?: string;
  readonly jumps?: number;
  readonly gone?: ExecutionState['gone'];
  /** Absent where nothing can be undone. */
  readonly compensations?: readonly SnapshotStep[];
  /** Steps whose time to be undone has come, by their place among them. Absent unless undoing has begun. */
  readonly due?: readonly number[];
  /** Absent where nothing ever came from outside. */
  readonly mail?: {
    readonly signals: readonly KeptSignal[];
    readonly events: readonly KeptEvent[];
    readonly ids: readonly string[];
  };
  /** Tasks that wait for an event. Absent where none does. */
  readonly listening?: readonly number[];
  /** Of these: with a child that counts. Absent where there is none. */
  readonly children?: readonly ItemRef[];
  readonly orphans?: readonly Orphan[];
  /** Absent where nothing is needed that others share. */
  readonly needing?: {
    readonly acquiring: readonly ItemRef[];
    readonly unasked: readonly ItemRef[];
    readonly claimants: readonly ItemRef[];
    readonly returns: readonly Returned[];
    /** Absent where no permit is needed. */
    readonly rates?: readonly SnapshotLine[];
  };
  /** Absent where no pattern has anything to react to. */
  readonly reacting?: readonly TeamRef[];
  /** Ids of the free seats, those of a group in the order they will be taken. */
  readonly free: readonly string[];
  readonly nextOrder: number;
  /** Absent where all its values stand in it. */
  readonly hasReferences?: true;
}

/** Its items with a permit for later are found among those that wait. */
export interface SnapshotLine extends NeededRate {
  readonly waiting: readonly ItemRef[];
  readonly asked?: Claim;
}

export type SnapshotTask = Pick<Task, 'waiting' | 'status' | 'openItems'> & {
  /** Absent where it is the first. */
  readonly activation?: number;
  readonly loopedFrom?: number;
  readonly gotos?: number;
  /** Absent where all items are wanted, or none is completed. */
  readonly done?: number;
  /** Absent where all dependencies must be met. */
  readonly met?: number;
  readonly skippedBy: number | null;
  /** Absent unless it has failed and the workflow went on. */
  readonly isHandled?: true;
  readonly overridden?: NonNullable<Task['overridden']>;
  readonly isKept?: true;
  readonly spent?: NonNullable<Task['spent']>;
  readonly stopReason?: string;
  readonly reassigned?: string;
  /** Absent where it needed no event, or has none yet. */
  readonly event?: Json;
  readonly heard?: number;
  readonly listensUntil?: number;
  /** Absent where there is no template; null is a value like any other. */
  readonly input?: Json;
  /** Absent where no items came later. */
  readonly added?: NonNullable<Task['added']>;
  /** Absent where agents do not share it. */
  readonly team?: SnapshotTeam;
  readonly error: TaskError | null;
  readonly openedAt: number | null;
  readonly endedAt: number | null;
  readonly items: readonly SnapshotItem[];
};
export type Assigned = Extract<ItemStatus, { readonly kind: 'assigned' }>;
export type SnapshotItem = Pick<Item, 'attempt' | 'assignment' | 'losses'> & {
  /** An assigned item sits where it was assigned to last. */
  readonly status: Exclude<ItemStatus, Assigned> | Omit<Assigned, 'seat'>;
  readonly seat: string | null;
  readonly startedAt: number | null;
  readonly forgiven?: number;
  /** Absent where it need not remember any. */
  readonly kept?: JsonObject;
  /** Absent where it never waited for one. */
  readonly child?: string;
  /** Absent in what the document has. Its pool is found again. */
  readonly spawned?: Omit<Spawned, 'pool'>;
  /** Absent unless it is a turn that is taken by a team. */
  readonly team?: SnapshotTeam;
  readonly reassigned?: string;
  readonly diverted?: Diverted;
  readonly claims?: ItemClaims;
};
export type ItemRef =
  | readonly [task: number, item: number]
  /** What undoes it: by the place of the step among all that were registered. */
  | readonly [step: number];
export type SnapshotStep = Pick<Compensation, 'task' | 'activation' | 'generation' | 'endedAt' | 'status'> & {
  readonly item?: number;
  readonly input?: Json;
  readonly output?: Json;
  readonly given?: Json;
  readonly error?: TaskError;
  readonly turn?: SnapshotItem;
};
