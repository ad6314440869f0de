/** A declarative pattern as it is compiled: what `declarative.ts` interprets. */
import type { Json, JsonObject } from '../json.ts';
import type { ContextPolicy } from './asks.ts';
import type { Calculated } from './calculated.ts';
import type { Fact, Pattern } from './pattern.ts';

export interface PatternRules
  extends Pick<Pattern, 'name' | 'version' | 'summary' | 'roles' | 'options' | 'limits' | 'asks'> {
  readonly state: JsonObject;
  /** Why an answer does not count: the first that holds. */
  readonly refusals: readonly Refusal[];
  /** What its agents are shown with a turn. */
  readonly shows?: Calculated;
  /** In order: the first that holds is applied. */
  readonly rules: readonly Rule[];
}

export interface Refusal {
  readonly when: Calculated<boolean>;
  readonly message: Calculated;
}

export interface Rule {
  readonly on: RuleTrigger;
  readonly when?: Calculated<boolean>;
  /** Why, for people; its trigger, unless given. */
  readonly because?: Calculated;
  /** In an order in which each sees those it reads. */
  readonly where: readonly WhereValue[];
  /** A merge patch of the state. */
  readonly set?: Calculated;
  readonly actions: readonly RuleAction[];
  readonly mark?: Calculated;
  readonly progress?: boolean;
}

export interface WhereValue {
  readonly name: string;
  readonly value: Calculated;
  /** Its condition reads it: it is worked out before, and all others only once it holds. */
  readonly isForWhen: boolean;
}

export type RuleTrigger =
  | { readonly kind: 'started' | 'idle' }
  /** Of any purpose, unless given. */
  | { readonly kind: 'completed' | 'failed' | 'ended'; readonly purpose?: string }
  | { readonly kind: 'timer'; readonly name?: string };

export type RuleAction =
  | RuleTurn
  /** Numbers of turns that are under way. */
  | { readonly do: 'stop'; readonly turns: Calculated; readonly reason: string }
  | { readonly do: 'set_timer'; readonly name: string; readonly seconds: Calculated }
  | RuleQuestion
  | { readonly do: 'clear_timer'; readonly name: string }
  | RuleFact
  | { readonly do: 'finish'; readonly output: Calculated; readonly stopReason?: Calculated }
  | { readonly do: 'finish_with'; readonly turn: Calculated; readonly stopReason?: Calculated }
  | { readonly do: 'fail'; readonly code: Calculated; readonly message: Calculated };

/** With `forEach`, one for each element of the list. */
export interface RuleTurn {
  readonly do: 'turn';
  readonly forEach?: Calculated;
  readonly to: Calculated;
  readonly purpose: string;
  readonly input?: Calculated;
  readonly results?: Calculated;
  readonly context?: ContextPolicy;
  readonly timeoutSeconds?: Calculated;
}

export interface RuleQuestion {
  readonly do: 'ask_person';
  readonly purpose: string;
  readonly prompt: Calculated;
  readonly of?: Calculated;
  readonly timeoutSeconds?: Calculated;
  readonly otherwise?: Calculated;
}

export interface RuleFact {
  readonly do: 'fact';
  readonly fact: Fact['fact'];
  readonly forEach?: Calculated;
  readonly fields: readonly (readonly [field: string, value: Calculated])[];
}

/** What one rule may ask for at a time: a decision yields about as many events. */
export const MAX_MOVES = 1_000;

/** A value is none that can be used where it stands. */
export class RuleFailed extends Error {}

/** @throws RuleFailed */
export function isAList(value: Json, what: string): asserts value is readonly Json[] {
  if (!Array.isArray(value))
    throw new RuleFailed(`${what} should be a list, and is ${JSON.stringify(value).slice(0, 100)}`);
  if (value.length > MAX_MOVES)
    throw new RuleFailed(`${what} has ${value.length} entries; at most ${MAX_MOVES} are allowed`);
}
