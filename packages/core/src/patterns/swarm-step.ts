/**
 * One step of a swarm: what becomes of work that is offered, claimed, bid for, done and failed at. It gathers what
 * changes, and reads its own changes back. O(what the step is about).
 */
import { assert } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { type MutableObject, mergePatch } from './merge-patch.ts';
import { takerOf } from './outputs.ts';
import type { Fact, Move, Reaction } from './pattern.ts';
import { ableTo, askOf, isAble, type SwarmState, type SwarmView, type Work } from './swarm-state.ts';
import type { Member } from './team.ts';

/** So many who do not want a work are enough to leave it, where more could do it. */
const MAX_DECLINED = 10;
/** So many who failed at it. */
const MAX_FAILED = 2;
/** How many with work still to come an idle seat looks at, for some it can do. */
const MAX_LOOKED_AT = 32;

type Part = 'work' | 'done' | 'turns' | 'busy' | 'queue' | 'news';

export class SwarmStep {
  readonly change: MutableObject = {};
  readonly moves: Move[] = [];
  readonly facts: Fact[] = [];
  readonly said: string[] = [];
  /** Nothing came of it. */
  idles = true;
  readonly view: SwarmView;
  #turns: number;

  constructor(view: SwarmView) {
    this.view = view;
    this.#turns = view.turns;
  }

  /** What is, with what this step has changed. */
  read<P extends Part>(part: P, key: string): SwarmState[P][string] | undefined {
    const changed = (this.change[part] as JsonObject | undefined)?.[key];
    const now = this.view.state[part][key];
    if (changed === undefined) return now as SwarmState[P][string] | undefined;
    const both: MutableObject = {};
    if (now !== undefined) mergePatch(both, { value: now });
    mergePatch(both, { value: changed });
    return both['value'] as SwarmState[P][string] | undefined;
  }

  put(part: string, key: string, value: Json): void {
    mergeDeep(this.change, part, key, value);
  }

  turn(to: string, purpose: string, input: Json): number {
    this.#turns += 1;
    this.moves.push({ move: 'turn', to, purpose, input });
    return this.#turns;
  }

  offered(work: string, from: string): void {
    const open: Work = { from, asked: {}, bids: {}, declined: 0, failed: 0 };
    this.put('work', work, open);
    this.change['offered'] = ((this.change['offered'] as number | undefined) ?? this.view.state.offered) + 1;
    this.idles = false;
    this.said.push(`offers ${work}`);
  }

  /** Somebody is found for it. Where nobody wants it, it stays open for whoever claims it. */
  look(work: string): void {
    const { declined, from, to, call } = this.#work(work);
    // It was claimed with the answer in which it was offered, or somebody is asked.
    if (to !== undefined || call !== undefined) return;
    const offer = this.#offer(from);
    const { groups, seats } = ableTo(this.view.setup, offer);
    const input = { work, input: offer.input, requires: offer.requires ?? [] };
    if (declined >= Math.min(seats.length, MAX_DECLINED)) {
      this.#tell(this.#offerer(from), work, 'nobody wants it');
      this.said.push(`nobody wants ${work}`);
      return;
    }
    const { options } = this.view.setup;
    if (options['allocation'] === 'claim') {
      const group = groups[declined % groups.length] as (typeof groups)[number];
      const turn = this.turn(group.name, 'call', input);
      this.put('work', work, { call: turn });
      this.put('turns', String(turn), work);
      return;
    }
    const first = (this.change['asked'] as number | undefined) ?? this.view.state.asked;
    const most = Math.min(options['bidders'] as number, seats.length);
    const asked: Record<string, string> = {};
    for (let n = 0; n < most; n++) {
      const seat = seats[(first + n) % seats.length] as string;
      const turn = this.turn(seat, 'bid', input);
      asked[turn] = seat;
      this.put('turns', String(turn), work);
    }
    this.change['asked'] = first + most;
    this.put('work', work, { asked });
    const afterMs = (options['bidding_seconds'] as number) * 1_000;
    this.moves.push({ move: 'set_timer', name: timerOf(work), afterMs });
  }

  /** The first claim wins; whoever comes too late is told with its next turn. */
  claimed(seat: string, work: string, turn: number): void {
    const open = this.read('work', work);
    if (open?.to === seat) return;
    if (open === undefined || open.to !== undefined) {
      const winner = open === undefined ? 'it is done' : `${open.to} has it`;
      this.#tell(seat, work, winner);
      this.said.push(`claims ${work} too late`);
      return;
    }
    if (open.call !== undefined && open.call !== turn) {
      // Whoever has begun to look at it may still want other work.
      if (this.view.turn(open.call).seat === undefined) this.#stop(open.call, `${work} is claimed`);
      this.put('turns', String(open.call), null);
    }
    this.facts.push({ fact: 'claimed', by: seat, work });
    this.said.push(`claims ${work}`);
    this.#give(seat, work);
  }

  bid(seat: string, work: string, cost: number, turn: number): void {
    const open = this.read('work', work);
    if (open === undefined || open.to !== undefined) {
      this.#tell(seat, work, 'it is given to somebody else');
      this.said.push(`bids for ${work} too late`);
      return;
    }
    this.put('work', work, { bids: { [seat]: { cost, turn } } });
    this.facts.push({ fact: 'bid', by: seat, work, cost });
    this.said.push(`bids ${cost} for ${work}`);
    this.idles = false;
  }

  /** Whoever was asked about work has answered, or never will. */
  answered(work: string, turn: number): void {
    const open = this.read('work', work);
    if (open === undefined || open.to !== undefined) return;
    if (open.call === turn) {
      this.put('work', work, { call: null, declined: open.declined + 1 });
      this.said.push(`does not want ${work}`);
      this.look(work);
      return;
    }
    this.put('work', work, { asked: { [turn]: null } });
    // A word that is bidding is no stagnation: it comes to an end.
    this.idles = false;
    if (Object.keys(open.asked).length === 1) this.award(work);
  }

