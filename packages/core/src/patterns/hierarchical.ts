/**
 * Hierarchical: a tree of managers. Each delegates parts to those who report to it, sees what came of all of them, and
 * delegates again, to the same or to others, or answers: its answer goes up to whoever delegated to it. What somebody
 * cannot or may not decide is escalated; the root may ask a person.
 *
 * Turns are numbers. A part is known by its first turn, and a round by the turn that delegated it.
 */
import { assert } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { listing, tally } from '../text.ts';
import type { Ask, AskPerson, Delegate } from './asks.ts';
import { HEAD, hierarchyOf, hierarchyProblems } from './hierarchy.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Answer, Fact, Move, Pattern, PatternTrigger, PatternView, Reaction, Turn } from './pattern.ts';
import type { Member } from './team.ts';

/** Only what is open: it is small however many turns there were. */
export interface HierarchicalState extends JsonObject {
  /** By part: the round it belongs to. Absent for what nobody delegated. */
  readonly up: { readonly [part: string]: number };
  /** By turn: the part it goes on with. Absent for its first turn. */
  readonly part: { readonly [turn: string]: number };
  readonly rounds: { readonly [turn: string]: Round };
}

interface Round extends JsonObject {
  /** Who delegated. */
  readonly to: string;
  /** What that is a part of. */
  readonly part: number;
  /** How many parts are not in. */
  readonly left: number;
  /** By part: the turn with its result. */
  readonly results: { readonly [part: string]: number };
}

type Seen = PatternView<HierarchicalState>;
type Of<Kind extends PatternTrigger['kind']> = Extract<PatternTrigger, { readonly kind: Kind }>;

export const hierarchical: Pattern<HierarchicalState> = {
  name: 'hierarchical',
  version: '1',
  summary: 'A tree of managers: parts are delegated down to direct reports, results and failures go up.',
  roles: {
    [HEAD]: { summary: 'leads all, where nobody reports to anybody else', least: 0, most: 1 },
    member: { summary: 'does what is delegated to it, or delegates parts of that', least: 0 },
  },
  options: {
    type: 'object',
    properties: {
      span: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000,
        default: 10,
        description: 'How many groups may report to one manager.',
      },
      max_parallel: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: 'How many parts may be delegated with one answer.',
      },
    },
    additionalProperties: false,
  },
  limits: DEFAULT_LIMITS,
  asks: ['delegate', 'escalate', 'ask_person', 'finish'],
  validate: hierarchyProblems,
  whyNot,
  initial: () => ({ up: {}, part: {}, rounds: {} }),
  react(view, trigger) {
    switch (trigger.kind) {
      case 'completed':
        return decided(view, trigger);
      case 'failed':
        return failed(view, trigger);
      default:
        return begin(view);
    }
  },
};

