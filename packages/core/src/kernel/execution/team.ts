/**
 * A team at work on a task: what is known of a run of a pattern, and what can happen to it. The task's own item is its
 * lead: it waits, without a seat, until the result is final. Turns are further items of the task. Where a turn is given to a
 * member that is a team itself, its item leads that one: a run is known by the place of its lead, 0 for the task's own.
 * Patterns count their own turns from 1; everybody else goes by places, and `places` leads from the one to the other.
 */
import type { Json, JsonObject } from '../../json.ts';
import type { ContextPolicy } from '../../patterns/asks.ts';
import type { TeamFigures } from '../../patterns/figures.ts';
import type { MutableObject } from '../../patterns/merge-patch.ts';
import type { Fact } from '../../patterns/pattern.ts';
import type { PlanTeam, SwitchedBy } from '../../plan/team.ts';
import type { Usage } from '../../ports/agent.ts';
import type { Instant } from '../../ports/clock.ts';

export interface TeamRun {
  readonly plan: PlanTeam;
  /** The task it is at work on, and the place of its lead there. */
  readonly task: number;
  readonly scope: number;
  /** Counts the patterns that followed each other, from 1. */
  readonly generation: number;
  readonly since: Instant;
  readonly state: MutableObject;
  /** Of its JSON, at the most. */
  bytes: number;
  /** Turns under way, people who are asked among them. */
  open: number;
  /** Where its turns stand among the items of the task, by their numbers; its lead before them. */
  readonly places: number[];
  /** Turns in all, those of the teams among its members with them. */
  laid: number;
  readonly figures: TeamFigures;
  /** The last vote of each seat. */
  readonly votes: Map<string, string>;
  /** Groups and seats to whom control was handed. */
  readonly handedTo: Set<string>;
  /** The number of the last turn that is completed; 0 before. */
  last: number;
  /** The last ones, oldest first. */
  readonly marks: string[];
  /** Reactions in a row that brought the team no further. */
  stalled: number;
  readonly timers: Map<string, Instant>;
  /** What comes before, where it follows another pattern. */
  heritage?: Heritage;
  /** Of a team that is a member of another one: why it ended, where that was not its own word. */
  stopReason?: string;
  /** What the pattern has still to react to, in order. */
  readonly pending: PendingTrigger[];
}

/** A trigger as it is kept: what it is about is found by the place of its turn. */
export type PendingTrigger =
  | { readonly kind: 'started' | 'idle' }
  | { readonly kind: 'completed'; readonly turn: number; readonly asks?: Json }
  | { readonly kind: 'failed'; readonly turn: number }
  | { readonly kind: 'timer'; readonly name: string }
  | { readonly kind: 'adopted'; readonly from: string }
  /** Of a turn that a pattern before it has given. */
  | { readonly kind: 'late'; readonly turn: number };

/** What is left of the patterns that were at work before. */
export interface Heritage {
  /** The last of them, and why it went. */
  readonly from: string;
  readonly reason: string;
  readonly by: SwitchedBy;
  /** Rules of the document that were applied. */
  readonly rules: readonly number[];
  /** Turns of theirs that are under way. */
  open: number;
  /** Places of turns that gave something that nobody has been handed yet. */
  unseen: number[];
}

/** Turns of the patterns before it whose results are handed over. */
export const MAX_UNSEEN = 100;

/** Patterns that may follow each other in one team. */
export const MAX_GENERATIONS = 10;

/** Of an item that is a turn: what it is for, and what of the others it is shown. */
export interface TurnToTake {
  /** A group or a seat. */
  readonly to: string;
  readonly purpose: string;
  /** Whether it works on what the task does, and not on an input of its own. */
  readonly takesTaskInput?: true;
  /** It works on what this turn worked on, which has an input of its own. */
  readonly inputOf?: number;
  /** A person is asked or listened to, and takes it without a seat. What counts if nobody answers is its input. */
  readonly person?: AskedPerson;
  /** It is for a member that is a team, and leads that one. */
  readonly team?: true;
  readonly results?: readonly number[];
  readonly context?: ContextPolicy;
  readonly recalls?: readonly number[];
  /** It does not begin before that turn is over. */
  readonly after?: number;
  readonly timeoutMs?: number;
}

export type AskedPerson = Question | Listening;

export interface Question {
  readonly prompt: string;
  /** Whom to ask, for people. */
  readonly of?: string;
  /** Set where somebody's silence is an answer, too. */
  readonly hasDefault?: true;
}

/** Whoever speaks does so with a signal. */
export interface Listening {
  readonly signal: string;
  readonly hasDefault?: true;
}

export type TeamEvent =
  | PatternStarted
  | PatternReacted
  | PatternSwitched
  | (AtTeam & { readonly type: 'pattern.timer_due'; readonly name: string })
  | PatternFinished;

interface AtTeam {
  readonly task: string;
  /** The place of its lead; absent for the task's own. */
  readonly item?: number;
  readonly activation?: number;
}

export interface PatternStarted extends AtTeam {
  readonly type: 'pattern.started';
  readonly pattern: string;
  readonly version: string;
  readonly state: JsonObject;
  /** The task's own agent had begun, and asked for something with its answer: that was the first turn. */
  readonly opening?: true;
  /** Of the first turn. */
  readonly output?: Json;
  readonly asks?: Json;
  readonly usage?: Usage;
}

/** Another pattern goes on. What is under way goes on with it, and what is at work of the one before is over. */
export interface PatternSwitched extends AtTeam {
  readonly type: 'pattern.switched';
  readonly from: string;
  readonly to: string;
  readonly version: string;
  readonly generation: number;
  readonly state: JsonObject;
  readonly reason: string;
  /** Which rule of the document, from 0; else the options somebody chose. */
  readonly rule?: number;
  readonly options?: JsonObject;
  readonly by?: string;
}

/** What followed from the first of the triggers that were pending. */
export interface PatternReacted extends AtTeam {
  readonly type: 'pattern.reacted';
  readonly to: PendingTrigger['kind'];
  readonly turn?: number;
  readonly reason: string;
  /** A merge patch of the state, and how large that is with it, at the most. */
  readonly change?: JsonObject;
  readonly bytes?: number;
  /** They are numbered after those there are. */
  readonly turns?: readonly TurnToTake[];
  /** What each of them works on; null for one that works on what the task does. */
  readonly inputs?: Json;
  readonly stopped?: readonly number[];
  readonly timers?: Readonly<Record<string, Instant | null>>;
  readonly facts?: readonly Fact[];
  readonly mark?: string;
  /** It brought the team no further. */
  readonly idles?: true;
}

/** Nothing is awaited any more. The end of the task follows in the same step. */
export interface PatternFinished extends AtTeam {
  readonly type: 'pattern.finished';
  readonly turns: number;
  /** Why, where that was not the team's own word. */
  readonly stopReason?: string;
}
