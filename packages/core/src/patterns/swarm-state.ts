/** What a swarm keeps: work that is not done, a board of findings, votes. It refers to what was said and does not hold it. */
import type { JsonObject } from '../json.ts';
import { nth } from '../nth.ts';
import type { Ask, AskKind, Offer } from './asks.ts';
import type { PatternView, Setup } from './pattern.ts';
import type { Member, Team } from './team.ts';

export interface SwarmState extends JsonObject {
  /** By id: what is not done. */
  readonly work: { readonly [work: string]: Work };
  /** By id: the turn that did it. */
  readonly done: { readonly [work: string]: number };
  /** Of turns under way that are about work: its id. */
  readonly turns: { readonly [turn: string]: string };
  /** Seats that do some, and the turn. */
  readonly busy: { readonly [seat: string]: number };
  /** Work of theirs that is still to come. */
  readonly queue: { readonly [seat: string]: { readonly [work: string]: true } };
  readonly board: { readonly [key: string]: Finding };
  /** By number: only that of now is there. */
  readonly ballots: { readonly [round: string]: Ballot };
  readonly round: number;
  /** What a seat is told with its next turn: what of its asks came to nothing. */
  readonly news: { readonly [seat: string]: { readonly [about: string]: string } };
  /** How many were asked for bids so far: the next ones are asked next. */
  readonly asked: number;
  /** How much work there was so far. */
  readonly offered: number;
  /** Of the last turn that failed. */
  readonly error?: Problem;
}

export interface Work extends JsonObject {
  /** `12.0`: the first thing that the twelfth turn asked for. */
  readonly from: string;
  /** Who has it. */
  readonly to?: string;
  /** The turn of whoever is asked to claim it. */
  readonly call?: number;
  /** Turns of those who are asked what they would do it for. */
  readonly asked: { readonly [turn: string]: string };
  readonly bids: { readonly [seat: string]: Offered };
  /** How many did not want it, and how many failed at it. */
  readonly declined: number;
  readonly failed: number;
}

export interface Offered extends JsonObject {
  readonly cost: number;
  /** The turn in which it was said: the first of equals gets it. */
  readonly turn: number;
}

export interface Finding extends JsonObject {
  readonly from: string;
  readonly by: string;
  readonly version: number;
}

export interface Ballot extends JsonObject {
  readonly votes: { readonly [seat: string]: string };
  readonly tally: { readonly [choice: string]: Votes };
}

export interface Votes extends JsonObject {
  readonly weight: number;
  /** When it was first named, as a turn. */
  readonly since: number;
}

interface Problem extends JsonObject {
  readonly code: string;
  readonly message: string;
}

export type SwarmView = PatternView<SwarmState>;

export const NEW_SWARM: SwarmState = {
  work: {},
  done: {},
  turns: {},
  busy: {},
  queue: {},
  board: {},
  ballots: {},
  round: 0,
  news: {},
  asked: 0,
  offered: 0,
};

/** The ask that a reference means. @throws ValuesMissing */
export function askOf<Kind extends AskKind>(
  view: SwarmView,
  from: string,
  _kind: Kind,
): Extract<Ask, { readonly kind: Kind }> {
  const [turn, place] = from.split('.').map(Number) as [number, number];
  return nth(view.asks(turn), place) as Extract<Ask, { readonly kind: Kind }>;
}

export interface Able {
  readonly groups: readonly Member[];
  readonly seats: readonly string[];
}

const ABLE = new WeakMap<Team, Map<string, Able>>();

/** Who can do what requires this. O(groups) when it is first asked, then O(1). */
export function ableTo({ team }: Setup, { requires = [] }: Pick<Offer, 'requires'>): Able {
  let known = ABLE.get(team);
  if (known === undefined) {
    known = new Map<string, Able>();
    ABLE.set(team, known);
  }
  const key = JSON.stringify(requires);
  let able = known.get(key);
  if (able === undefined) {
    const groups = team.members.filter((member) => isAble(member, requires));
    able = { groups, seats: groups.flatMap(({ seats }) => seats) };
    known.set(key, able);
  }
  return able;
}

export function isAble(
  { capabilities }: Pick<Member, 'capabilities'>,
  requires: readonly string[] = [],
): boolean {
  return requires.every((capability) => capabilities.includes(capability));
}
