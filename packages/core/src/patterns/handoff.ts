/**
 * Handoff: one agent is active, and hands control on, with what it found so far, to whoever should go on. Who answers
 * without handing on gives the result. Choose it where nobody knows at first who can help.
 */
import { assert } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { listing } from '../text.ts';
import {
  type AskPerson,
  CONTEXT_POLICIES,
  type ContextPolicy,
  type HandOff,
  type Listen,
  MESSAGE,
} from './asks.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type {
  Answer,
  Fact,
  Pattern,
  PatternProblem,
  PatternTrigger,
  PatternView,
  Reaction,
  Setup,
  Turn,
} from './pattern.ts';
import type { Member, Team } from './team.ts';

export interface HandoffState extends JsonObject {
  /** Who has control: a group or a seat. */
  readonly active: string;
  /** Who handed it on; empty at first. */
  readonly before: string;
  /** The turn that has control, or asked a person. */
  readonly turn: number;
}

type Seen = PatternView<HandoffState>;
type Of<Kind extends PatternTrigger['kind']> = Extract<PatternTrigger, { readonly kind: Kind }>;

export const handoff: Pattern<HandoffState> = {
  name: 'handoff',
  version: '1',
  summary: 'One agent is active, and hands control on to another one, or gives the result.',
  roles: { agent: { summary: 'works, and may hand the work on', least: 1 } },
  options: {
    type: 'object',
    properties: {
      first: {
        type: 'string',
        description:
          'Who is active first. Default: the group the task is given to, else the first of the team.',
      },
      targets: {
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' }, uniqueItems: true },
        description: 'By group: the groups and seats it may hand on to. Default: anybody of the team.',
      },
      context: {
        enum: CONTEXT_POLICIES,
        default: 'full',
        description: 'What of the turns so far the next agent is shown, unless a hand-off says so itself.',
      },
      on_agent_failure: {
        enum: ['fail', 'return'],
        default: 'fail',
        description: 'Whether the task fails with its active agent, or whoever handed on to that goes on.',
      },
    },
    additionalProperties: false,
  },
  limits: DEFAULT_LIMITS,
  asks: ['hand_off', 'ask_person', 'listen', 'finish'],
  validate,
  whyNot,
  initial: () => ({ active: '', before: '', turn: 1 }),
  react(view, trigger) {
    switch (trigger.kind) {
      case 'completed':
        if (trigger.turn.purpose === MESSAGE) return heard(view, trigger);
        return trigger.turn.isPerson === true ? answered(view, trigger.turn) : decided(view, trigger);
      case 'failed':
        if (trigger.turn.purpose === MESSAGE) return heardNothing(view, trigger);
        return trigger.turn.isPerson === true ? answered(view, trigger.turn) : failed(view, trigger);
      default:
        return begin(view);
    }
  },
  shows({ setup }, turn) {
    const targets = targetsOf(setup, turn);
    return targets === undefined ? {} : { targets };
  },
};

function validate({ team, options }: Setup): readonly PatternProblem[] {
  const problems: PatternProblem[] = [];
  const known = (name: string, path: PatternProblem['path']): void => {
    if (!team.byName.has(name))
      problems.push({ path, message: `${name} is not of the team; ${thereIs(team)}` });
  };
  const { first, targets = {} } = options as { readonly first?: string; readonly targets?: Targets };
  if (first !== undefined) known(first, ['first']);
  for (const [from, names] of Object.entries(targets)) {
    known(from, ['targets', from]);
    for (const [n, to] of names.entries()) known(to, ['targets', from, n]);
  }
  return problems;
}

type Targets = Readonly<Record<string, readonly string[]>>;

/** Undefined where it may hand on to anybody. What is said of its seat counts before what is said of its group. */
function targetsOf({ team, options }: Setup, { to, seat = to }: Turn): readonly string[] | undefined {
  const targets = options['targets'] as Targets | undefined;
  const { name } = team.byName.get(to) as Member;
  return targets?.[seat] ?? targets?.[to] ?? targets?.[name];
}

function whyNot({ setup }: Seen, { turn, asks }: Answer): string | undefined {
  if (!setup.team.byName.has(turn.to)) return `${by(turn)} is not of the team; ${thereIs(setup.team)}`;
  const kinds = new Set(asks.map(({ kind }) => kind));
  if (kinds.size > 1)
    return `it asks for ${listing([...kinds])} with one answer, and only one of them can be`;
  if (asks.filter(({ kind }) => kind === 'ask_person' || kind === 'listen').length > 1)
    return 'it asks more than one person at once, and there is one who goes on';
  const first = asks.find((ask) => ask.kind === 'hand_off');
  return first === undefined ? undefined : whyNotTo(setup, turn, first.to);
}

function whyNotTo(setup: Setup, turn: Turn, to: string): string | undefined {
  const { team } = setup;
  if (!team.byName.has(to)) return `it hands on to ${to}, who is not of the team; ${thereIs(team)}`;
  if (to === turn.to || to === turn.seat)
    return `it hands on to itself: whoever answers without handing on gives the result`;
  const targets = targetsOf(setup, turn);
  if (targets === undefined || targets.includes(to)) return undefined;
  const may = targets.length === 0 ? 'nobody' : listing(targets);
  return `it hands on to ${to}, and ${by(turn)} may hand on to ${may}`;
}

function thereIs({ members }: Team): string {
  return `there is ${listing(members.map(({ name }) => name))}`;
}

