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
  /** Where the team is a member of another one: what it was given its own turn with. */
  readonly within: TeamSeen | undefined;
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
  /** It goes on with the next message from outside, which `cantata signal` gives. An answer without it is the result. */
  listen(how?: Listening): void;
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

export interface Listening {
  /** What the message is called, a signal that the workflow declares. Default: `message`. */
  readonly signal?: string;
  readonly timeoutMs?: number;
  /** What it goes on with if nobody speaks in time; without it, what it gave is the result then. */
  readonly otherwise?: Json;
}

export function createTeam(assignment: Assignment, directives: Directive[]): Team {
  return new TurnTeam(assignment, directives);
}

/**
 * There is one for every turn under way, and most agents look at little of it: what they are shown is copied when it is
 * first looked at, and the functions are made when they are taken out.
 */
class TurnTeam implements Team {
  readonly #assignment: Assignment;
  readonly #directives: Directive[];
  #looked: { readonly team: TeamSeen | undefined } | undefined;
  #copies: Copies | undefined;

  constructor(assignment: Assignment, directives: Directive[]) {
    this.#assignment = assignment;
    this.#directives = directives;
  }

  get pattern() {
    return this.#seen?.pattern;
  }

  get role() {
    return this.#seen?.role;
  }

  get purpose() {
    return this.#seen?.purpose;
  }

  get turn() {
    return this.#seen?.turn;
  }

  get members() {
    return this.#copy('members') ?? [];
  }

  get results() {
    return this.#copy('results') ?? [];
  }

  get messages() {
    return this.#copy('messages') ?? [];
  }

  get shown() {
    return this.#copy('shown') ?? {};
  }

  get within() {
    return this.#copy('within');
  }

  get delegate(): Team['delegate'] {
    return (to, input, how = {}) => this.#ask({ kind: 'delegate', to, input, ...how });
  }

  get handOff(): Team['handOff'] {
    return (to, how = {}) => this.#ask({ kind: 'hand_off', to, ...how });
  }

  get send(): Team['send'] {
    return (to, data) => this.#ask({ kind: 'send', to, data });
  }

  get tell(): Team['tell'] {
    return (topic, data) => this.#ask({ kind: 'send', topic, data });
  }

  get offer(): Team['offer'] {
    return (work, input, how = {}) => this.#ask({ kind: 'offer', work, input, ...how });
  }

  get claim(): Team['claim'] {
    return (work) => this.#ask({ kind: 'claim', work });
  }

  get bid(): Team['bid'] {
    return (work, cost, note) =>
      this.#ask({ kind: 'bid', work, cost, ...(note === undefined ? {} : { note }) });
  }

  get vote(): Team['vote'] {
    return (choice, reason) =>
      this.#ask({ kind: 'vote', choice, ...(reason === undefined ? {} : { reason }) });
  }

  get write(): Team['write'] {
    return (key, value, how = {}) => this.#ask({ kind: 'write', key, value, ...how });
  }

  get askPerson(): Team['askPerson'] {
    return (prompt, how = {}) => this.#ask({ kind: 'ask_person', prompt, ...how });
  }

  get listen(): Team['listen'] {
    return (how = {}) => this.#ask({ kind: 'listen', ...how });
  }

  get escalate(): Team['escalate'] {
    return (reason, input) =>
      this.#ask({ kind: 'escalate', reason, ...(input === undefined ? {} : { input }) });
  }

  get finish(): Team['finish'] {
    return (output) => this.#ask({ kind: 'finish', ...(output === undefined ? {} : { output }) });
  }

  get #seen(): TeamSeen | undefined {
    return (this.#looked ??= { team: this.#assignment.team }).team;
  }

  #copy<Part extends keyof Copies>(part: Part): TeamSeen[Part] | undefined {
    const seen = this.#seen;
    if (seen === undefined) return undefined;
    const copies: Copies = (this.#copies ??= {});
    return (copies[part] ??= structuredClone(seen[part]));
  }

  #ask(wanted: Ask): void {
    this.#directives.push(structuredClone(wanted));
  }
}

/** What the agent may change without changing what others see. */
type Copies = {
  -readonly [Part in 'members' | 'results' | 'messages' | 'shown' | 'within']?: TeamSeen[Part];
};
