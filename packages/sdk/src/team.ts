/**
 * What an agent sees of its team, and what it can ask of the pattern they work by. Whatever it asks for happens together
 * with its answer, all of it, and nothing if it fails. The pattern says which of these it knows; another one fails the turn.
 */
import type {
  Ask,
  Assignment,
  ContextPolicy,
  Directive,
  Json,
  JsonObject,
  TeamMember,
  TeamSeen,
  TurnResult,
} from '@cantata/core';

export interface Team {
  /** `supervisor`; undefined where the task has none. */
  readonly pattern: string | undefined;
  /** What this agent is to the pattern: `worker`. */
  readonly role: string | undefined;
  /** What the turn is for, in the pattern's words: `lead`, `part`; `opening` of the first of a task. */
  readonly purpose: string | undefined;
  /** Which turn of the task it is, from 1. */
  readonly turn: number | undefined;
  readonly members: readonly TeamMember[];
  /** What came of the turns this one is to go by: of what it delegated, the proposals it is to judge. */
  readonly results: readonly TurnResult[];
  /** Earlier turns, as far as it is shown them, the oldest first. */
  readonly messages: readonly TurnResult[];
  /** What the pattern shows beside: a board, open work, votes. */
  readonly shown: JsonObject;
  /** Somebody else is to do a part, a group or one seat, and its result comes back. */
  delegate(to: string, input: Json, how?: Transfer): void;
  /** Somebody else goes on in its place: with this input, or with what it worked on itself. */
  handOff(to: string, how?: Transfer & { readonly input?: Json }): void;
  /** A message to one of the team. */
  send(to: string, data: Json): void;
  /** A message to all who hear a topic. */
  tell(topic: string, data: Json): void;
  /** Work for whoever is able and willing, under an id of its own. */
  offer(work: string, input: Json, how?: { readonly requires?: readonly string[] }): void;
  claim(work: string): void;
  /** What it would do offered work for. */
  bid(work: string, cost: number, note?: string): void;
  vote(choice: string, reason?: string): void;
  /** To the board; with `ifVersion`, only if nobody has written there since. */
  write(key: string, value: Json, how?: { readonly ifVersion?: number }): void;
  askPerson(prompt: string, how?: Asking): void;
  /** It cannot or may not decide: whoever it reports to shall. */
  escalate(reason: string, input?: Json): void;
  /** The result is final: this, or the answer itself. */
  finish(output?: Json): void;
}

export interface Transfer {
  readonly reason?: string;
  /** What of the turns so far the other one is shown. */
  readonly context?: ContextPolicy;
}

export interface Asking {
  /** Whom to ask, for people. */
  readonly of?: string;
  readonly timeoutMs?: number;
  /** The answer, if nobody gives one in time. */
  readonly otherwise?: Json;
}

export function createTeam(assignment: Assignment, directives: Directive[]): Team {
  let seen: { readonly team: TeamSeen | undefined } | undefined;
  const look = (): TeamSeen | undefined => (seen ??= { team: structuredClone(assignment.team) }).team;
  const ask = (wanted: Ask): void => void directives.push(structuredClone(wanted));
  return {
    get pattern() {
      return look()?.pattern;
    },
    get role() {
      return look()?.role;
    },
    get purpose() {
      return look()?.purpose;
    },
    get turn() {
      return look()?.turn;
    },
    get members() {
      return look()?.members ?? [];
    },
    get results() {
      return look()?.results ?? [];
    },
    get messages() {
      return look()?.messages ?? [];
    },
    get shown() {
      return look()?.shown ?? {};
    },
    delegate: (to, input, how = {}) => ask({ kind: 'delegate', to, input, ...how }),
    handOff: (to, how = {}) => ask({ kind: 'hand_off', to, ...how }),
    send: (to, data) => ask({ kind: 'send', to, data }),
    tell: (topic, data) => ask({ kind: 'send', topic, data }),
    offer: (work, input, how = {}) => ask({ kind: 'offer', work, input, ...how }),
    claim: (work) => ask({ kind: 'claim', work }),
    bid: (work, cost, note) => ask({ kind: 'bid', work, cost, ...(note === undefined ? {} : { note }) }),
    vote: (choice, reason) => ask({ kind: 'vote', choice, ...(reason === undefined ? {} : { reason }) }),
    write: (key, value, how = {}) => ask({ kind: 'write', key, value, ...how }),
    askPerson: (prompt, how = {}) => ask({ kind: 'ask_person', prompt, ...how }),
    escalate: (reason, input) => ask({ kind: 'escalate', reason, ...(input === undefined ? {} : { input }) }),
    finish: (output) => ask({ kind: 'finish', ...(output === undefined ? {} : { output }) }),
  };
}
