/**
 * What a document says about how its tasks follow each other, as plain as it can be said. With it and a log alone a
 * second reading tells what must have become of each task; the law's own state is never looked at.
 */
import type { Json } from '@cantata/core';

export type End = 'completed' | 'failed' | 'skipped' | 'cancelled';

export interface TaskRules {
  readonly id: string;
  readonly edges: readonly Edge[];
  readonly join: JoinRule;
  readonly cancelsRemaining: boolean;
  readonly onFailure: FailureRule;
  readonly loop?: LoopRule;
  /** How many of its items are wanted; undefined where all are. */
  readonly enough?: number;
  /** What its own condition comes to; undefined where only the law could say. */
  readonly isWanted?: boolean;
  /** Its condition asks how far another task has come. */
  readonly milestone?: Milestone;
  /** Who shares it, should its agent ask for that; absent where there is no pattern. */
  readonly team?: TeamRule;
}

/** A pattern, and what ends a run of it that does not end by itself. */
export interface TeamRule {
  readonly pattern: string;
  /** It is done by a team from its first turn on. */
  readonly isWhole: boolean;
  readonly turns: number;
  readonly handOffs: number;
  readonly repeats: number;
  readonly stall: number;
  readonly wallTimeMs: number;
  /** When so many of its turns are over, whatever else the document says of its end. */
  readonly stopsAfter?: number;
  /** Groups that are teams themselves, by their names. */
  readonly inner?: ReadonlyMap<string, TeamRule>;
}

export interface Milestone {
  readonly task: string;
  readonly status: string;
}

export interface Edge {
  readonly task: string;
  readonly on: 'completed' | 'failed' | 'skipped' | 'any';
}

export type JoinRule =
  | { readonly kind: 'at_least'; readonly count: number }
  /** How those of its dependencies that have ended did so; undefined where only the law could say what follows. */
  | { readonly kind: 'when'; readonly holds: (ends: ReadonlyMap<string, End>) => boolean | undefined };

export type FailureRule =
  | { readonly kind: 'fail' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'goto'; readonly task: string; readonly maxTimes: number };

export interface LoopRule {
  readonly maxIterations: number;
  readonly onLimit: 'complete' | 'fail';
  /** Whether it wants another round after one that gave this, or cannot be asked; absent in a loop that only counts. */
  readonly wantsMore?: (output: Json) => boolean | undefined;
}

export type Rules = ReadonlyMap<string, TaskRules>;

export function isMet({ on }: Edge, end: End): boolean {
  return on === 'any' || on === end;
}

/** The task and all that comes after it, through any number of others. */
export function regionOf(rules: Rules, first: string): ReadonlySet<string> {
  const region = new Set([first]);
  for (let before = 0; before < region.size; ) {
    before = region.size;
    for (const { id, edges } of rules.values())
      if (edges.some(({ task }) => region.has(task))) region.add(id);
  }
  return region;
}

/** All that leads to the task, through any number of others, and to no task that does not. */
export function leadingOnlyTo(rules: Rules, last: string): ReadonlySet<string> {
  const needless = new Set<string>();
  for (let before = -1; before < needless.size; ) {
    before = needless.size;
    for (const id of rules.keys()) {
      const after = [...rules.values()].filter(({ edges }) => edges.some(({ task }) => task === id));
      if (after.length > 0 && after.every((one) => one.id === last || needless.has(one.id))) needless.add(id);
    }
  }
  return needless;
}