function begin({ setup, opener, turns, state }: Seen): Reaction {
  const [anybody] = setup.team.members;
  const to = state.active || (setup.options['first'] as string | undefined) || opener || anybody?.name;
  assert(to !== undefined, 'somebody is of the team');
  return {
    reason: `${to} has control`,
    change: { active: to, turn: turns + 1 },
    moves: [{ move: 'turn', to, purpose: 'active', context: 'full' }],
  };
}

function decided(view: Seen, { turn, asks }: Of<'completed'>): Reaction {
  const handOffs = asks.filter((ask) => ask.kind === 'hand_off');
  const [first, ...others] = handOffs;
  if (first !== undefined) return handedOff(view, turn, first, others);
  const [only] = asks;
  if (only?.kind === 'ask_person') return asked(turn, only);
  if (only?.kind === 'listen') return listens(turn, only);
  const reason = `${by(turn)} gave the result`;
  if (only?.kind !== 'finish' || only.output === undefined)
    return { reason, moves: [{ move: 'finish_with', turn: turn.n }] };
  return { reason, moves: [{ move: 'finish', output: only.output }] };
}

/** The first of one answer counts. Of the others people are told. */
function handedOff(
  { setup, turns }: Seen,
  turn: Turn,
  { to, input, reason, context = setup.options['context'] as ContextPolicy }: HandOff,
  others: readonly HandOff[],
): Reaction {
  const from = by(turn);
  const left = listing(others.map((other) => other.to));
  const more =
    others.length === 0 ? '' : `; of one answer the first hand-off counts, and not that to ${left}`;
  const facts: Fact[] = [
    { fact: 'handed_off', by: from, to, ...(reason === undefined ? {} : { reason }) },
    ...others.map((other): Fact => ({ fact: 'passed_over', by: from, to: other.to, ask: 'hand_off' })),
  ];
  return {
    reason: `${from} hands on to ${to}${reason === undefined ? '' : `: ${reason}`}${more}`,
    change: { active: to, before: turn.to, turn: turns + 1 },
    moves: [
      {
        move: 'turn',
        to,
        purpose: 'active',
        ...(input === undefined ? { inputOf: turn.n } : { input }),
        // Whatever it is shown beside: what was found by whoever handed on is not lost.
        results: [turn.n],
        context,
      },
    ],
    facts,
    mark: markOf(turn, to),
  };
}

/** `A>B`: A-B-A-B is a repetition, whoever of a group it is. */
function markOf({ to: from }: Turn, to: string): string {
  return `${from}>${to}`;
}

function asked(turn: Turn, { kind: _, ...question }: AskPerson): Reaction {
  return {
    reason: `${by(turn)} asks ${question.of ?? 'somebody'}`,
    change: { turn: turn.n },
    moves: [{ move: 'ask_person', purpose: 'person', ...question }],
    mark: `${turn.to}?${question.prompt}`.slice(0, MAX_MARK),
  };
}

/** Characters of what tells one question from another. */
const MAX_MARK = 1_000;

function listens(turn: Turn, { kind: _, signal = MESSAGE, ...patience }: Listen): Reaction {
  return {
    reason: `${by(turn)} listens for ${signal}`,
    change: { turn: turn.n },
    moves: [{ move: 'listen', purpose: MESSAGE, signal, ...patience }],
  };
}

/** Whoever listened works on what was said. */
function heard(view: Seen, { turn, output }: Of<'completed'>): Reaction {
  const { state, turns, setup } = view;
  const { n, to } = view.turn(state.turn);
  return {
    reason: `${to} goes on with what was said`,
    change: { turn: turns + 1 },
    moves: [
      {
        move: 'turn',
        to,
        purpose: 'active',
        input: output,
        results: [n, turn.n],
        context: setup.options['context'] as ContextPolicy,
      },
    ],
  };
}

/** The conversation is over: what was said last is the result. */
function heardNothing({ state }: Seen, { error }: Of<'failed'>): Reaction {
  const reason = `the conversation is over: ${error.message}`;
  return { reason, moves: [{ move: 'finish_with', turn: state.turn, stopReason: reason }] };
}

/** Yes, no or silence: whoever asked goes on with it. */
function answered(view: Seen, person: Turn): Reaction {
  const { state, turns } = view;
  const { n, to } = view.turn(state.turn);
  return {
    reason: person.status === 'completed' ? `${person.to} answered` : `there is no answer of ${person.to}`,
    change: { turn: turns + 1 },
    moves: [{ move: 'turn', to, purpose: 'active', inputOf: n, results: [n, person.n], context: 'full' }],
  };
}

function failed({ setup, state, turns }: Seen, { turn, error }: Of<'failed'>): Reaction {
  const { before } = state;
  const reason = `${by(turn)} failed`;
  if (before === '' || setup.options['on_agent_failure'] === 'fail')
    return { reason, moves: [{ move: 'fail', error }] };
  return {
    reason: `${reason}, and ${before} goes on`,
    change: { active: before, before: '', turn: turns + 1 },
    moves: [
      { move: 'turn', to: before, purpose: 'active', inputOf: turn.n, results: [turn.n], context: 'full' },
    ],
    facts: [{ fact: 'handed_off', by: by(turn), to: before, reason: error.message }],
    mark: markOf(turn, before),
  };
}

function by({ seat, to }: Turn): string {
  return seat ?? to;
}
