/** What whoever reads executions needs, and what only the process that drives them can add. */
import type {
  AgentDirectory,
  CantataError,
  Clock,
  Codec,
  ExecutionRow,
  ExecutionState,
  Store,
  WhyOptions,
} from '@cantata/core';
import type { Log } from '../log.ts';
import type { Plans } from '../shell/plans.ts';
import type { Blobs } from '../values/blobs.ts';
import type { LocalAgents } from './agents.ts';
import type { Publisher } from './publisher.ts';

export interface ReaderParts {
  readonly store: Store;
  readonly plans: Plans;
  readonly codec: Codec;
  /** Shared with an engine of this process. */
  readonly blobs?: Blobs;
  readonly publisher?: Publisher;
  readonly clock: Clock;
  readonly log: Log;
  /** Who is bound to which type: lets `why` name an attempt that nobody can take. */
  readonly agents?: AgentDirectory;
  /** When an agent that is still at work is told of. */
  readonly stalls?: WhyOptions;
  /** What the engine of this process knows and no row says. */
  readonly local?: LocalKnowledge;
  readonly localAgents?: LocalAgents;
}

export interface LocalKnowledge {
  /** Whether it has an execution in hand; undefined when another engine owns the shards. */
  readonly isDriven: (row: ExecutionRow) => boolean | undefined;
  /** Why an execution stands still, where the store could not take the mark. */
  readonly stuck: (executionId: string) => CantataError | undefined;
  /** An execution in hand, if all of it is committed. To be looked at before anything is waited for. */
  readonly committed: (executionId: string) => ExecutionState | undefined;
}