function whyNot(view: Seen, { turn, asks }: Answer): string | undefined {
  const { team } = view.setup;
  const member = team.byName.get(turn.to);
  if (member === undefined) return `${by(turn)} is not of the team`;
  const kinds = new Set(asks.map(({ kind }) => kind));
  const isOneThing = kinds.size === 1 || asks.every(isBelow);
  if (!isOneThing) return `it asks for ${listing([...kinds])} with one answer, and not all of it can be`;
  const most = view.setup.options['max_parallel'] as number;
  if (asks.length > most) return `it delegates ${asks.length} parts at once, and ${most} are allowed`;
  for (const ask of asks) {
    const why = whyNotAsk(view, member, turn, ask);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotAsk(view: Seen, member: Member, turn: Turn, ask: Ask): string | undefined {
  const { managerOf, root } = hierarchyOf(view.setup.team, view.opener);
  switch (ask.kind) {
    case 'delegate':
      return whyNotTo(view, member, ask.to);
    case 'ask_person':
      return member === root ? undefined : `only ${root?.name} asks a person: ${by(turn)} escalates`;
    case 'escalate':
      return managerOf.has(member) ? undefined : `${by(turn)} reports to nobody: it may ask a person`;
    default:
      return view.state.up[partOf(view, turn)] === undefined
        ? undefined
        : `${by(turn)} does a part: its answer is the result of that, and whoever leads finishes`;
  }
}

function whyNotTo({ setup, opener }: Seen, member: Member, to: string): string | undefined {
  const { managerOf, reportsOf } = hierarchyOf(setup.team, opener);
  const target = setup.team.byName.get(to);
  const manager = target === undefined ? undefined : managerOf.get(target);
  if (manager === member) return undefined;
  const reports = (reportsOf.get(member) as readonly Member[]).map(({ name }) => name);
  const there = reports.length === 0 ? 'nobody reports to it' : `${listing(reports)} report to it`;
  if (target === undefined) return `it delegates to ${to}, who is not of the team; ${there}`;
  if (target === member) return `it delegates to itself; ${there}`;
  return `it delegates to ${to}, who reports to ${manager?.name ?? 'nobody'}; ${there}`;
}

/** What has a result that comes back. */
function isBelow(ask: Ask): ask is Delegate | AskPerson {
  return ask.kind === 'delegate' || ask.kind === 'ask_person';
}

function begin({ setup, opener }: Seen): Reaction {
  const { root } = hierarchyOf(setup.team, opener);
  assert(root !== undefined, 'somebody leads');
  return {
    reason: `${root.name} leads`,
    moves: [{ move: 'turn', to: root.name, purpose: 'lead', context: 'full' }],
  };
}

function decided(view: Seen, { turn, asks }: Of<'completed'>): Reaction {
  const below = asks.filter(isBelow);
  if (below.length > 0) return delegated(view, turn, below);
  const [ask] = asks;
  if (ask?.kind === 'escalate') return escalated(view, turn, ask.reason);
  const part = partOf(view, turn);
  if (view.state.up[part] !== undefined) return goesUp(view, part, turn, `${by(turn)} has answered`);
  const reason = `${by(turn)} gave the result`;
  if (ask?.kind === 'finish' && ask.output !== undefined)
    return { reason, moves: [{ move: 'finish', output: ask.output }] };
  return { reason, moves: [{ move: 'finish_with', turn: turn.n }] };
}

function delegated(view: Seen, turn: Turn, below: readonly (Delegate | AskPerson)[]): Reaction {
  const part = partOf(view, turn);
  const whom = below.map((ask) => (ask.kind === 'delegate' ? ask.to : (ask.of ?? 'somebody')));
  const what = below.map((ask) => (ask.kind === 'delegate' ? [ask.to, ask.input] : [ask.prompt]));
  return {
    reason: `${by(turn)} delegates to ${tally(whom)}`,
    change: {
      part: { [turn.n]: null },
      up: Object.fromEntries(below.map((_, n) => [view.turns + 1 + n, turn.n])),
      rounds: { [turn.n]: { to: turn.to, part, left: below.length, results: {} } },
    },
    moves: below.map(moveOf),
    facts: below.flatMap((ask): Fact[] => {
      if (ask.kind === 'ask_person') return [];
      const why = ask.reason === undefined ? {} : { reason: ask.reason };
      return [{ fact: 'delegated', by: by(turn), to: ask.to, ...why }];
    }),
    // The same again and again of one part: other parts have a right to what looks like it.
    mark: `${part}: ${JSON.stringify(what)}`.slice(0, MAX_MARK),
  };
}

function moveOf(ask: Delegate | AskPerson): Move {
  if (ask.kind === 'delegate') {
    const { to, input, context = 'none' } = ask;
    return { move: 'turn', to, purpose: 'part', input, context };
  }
  const { kind: _, ...question } = ask;
  return { move: 'ask_person', purpose: 'person', ...question };
}

/** Characters of what tells one delegation from another. */
const MAX_MARK = 1_000;

/** As the result of its part; of what nobody delegated to it, its manager takes over. */
function escalated(view: Seen, turn: Turn, why: string): Reaction {
  const { team } = view.setup;
  const manager = hierarchyOf(team, view.opener).managerOf.get(team.byName.get(turn.to) as Member) as Member;
  const part = partOf(view, turn);
  const to = view.state.rounds[view.state.up[part] ?? '']?.to ?? manager.name;
  const reason = `${by(turn)} escalates to ${to}: ${why}`;
  const facts: readonly Fact[] = [{ fact: 'escalated', by: by(turn), to, reason: why }];
  if (view.state.up[part] !== undefined) return { ...goesUp(view, part, turn, reason), facts };
  return {
    reason,
    change: { part: { [turn.n]: null } },
    moves: [{ move: 'turn', to, purpose: 'escalated', inputOf: part, results: [turn.n], context: 'full' }],
    facts,
  };
}

/** What became of a part is told to who delegated it, once all of that round are in. */
function goesUp({ state, turns }: Seen, part: number, { n }: Turn, reason: string): Reaction {
  const at = state.up[part] as number;
  const { to, left, results, part: above } = state.rounds[at] as Round;
  const over: JsonObject = { up: { [part]: null }, part: { [n]: null } };
  if (left > 1)
    return { reason, change: { ...over, rounds: { [at]: { left: left - 1, results: { [part]: n } } } } };
  const all: readonly number[] = Object.values<number>({ ...results, [part]: n });
  return {
    reason: `${reason}; ${to} has all it delegated`,
    change: { up: { [part]: null }, part: { [n]: null, [turns + 1]: above }, rounds: { [at]: null } },
    moves: [{ move: 'turn', to, purpose: 'lead', inputOf: above, results: all, recalls: [at] }],
  };
}

/** It goes up like any result: to try again or to give it to another is for the manager to say. */
function failed(view: Seen, { turn, error }: Of<'failed'>): Reaction {
  const part = partOf(view, turn);
  const reason = turn.isPerson === true ? `there is no answer of ${turn.to}` : `${by(turn)} failed`;
  if (view.state.up[part] !== undefined) return goesUp(view, part, turn, reason);
  return { reason, moves: [{ move: 'fail', error }] };
}

function partOf({ state }: Seen, { n }: Turn): number {
  return state.part[n] ?? n;
}

function by({ seat, to }: Turn): string {
  return seat ?? to;
}
