/** What a declarative pattern computes: compiled by `packages/definition`, called by its interpreter alone. */
import type { Json, JsonObject } from '../json.ts';

/** What an expression of a pattern sees. Each is worked out when an expression reads it. */
export interface PatternScope {
  /** What the task works on. */
  readonly input: Json;
  readonly options: Json;
  readonly state: Json;
  readonly team: readonly MemberSeen[];
  /** Everybody who can take a turn: each seat of each group. */
  readonly seats: readonly SeatSeen[];
  /** All turns so far; reading them costs what there are. */
  readonly turns: readonly TurnSeen[];
  /** How many of them are under way. */
  readonly open: number;
  /** Of the turn that is over, or that is about to begin; null where there is none. */
  readonly turn: TurnSeen | null;
  readonly output: Json;
  readonly asks: Json;
  /** Null unless the turn failed. */
  readonly error: Json;
  /** By name: what the rule works out first. */
  readonly where: JsonObject;
  readonly item: Json;
  readonly index: Json;
}

export interface MemberSeen extends JsonObject {
  readonly name: string;
  readonly role: string;
  readonly seats: readonly string[];
  readonly capabilities: readonly string[];
  readonly weight: number;
}

export interface SeatSeen extends JsonObject {
  readonly name: string;
  readonly group: string;
  readonly role: string;
  readonly capabilities: readonly string[];
  readonly weight: number;
}

export interface TurnSeen extends JsonObject {
  readonly n: number;
  readonly to: string;
  /** Who took it, as a seat; what it was given to, before. */
  readonly by: string;
  readonly role: string;
  readonly purpose: string;
  readonly status: string;
  /** Null unless it is completed. */
  readonly output: Json;
}

/** Pure and bounded. @throws CantataError `expression_failed` where it has no value */
export interface Calculated<T extends Json = Json> {
  evaluate(scope: PatternScope): T;
}
