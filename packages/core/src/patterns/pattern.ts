/**
 * The contract of a pattern: how a team of agents shares one task. The graph decides when a task is ready; from then on
 * its pattern decides which turns are taken until the result is final.
 *
 * P1 Pure         `react` is asked by `decide` alone, and reads nothing but what it is given.
 * P2 Written down Whatever it decides is in one event: why, what changes in its state, which turns follow. A log is folded
 *                 without asking a pattern again, so a newer version of one never rewrites history.
 * P3 Bounded      Its turns are counted by the kernel, not by itself: see `limits.ts`. One that falls silent is asked
 *                 once more with `idle` and then ended: nothing waits for a pattern that does not know how to go on.
 * P4 Small        Its state is at most MAX_PATTERN_STATE_BYTES, and an event holds what changes, not the whole: at most
 *                 MAX_PATTERN_CHANGE_BYTES.
 */
import type { Json, JsonObject } from '../json.ts';
import type { View } from '../kernel/law.ts';
import type { TaskError } from '../ports/agent.ts';
import type { Instant } from '../ports/clock.ts';
import type { Ask, AskKind, ContextPolicy } from './asks.ts';
import type { TeamLimits } from './limits.ts';
import type { RoleRule, Team } from './team.ts';

/** Room for a swarm of a thousand, ten bids for the work of each, and all that was done. */
export const MAX_PATTERN_STATE_BYTES = 4_194_304;
/** Of one reaction: a line for each of a thousand agents. */
export const MAX_PATTERN_CHANGE_BYTES = 262_144;
/** Levels of what it says or remembers: those of an agent's value, 64, and some around it. */
export const MAX_PATTERN_DEPTH = 68;

export interface Pattern<State extends JsonObject = JsonObject> {
  readonly name: string;
  /** Raised when a state or a reaction means something else: an open run keeps to the version it began with. */
  readonly version: string;
  /** What it is for, in a sentence. */
  readonly summary: string;
  /** In the order in which groups without a declared role are given one. */
  readonly roles: Readonly<Record<string, RoleRule>>;
  /** A JSON Schema of type object with defaults. */
  readonly options: JsonObject;
  /** What holds unless the document says otherwise. */
  readonly limits: TeamLimits;
  /** What its agents may ask for. Anything else fails the turn, and says what there is. */
  readonly asks: readonly AskKind[];
  /** What is wrong with a team or options, beyond what the schema and the roles say. */
  validate(setup: Setup): readonly PatternProblem[];
  initial(setup: Setup): State;
  /** Why an answer does not count: its turn fails with this, and a later attempt is told. Asked before anything is recorded. */
  whyNot?(view: PatternView<State>, answer: Answer): string | undefined;
  react(view: PatternView<State>, trigger: PatternTrigger): Reaction;
  /** What of its state an agent is shown with its turn: a board, open work, a count of votes. */
  shows?(view: PatternView<State>, turn: Turn): JsonObject;
}

/** What a document says. */
export interface Setup {
  readonly team: Team;
  /** With the defaults of the schema. */
  readonly options: JsonObject;
}