  /** To the lowest cost, of equals to the first. Whoever is silent until then is left out. */
  award(work: string): void {
    const { asked, bids, declined } = this.#work(work);
    this.moves.push({ move: 'clear_timer', name: timerOf(work) });
    for (const turn of Object.keys(asked)) {
      this.put('work', work, { asked: { [turn]: null } });
      this.put('turns', turn, null);
      this.#stop(Number(turn), 'the time to bid is over');
    }
    const [best] = Object.entries(bids).toSorted(([, a], [, b]) => a.cost - b.cost || a.turn - b.turn);
    if (best === undefined) {
      this.put('work', work, { declined: declined + (this.view.setup.options['bidders'] as number) });
      this.look(work);
      return;
    }
    const [seat] = best;
    this.put('work', work, { bids: { [seat]: null } });
    this.facts.push({ fact: 'awarded', to: seat, work });
    this.said.push(`${work} goes to ${seat}`);
    this.#give(seat, work);
  }

  done(work: string, turn: number): void {
    const { to } = this.#work(work);
    this.put('work', work, null);
    this.put('done', work, turn);
    this.said.push(`has done ${work}`);
    this.idles = false;
    this.#free(to as string);
  }

  /** Somebody else may do it better; whoever offered it is told when nobody could. */
  failed(work: string): void {
    const { to, failed, bids, from } = this.#work(work);
    if (failed + 1 >= MAX_FAILED) {
      this.put('work', work, null);
      this.#tell(this.#offerer(from), work, 'whoever tried has failed');
      this.said.push(`${work} is given up`);
    } else {
      this.put('work', work, { to: null, failed: failed + 1 });
      if (Object.keys(bids).length > 0) this.award(work);
      else this.look(work);
    }
    this.#free(to as string);
  }

  reaction(by: string): Reaction {
    this.#prune('queue');
    this.#prune('news');
    return {
      reason: this.said.length === 0 ? `${by} says nothing new` : `${by}: ${this.said.join(', ')}`,
      change: this.change,
      moves: this.moves,
      facts: this.facts,
      ...(this.idles ? { progress: false } : {}),
    };
  }

  /** What is empty goes: the state has whoever has something. */
  #prune(part: 'queue' | 'news'): void {
    for (const seat of Object.keys(this.change[part] ?? {}))
      if (Object.keys(this.read(part, seat) as JsonObject).length === 0) this.put(part, seat, null);
  }

  #work(work: string): Work {
    const open = this.read('work', work);
    assert(open !== undefined, 'only what is not done is looked after');
    return open;
  }

  #offer(from: string): ReturnType<typeof askOf<'offer'>> {
    return askOf(this.view, from, 'offer');
  }

  #offerer(from: string): string {
    return takerOf(this.view.turn(Number(from.split('.')[0])));
  }

  #tell(seat: string, about: string, words: string): void {
    this.put('news', seat, { [about]: words });
  }

  #stop(turn: number, reason: string): void {
    this.moves.push({ move: 'stop_turn', turn, reason });
  }

  /** It is the seat's from now on: its next turn, or in the line of what it is to do. */
  #give(seat: string, work: string): void {
    this.idles = false;
    this.put('work', work, { to: seat, call: null });
    if (this.read('busy', seat) !== undefined) {
      this.put('queue', seat, { [work]: true });
      return;
    }
    const { input } = this.#offer(this.#work(work).from);
    const turn = this.turn(seat, 'work', { work, input });
    this.put('turns', String(turn), work);
    this.put('busy', seat, turn);
  }

  /** It goes on with what it has claimed besides. */
  #free(seat: string): void {
    this.put('busy', seat, null);
    const [own] = Object.keys(this.read('queue', seat) ?? {});
    if (own !== undefined) this.#take(seat, own, seat);
  }

  #take(from: string, work: string, to: string): void {
    this.put('queue', from, { [work]: null });
    this.#give(to, work);
  }

  /** Who has nothing to do takes over what somebody else has not come to. O(seats with work in line). */
  steal(seat: string): void {
    if (this.read('busy', seat) !== undefined) return;
    const { team } = this.view.setup;
    const member = team.byName.get(seat) as Member;
    for (const victim of Object.keys(this.view.state.queue).slice(0, MAX_LOOKED_AT)) {
      for (const work of Object.keys(this.read('queue', victim) as JsonObject).reverse()) {
        if (!isAble(member, this.#offer(this.#work(work).from).requires)) continue;
        this.said.push(`takes ${work} over from ${victim}`);
        return this.#take(victim, work, seat);
      }
    }
  }
}

const TIMER = 'bids ';

function timerOf(work: string): string {
  return `${TIMER}${work}`;
}

export function workOfTimer(name: string): string {
  return name.slice(TIMER.length);
}

/** A later patch of a step goes over an earlier one, nulls and all. */
function mergeDeep(target: MutableObject, part: string, key: string, value: Json): void {
  const parts = (target[part] ??= {}) as MutableObject;
  parts[key] = isObject(value) && isObject(parts[key]) ? joined(parts[key], value) : value;
}

function joined(old: JsonObject, patch: JsonObject): JsonObject {
  const both: MutableObject = { ...old };
  for (const [key, value] of Object.entries(patch)) mergeInto(both, key, value);
  return both;
}

function mergeInto(both: MutableObject, key: string, value: Json): void {
  const old = both[key];
  both[key] = isObject(value) && isObject(old) ? joined(old, value) : value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
