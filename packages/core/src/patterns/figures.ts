/** What a team has done so far, counted as it happens: by this it may be stopped, and patterns are compared. */
import type { Fact } from './pattern.ts';

/** Each is counted with the event that says it, in constant time. */
export interface TeamFigures {
  /** That are over, people who were asked among them. */
  turns: number;
  /** Of those: that gave nothing, for good. */
  failed: number;
  /** Attempts that had to be made again, and of those: for answers that asked for what may not be. */
  retries: number;
  refused: number;
  /** Attempts whose process was gone. */
  losses: number;
  delegations: number;
  handOffs: number;
  messages: number;
  tokens: number;
  cost: number;
  /** Sum of the time that agents were at work. */
  busyMs: number;
}

export function newFigures(): TeamFigures {
  return {
    turns: 0,
    failed: 0,
    retries: 0,
    refused: 0,
    losses: 0,
    delegations: 0,
    handOffs: 0,
    messages: 0,
    tokens: 0,
    cost: 0,
    busyMs: 0,
  };
}

/** O(facts). */
export function countFacts(figures: TeamFigures, facts: readonly Fact[]): void {
  for (const { fact } of facts) {
    if (fact === 'handed_off') figures.handOffs += 1;
    else if (fact === 'delegated') figures.delegations += 1;
    else if (fact === 'message_sent') figures.messages += 1;
  }
}