export interface PatternProblem {
  /** Below the options, `['speakers', 0]`; of a problem with a group, below that. */
  readonly path: readonly (string | number)[];
  /** Whose description is wrong, where it is not the options. */
  readonly group?: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a pattern sees of its run. */
export interface PatternView<State extends JsonObject = JsonObject> {
  readonly setup: Setup;
  readonly state: View<State>;
  /** Of the task. */
  readonly input: Json;
  readonly now: Instant;
  /** Turns so far. */
  readonly turns: number;
  /** How many of them are under way, people who are asked among them. */
  readonly open: number;
  /** The group to which the task was given. */
  readonly opener: string | undefined;
  /** From 1. */
  turn(n: number): Turn;
  /** What a completed turn gave. */
  output(n: number): Json;
  /** What a completed turn asked for: a state refers to it, and need not hold it. */
  asks(n: number): readonly Ask[];
}

export interface Turn {
  readonly n: number;
  /** The group or seat it was given to. */
  readonly to: string;
  /** Who took it; undefined before. */
  readonly seat: string | undefined;
  /** In the pattern's own words; {@link OPENING} of a turn the task itself began with. */
  readonly purpose: string;
  readonly status: 'open' | 'completed' | 'failed' | 'cancelled';
  /** It is the answer of a person, or a message from outside: of nobody of the team. */
  readonly isPerson?: true;
}

/** A task whose agent simply answers never meets its pattern. With the first ask that turn becomes the first of the pattern. */
export const OPENING = 'opening';

/** A turn of the summariser of a team. It is laid by the kernel, and no pattern hears of it. */
export const SUMMARY = 'summary';

/** What an agent gave at the end of its turn. */
export interface Answer {
  readonly turn: Turn;
  readonly output: Json;
  readonly asks: readonly Ask[];
}

export type PatternTrigger =
  | { readonly kind: 'started' }
  | (Answer & { readonly kind: 'completed' })
  /** For good: its own retries are over. */
  | { readonly kind: 'failed'; readonly turn: Turn; readonly error: TaskError }
  | { readonly kind: 'timer'; readonly name: string }
  /** No turn is under way, nothing is waited for, and the result is not final. */
  | { readonly kind: 'idle' }
  /**
   * It goes on in the place of another pattern, with turns of its own from 1. What came of those before it is handed over
   * with its first turns, and so is what comes of those that are under way still: it need not know of them.
   */
  | { readonly kind: 'adopted'; readonly from: string };

export interface Reaction {
  /** Why, for people: `2 of 3 have answered`. */
  readonly reason: string;
  /** A JSON Merge Patch (RFC 7396) of its state: null removes. */
  readonly change?: JsonObject;
  readonly moves?: readonly Move[];
  /** What happened between agents, for whoever follows the run. */
  readonly facts?: readonly Fact[];
  /** Of what is done again and again: a sequence of marks that repeats itself is a limit. */
  readonly mark?: string;
  /** False where the team is no further than before; so many in a row are a limit. */
  readonly progress?: boolean;
}

export type Move =
  | TakeTurn
  | { readonly move: 'stop_turn'; readonly turn: number; readonly reason: string }
  | AskSomebody
  | ListenFor
  /** The same name again sets it anew. */
  | { readonly move: 'set_timer'; readonly name: string; readonly afterMs: number }
  | { readonly move: 'clear_timer'; readonly name: string }
  /** What is under way is given up. */
  | { readonly move: 'finish'; readonly output: Json; readonly stopReason?: string }
  | { readonly move: 'finish_with'; readonly turn: number; readonly stopReason?: string }
  | { readonly move: 'fail'; readonly error: TaskError };

/** The next turns are numbered in the order of these moves. */
export interface TakeTurn {
  readonly move: 'turn';
  /** A group, of which any free seat takes it, or one seat. */
  readonly to: string;
  readonly purpose: string;
  /** Without it, what the task works on. */
  readonly input?: Json;
  /** In place of an input: it works on what this turn worked on, by reference. */
  readonly inputOf?: number;
  /** Turns whose outputs or errors are handed over, by reference. */
  readonly results?: readonly number[];
  readonly context?: ContextPolicy;
  /** Earlier turns that it is shown as messages, in place of what its context says. */
  readonly recalls?: readonly number[];
  readonly timeoutMs?: number;
}

/** Takes a number like a turn: the answer is its output, a no or silence its failure. */
export interface AskSomebody {
  readonly move: 'ask_person';
  readonly purpose: string;
  readonly prompt: string;
  /** Whom to ask, for people. */
  readonly of?: string;
  readonly timeoutMs?: number;
  /** The answer, if nobody gives one in time. */
  readonly otherwise?: Json;
}

/** Takes a number like a turn: the data of the signal is its output, silence its failure. */
export interface ListenFor {
  readonly move: 'listen';
  readonly purpose: string;
  readonly signal: string;
  readonly timeoutMs?: number;
  /** Its output, if none comes in time. */
  readonly otherwise?: Json;
}

export type Fact =
  | { readonly fact: 'delegated'; readonly by: string; readonly to: string; readonly reason?: string }
  | { readonly fact: 'handed_off'; readonly by: string; readonly to: string; readonly reason?: string }
  /** It asked for something that does not count beside what else it asked for. */
  | { readonly fact: 'passed_over'; readonly by: string; readonly to: string; readonly ask: AskKind }
  | { readonly fact: 'message_sent'; readonly by: string; readonly to?: string; readonly topic?: string }
  | { readonly fact: 'voted'; readonly by: string; readonly choice: string; readonly reason?: string }
  | { readonly fact: 'claimed'; readonly by: string; readonly work: string }
  | { readonly fact: 'bid'; readonly by: string; readonly work: string; readonly cost: number }
  | { readonly fact: 'awarded'; readonly to: string; readonly work: string }
  | { readonly fact: 'escalated'; readonly by: string; readonly to: string; readonly reason?: string };
