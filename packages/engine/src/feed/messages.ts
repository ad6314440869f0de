/** What goes through the feed, and who hears what. */
import type { PublishedEvent } from '@cantata/core';
import type { Whose } from '../read/publisher.ts';

export interface FeedEvent extends Whose {
  /** Its place in the feed of the store: whoever has seen it goes on behind it. */
  readonly offset: number;
  readonly executionId: string;
  /** The event, and those that are projected from it. Never empty. */
  readonly published: readonly PublishedEvent[];
}

export interface FeedFilter {
  readonly tenant: string;
  readonly workflowId?: string;
  readonly executionId?: string;
}

export function isMeant(filter: FeedFilter, executionId: string, { tenant, workflowId }: Whose): boolean {
  return (
    filter.tenant === tenant &&
    (filter.workflowId === undefined || filter.workflowId === workflowId) &&
    (filter.executionId === undefined || filter.executionId === executionId)
  );
}

/** An event with about what it takes in memory, in characters. */
export interface Told {
  readonly event: FeedEvent;
  readonly size: number;
}

export interface FeedBounds {
  /** Rows that are read without a pause: about a millisecond. */
  readonly page: number;
  /** Events that are kept for a sink that is at work; beyond them it is behind, and reads them from the store. */
  readonly kept: number;
  /** The same, in characters. */
  readonly keptCharacters: number;
  /** Characters a sink is given at once, or one event: it is waited for before it gets more. */
  readonly givenCharacters: number;
}

export const FEED_BOUNDS = {
  page: 256,
  kept: 1_000,
  keptCharacters: 1_048_576,
  givenCharacters: 65_536,
} as const satisfies FeedBounds;
