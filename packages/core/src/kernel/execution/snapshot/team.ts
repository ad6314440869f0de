/** A team at work, as snapshots have it: its pattern is that of the document, and found again. */
import { CantataError } from '../../../errors.ts';
import type { JsonObject } from '../../../json.ts';
import { copyOf } from '../../../patterns/merge-patch.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { ExecutionState } from '../state.ts';
import type { PendingTrigger, TeamRun } from '../team.ts';
import { planTeam } from '../team-view.ts';

export interface SnapshotTeam
  extends Pick<TeamRun, 'generation' | 'since' | 'bytes' | 'open' | 'figures' | 'last' | 'stalled'> {
  readonly pattern: string;
  readonly version: string;
  readonly state: JsonObject;
  readonly votes: Readonly<Record<string, string>>;
  readonly handedTo: readonly string[];
  readonly marks: readonly string[];
  readonly timers: Readonly<Record<string, Instant>>;
  readonly pending: readonly PendingTrigger[];
}

export function encodeTeam({ pattern, timers, ...run }: TeamRun): SnapshotTeam {
  return {
    pattern: pattern.name,
    version: pattern.version,
    generation: run.generation,
    since: run.since,
    state: run.state,
    bytes: run.bytes,
    open: run.open,
    figures: run.figures,
    votes: Object.fromEntries(run.votes),
    handedTo: [...run.handedTo],
    last: run.last,
    marks: run.marks,
    stalled: run.stalled,
    timers: Object.fromEntries(timers),
    pending: run.pending,
  };
}

/** @throws CantataError `snapshot_corrupt` where the document has another pattern, or another version of it */
export function restoreTeam(state: ExecutionState, task: number, team: SnapshotTeam): TeamRun {
  const { pattern } = planTeam(state, task);
  const {
    pattern: name,
    version,
    state: own,
    figures,
    votes,
    handedTo,
    marks,
    timers,
    pending,
    ...run
  } = team;
  if (pattern.name !== name || pattern.version !== version)
    throw new CantataError('snapshot_corrupt', `there is no pattern ${name} ${version} any more`);
  return {
    ...run,
    pattern,
    state: copyOf(own),
    figures: { ...figures },
    votes: new Map(Object.entries(votes)),
    handedTo: new Set(handedTo),
    marks: [...marks],
    timers: new Map(Object.entries(timers)),
    pending: [...pending],
  };
}
