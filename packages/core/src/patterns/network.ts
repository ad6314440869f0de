/**
 * Network: peers exchange messages along a topology, each when it has something to say. A peer is a seat. A message to one
 * at work waits, and all that wait for a peer are its next turn together. It ends when nothing is under way any more, or
 * by the word of the peer that is named for it.
 *
 * N1 A peer has at most one turn at a time, and no message is lost: it waits, is in a turn, or was one hop too many.
 * N2 A chain of messages has at most `max_hops` of them, so every network falls silent.
 * N3 The state refers to what was said and does not hold it: its size is that of what waits. A reaction costs O(messages
 *    that it moves), whatever the number of peers and turns.
 */
import { assert } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { nth } from '../nth.ts';
import { listing } from '../text.ts';
import type { ContextPolicy, Send } from './asks.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import {
  MERGER,
  type Merge,
  merged,
  mergerDone,
  UNDECIDED,
  VOTE,
  validateMerge,
  whyNotMerging,
} from './merging.ts';
import { edgesOf, type Topology, topologyOf } from './network-topology.ts';
import { completedTurns, takerOf } from './outputs.ts';
import {
  type Answer,
  type Fact,
  type Move,
  OPENING,
  type Pattern,
  type PatternProblem,
  type PatternTrigger,
  type PatternView,
  type Reaction,
  type Setup,
  type Turn,
} from './pattern.ts';

export interface NetworkState extends JsonObject {
  /** Of peers at work. */
  readonly busy: { readonly [peer: string]: AtWork };
  /** For peers at work: how many hops each has come. `12.0` is the first thing the twelfth turn asked for. */
  readonly waiting: { readonly [peer: string]: { readonly [message: string]: number } };
  /** By group: which of its seats had the last message to it. */
  readonly last: { readonly [group: string]: number };
  /** Messages that would have been one hop too many. */
  readonly dropped: number;
  /** Of the last turn that failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

interface AtWork extends JsonObject {
  readonly turn: number;
  readonly hops: number;
  readonly messages: readonly string[];
}

type Seen = PatternView<NetworkState>;

const NAMES = { type: 'array', items: { type: 'string' }, minItems: 1 } as const;
const TOPOLOGIES = ['mesh', 'ring', 'star'];

export const network: Pattern<NetworkState> = {
  name: 'network',
  version: '1',
  summary: 'Peers exchange messages along a topology until nothing is under way any more.',
  roles: { peer: { summary: 'sends messages and answers them', least: 1, opens: true } },
  options: {
    type: 'object',
    properties: {
      topology: {
        anyOf: [
          { enum: TOPOLOGIES },
          {
            type: 'object',
            properties: {
              edges: { type: 'array', items: { ...NAMES, minItems: 2, maxItems: 2 }, minItems: 1 },
            },
            required: ['edges'],
            additionalProperties: false,
          },
        ],
        default: 'mesh',
        description:
          'Who may write to whom: everybody, the next ones in a ring, the hub of a star, or as edges say.',
      },
      hub: { type: 'string', description: 'Of a star: a group or a seat.' },
      topics: {
        type: 'object',
        additionalProperties: NAMES,
        description: 'Who hears what is told to a topic: groups or seats, whatever the topology.',
      },
      finisher: { type: 'string', description: 'The group or seat that may say that the result is final.' },
      max_hops: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        default: 10,
        description: 'How long a chain of messages may be that answer each other. One more is not sent.',
      },
      max_batch: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: 'How many messages that wait for a peer are one turn of it.',
      },
      context: {
        enum: ['none', 'filter', 'last', 'full'],
        default: 'none',
        description:
          'Which earlier turns a peer is shown beside its messages: those it took itself, the last one, all of them.',
      },
      start: {
        enum: ['first', 'all'],
        default: 'first',
        description: 'Whether one peer begins, the hub or whoever the task is given to, or all of them.',
      },
      merge: {
        enum: ['all', 'concat', 'last', 'vote', 'judge', 'reducer'],
        default: 'all',
        description:
          'The result of a network that fell silent: the last output of each peer, all outputs, the last one, what most peers say, or what the merger makes of them.',
      },
      merger: MERGER,
      vote: VOTE,
      undecided: UNDECIDED,
      peer_timeout_seconds: {
        type: 'number',
        exclusiveMinimum: 0,
        description: 'After this time a peer has failed, and whoever wrote to it is told.',
      },
    },
    additionalProperties: false,
  },
  limits: DEFAULT_LIMITS,
  asks: ['send', 'finish'],
  validate,
  whyNot,
  initial: () => ({ busy: {}, waiting: {}, last: {}, dropped: 0 }),
  react(view, trigger) {
    const done = mergerDone(trigger);
    if (done !== undefined) return done;
    switch (trigger.kind) {
      case 'started':
      case 'adopted':
        return begin(view);
      case 'completed':
        return completed(view, trigger);
      case 'failed':
        return failed(view, trigger);
      default:
        // It sets no timers: nothing is under way.
        return silent(view);
    }
  },
  shows,
};

function validate({ team, options }: Setup): readonly PatternProblem[] {
  const { topology, hub, finisher, topics = {} } = options;
  const problems: PatternProblem[] = [...validateMerge({ team, options })];
  const known = (name: Json | undefined, ...path: (string | number)[]): void => {
    if (name === undefined || team.byName.has(name as string)) return;
    problems.push({ path, message: `${name as string} is not of the team`, hint: 'name a group or a seat' });
  };
  known(hub, 'hub');
  known(finisher, 'finisher');
  for (const [topic, names] of Object.entries(topics as Readonly<Record<string, readonly string[]>>))
    for (const [n, name] of names.entries()) known(name, 'topics', topic, n);
  if ((topology === 'star') !== (hub !== undefined))
    problems.push({
      path: topology === 'star' ? ['topology'] : ['hub'],
      message: topology === 'star' ? 'a star has a hub' : 'only a star has a hub',
      hint: topology === 'star' ? 'say who with `hub:`' : 'write `topology: star`, or remove `hub`',
    });
  for (const [n, [a, b]] of (edgesOf(topology) ?? []).entries()) {
    known(a, 'topology', 'edges', n, 0);
    known(b, 'topology', 'edges', n, 1);
    if (a === b && topologyOf({ team, options }).seatsOf(a).length < 2)
      problems.push({ path: ['topology', 'edges', n], message: `${a} would be its own neighbour` });
  }
  return problems;
}

/** Messages go to neighbours and topics that there are, and whoever is named for it finishes. */
function whyNot({ setup }: Seen, answer: Answer): string | undefined {
  const { turn, asks } = answer;
  const merges = whyNotMerging(answer);
  if (merges !== undefined) return merges;
  const topology = topologyOf(setup);
  for (const ask of asks) {
    const why = ask.kind === 'send' ? whyNotSent(topology, peerOf(turn), ask) : whyNotFinished(setup, turn);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotSent(topology: Topology, from: string, { to, topic }: Send): string | undefined {
  if ((to === undefined) === (topic === undefined))
    return 'a message goes to somebody or to a topic, and to one of the two';
  if (topic !== undefined)
    return topology.subscribersOf(topic) === undefined
      ? `there is no topic ${topic}; there are ${listing(topology.topics)}`
      : undefined;
  if (topology.seatsOf(to as string).some((seat) => topology.areNeighbours(from, seat))) return undefined;
  const { shown } = someNeighbours(topology, from);
  return `${from} writes to ${to}, who is no neighbour of it; its neighbours are ${listing(shown)}`;
}

function whyNotFinished({ options, team }: Setup, turn: Turn): string | undefined {
  const finisher = options['finisher'] as string | undefined;
  if (finisher === undefined)
    return 'nobody is named as the `finisher`: the network ends when it falls silent';
  const by = peerOf(turn);
  return by === finisher || team.byName.get(by)?.name === finisher
    ? undefined
    : `only ${finisher} says that the result is final, and this is ${by}`;
}

function begin({ setup, opener, turns }: Seen): Reaction {
  const { peers } = topologyOf(setup);
  const first =
    topologyOf(setup).seatsOf((setup.options['hub'] as string | undefined) ?? opener ?? '')[0] ??
    nth(peers, 0);
  const starting = setup.options['start'] === 'all' ? peers : [first];
  return {
    reason: starting.length === 1 ? `${first} begins` : `all ${peers.length} peers begin`,
    change: {
      busy: Object.fromEntries(starting.map((peer, n) => [peer, atWork(turns + 1 + n, 0, [])])),
    },
    moves: starting.map((to): Move => ({ move: 'turn', to, purpose: 'start', ...timeout(setup) })),
  };
}

function atWork(turn: number, hops: number, messages: readonly string[]): AtWork {
  return { turn, hops, messages };
}

function timeout({ options }: Setup): { readonly timeoutMs?: number } {
  const seconds = options['peer_timeout_seconds'] as number | undefined;
  return seconds === undefined ? {} : { timeoutMs: seconds * 1_000 };
}

function contextOf({ options }: Setup): { readonly context?: ContextPolicy } {
  const context = options['context'] as ContextPolicy | undefined;
  return context === undefined || context === 'none' ? {} : { context };
}

function completed(view: Seen, { turn, asks }: Extract<PatternTrigger, { kind: 'completed' }>): Reaction {
  const by = peerOf(turn);
  const finish = asks.find((ask) => ask.kind === 'finish');
  if (finish !== undefined) {
    const reason = `${by} says that the result is final`;
    if (finish.output === undefined) return { reason, moves: [{ move: 'finish_with', turn: turn.n }] };
    return { reason, moves: [{ move: 'finish', output: finish.output }] };
  }
  const post = new Post(view, turn);
  const facts: Fact[] = [];
  for (const [n, ask] of (asks as readonly Send[]).entries()) {
    const { to, topic } = ask;
    for (const peer of post.receivers(ask)) post.deliver(peer, `${turn.n}.${n}`);
    facts.push({ fact: 'message_sent', by, ...(to === undefined ? { topic: topic as string } : { to }) });
  }
  const said = facts.length === 0 ? `${by} has nothing more to say` : `${by} sends ${facts.length}`;
  return { ...post.reaction(said), facts };
}

/** Whoever wrote to it is told, but for those who were told of another failure: nobody answers for that. */
function failed(view: Seen, { turn, error }: Extract<PatternTrigger, { kind: 'failed' }>): Reaction {
  const post = new Post(view, turn);
  const wrote = post.messages.filter((message) => !isReport(message));
  const senders = new Set(wrote.map((message) => peerOf(view.turn(turnOf(message)))));
  for (const sender of senders) post.deliver(sender, `!${turn.n}`);
  const { change, ...rest } = post.reaction(`${peerOf(turn)} failed: ${error.code}`);
  return { ...rest, change: { ...change, error: { code: error.code, message: error.message } } };
}

/** Whose turn it is, should somebody else stand in: only the first of a task is given to a group. */
function peerOf(turn: Turn): string {
  return turn.purpose === OPENING ? takerOf(turn) : turn.to;
}

function isReport(message: string): boolean {
  return message.startsWith('!');
}

/** Of a message, the turn that sent it; of a report, the one that failed. */
function turnOf(message: string): number {
  return Number(isReport(message) ? message.slice(1) : message.split('.')[0]);
}

/** What becomes of the messages of one turn. Its peer is free again, and has its next turn if something waits for it. */
class Post {
  readonly messages: readonly string[];
  readonly #view: Seen;
  readonly #by: string;
  readonly #hops: number;
  readonly #topology: Topology;
  /** For peers that are free. */
  readonly #ready = new Map<string, Map<string, number>>();
  /** For peers at work. */
  readonly #waits = new Map<string, Map<string, number>>();
  readonly #last: Record<string, number> = {};
  #sent = 0;
  #dropped = 0;

  constructor(view: Seen, turn: Turn) {
    const { state, setup } = view;
    this.#view = view;
    this.#by = peerOf(turn);
    this.#topology = topologyOf(setup);
    const { hops = 0, messages = [] } = state.busy[this.#by] ?? {};
    this.#hops = hops + 1;
    this.messages = messages;
    const waiting = Object.entries(state.waiting[this.#by] ?? {});
    if (waiting.length > 0) this.#ready.set(this.#by, new Map(waiting));
  }

  /** Of a group, one of its seats after the other. */
  receivers({ to, topic }: Send): readonly string[] {
    if (topic !== undefined)
      return (this.#topology.subscribersOf(topic) as readonly string[]).filter((peer) => peer !== this.#by);
    const name = to as string;
    const seats = this.#topology.seatsOf(name);
    const before = this.#last[name] ?? this.#view.state.last[name] ?? -1;
    let place = before;
    let tries = 0;
    do {
      assert(tries < seats.length, 'what is sent goes to a neighbour');
      tries += 1;
      place = (place + 1) % seats.length;
    } while (!this.#topology.areNeighbours(this.#by, nth(seats, place)));
    if (seats.length > 1) this.#last[name] = place;
    return [nth(seats, place)];
  }

  deliver(peer: string, message: string): void {
    if (this.#hops > (this.#view.setup.options['max_hops'] as number)) {
      this.#dropped += 1;
      return;
    }
    this.#sent += 1;
    const box = this.#view.state.busy[peer] === undefined ? this.#ready : this.#waits;
    const messages = box.get(peer) ?? new Map<string, number>();
    box.set(peer, messages.set(message, this.#hops));
  }

  reaction(said: string): Reaction {
    const { turns, setup, state } = this.#view;
    const busy: Record<string, Json> = { [this.#by]: null };
    const waiting: Record<string, Json> = {};
    for (const [peer, messages] of this.#waits) waiting[peer] = Object.fromEntries(messages);
    const moves: Move[] = [];
    for (const [peer, messages] of this.#ready) {
      const all = [...messages];
      const batch = all.slice(0, setup.options['max_batch'] as number);
      const names = batch.map(([message]) => message);
      const hops = Math.max(...batch.map(([, hop]) => hop));
      moves.push(this.#turn(peer, batch));
      busy[peer] = atWork(turns + moves.length, hops, names);
      if (all.length > batch.length) waiting[peer] = left(names, all.slice(batch.length));
      else if (state.waiting[peer] !== undefined) waiting[peer] = null;
    }
    const lost =
      this.#dropped === 0 ? '' : `, and ${this.#dropped} that would be a hop too many are not sent`;
    const reached = this.#sent === 0 ? '' : ` to ${this.#sent} in all`;
    return {
      reason: `${said}${reached}${lost}`,
      change: {
        busy,
        ...(Object.keys(waiting).length === 0 ? {} : { waiting }),
        ...(Object.keys(this.#last).length === 0 ? {} : { last: this.#last }),
        ...(this.#dropped === 0 ? {} : { dropped: state.dropped + this.#dropped }),
      },
      moves,
    };
  }

  #turn(to: string, batch: readonly (readonly [message: string, hop: number])[]): Move {
    const { setup } = this.#view;
    return {
      move: 'turn',
      to,
      purpose: 'messages',
      input: { messages: batch.map(([message, hop]) => this.#read(message, hop)) },
      // What the senders gave beside their messages goes along by reference.
      results: [...new Set(batch.map(([message]) => turnOf(message)))],
      ...contextOf(setup),
      ...timeout(setup),
    };
  }

  #read(message: string, hop: number): Json {
    const turn = turnOf(message);
    const from = peerOf(this.#view.turn(turn));
    if (isReport(message)) return { from, turn, failed: true };
    const { data, topic } = this.#view.asks(turn)[Number(message.split('.')[1])] as Send;
    return { from, turn, hop, data, ...(topic === undefined ? {} : { topic }) };
  }
}

/** What waits on, when these are taken. */
function left(taken: readonly string[], later: readonly (readonly [message: string, hop: number])[]): Json {
  return { ...Object.fromEntries(taken.map((name) => [name, null])), ...Object.fromEntries(later) };
}

/** Nothing is under way. */
function silent(view: Seen): Reaction {
  const turns = completedTurns(view);
  if (turns.length === 0) {
    const { error } = view.state;
    assert(error !== undefined, 'who has not answered has failed');
    return { reason: 'no peer has answered', moves: [{ move: 'fail', error }] };
  }
  const { reason, moves } = merged(view, turns, view.setup.options['merge'] as Merge, peerOf);
  return { reason: `nothing is under way any more: ${reason}`, moves };
}

/** Neighbours that an agent is shown. */
const MAX_SHOWN = 50;

function someNeighbours(
  topology: Topology,
  seat: string,
): { readonly shown: readonly string[]; readonly areMore: boolean } {
  const shown: string[] = [];
  for (const peer of topology.neighboursOf(seat)) {
    if (shown.length === MAX_SHOWN) return { shown, areMore: true };
    shown.push(peer);
  }
  return { shown, areMore: false };
}

function shows({ setup, state }: Seen, turn: Turn): JsonObject {
  const you = peerOf(turn);
  const topology = topologyOf(setup);
  const { shown: neighbours, areMore } = someNeighbours(topology, you);
  const hops = state.busy[you]?.hops ?? 0;
  return {
    you,
    neighbours,
    ...(areMore ? { more_neighbours: true } : {}),
    topics: topology.topics,
    hops_left: Math.max(0, (setup.options['max_hops'] as number) - hops),
  };
}
