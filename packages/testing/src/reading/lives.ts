/**
 * A log read task by task. A task has a life from the beginning of the execution, and another from each failure that
 * led back before it; in a life it has rounds, of which a task without a loop has one; a round has items.
 */
import type { ExecutionEvent, Instant, Json } from '@cantata/core';
import { type End, type Rules, regionOf } from './rules.ts';

export interface Told {
  readonly sequence: number;
  readonly event: ExecutionEvent;
  readonly at?: Instant;
}

export interface Life {
  readonly task: string;
  /** The event it began with. */
  readonly since: number;
  /** A failure led to this very task. */
  readonly isTarget: boolean;
  readonly rounds: Round[];
  /** Events with which its join said that it has to wait. */
  readonly awaited: number[];
  /** Events with which somebody cancelled it. */
  readonly cancelled: number[];
  /** The first event that tells that its join had fired. */
  begun: number | undefined;
  ended: Ended | undefined;
  /** It was skipped because no event came that it needed. */
  isUnheard: boolean;
  /** Somebody said how it, or an item of it, ends. */
  isByHand: boolean;
}

export interface Ended {
  readonly how: End;
  readonly sequence: number;
  /** Of a task that is skipped: the dependency that made it impossible. */
  readonly dependency?: string | undefined;
}

export interface Round {
  /** The event it began with. */
  readonly since: number;
  /** Of a parallel task: its output is a list. */
  readonly isList: boolean;
  readonly items: ItemState[];
  readonly outputs: Json[];
  /** Of items that were spawned: their places by their ids, and those each of them depends on. */
  readonly spawned: Map<string, number>;
  readonly dependsOn: Map<number, readonly number[]>;
  /** Its first item is the lead of a team, which has the result; the others are turns. */
  isOfTeam: boolean;
  /** Of turns: the places of the leads whose teams they are of. */
  readonly scopes: Map<number, number>;
  /** As the events of its items have it; undefined before the first. */
  activation: number | undefined;
}

export type ItemState = 'idle' | 'working' | 'completed' | 'failed' | 'cancelled' | 'given up';

export interface Story {
  readonly rules: Rules;
  readonly log: readonly Told[];
  /** By task, in their order. */
  readonly lives: ReadonlyMap<string, readonly Life[]>;
  /** The event with which the execution began to end before its tasks had; else Infinity. */
  readonly brokenOff: number;
  /** What does not fit what came before it. */
  readonly misfits: readonly string[];
}

export function readLives(rules: Rules, log: readonly Told[]): Story {
  const reader = new Reader(rules);
  for (const told of log) reader.take(told);
  const { lives, misfits, brokenOff } = reader;
  return { rules, log, lives, misfits, brokenOff };
}

/** The life of a task just before an event. */
export function lifeAt({ lives }: Pick<Story, 'lives'>, task: string, sequence: number): Life | undefined {
  return lives.get(task)?.findLast(({ since }) => since < sequence);
}

/** How tasks had ended just before an event. */
export function endsBefore(story: Story, sequence: number): ReadonlyMap<string, End> {
  const ends = new Map<string, End>();
  for (const task of story.rules.keys()) {
    const ended = lifeAt(story, task, sequence)?.ended;
    if (ended !== undefined && ended.sequence < sequence) ends.set(task, ended.how);
  }
  return ends;
}

type Of<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;
type AtItem = { readonly task: string; readonly item?: number; readonly activation?: number };

class Reader {
  readonly lives = new Map<string, Life[]>();
  readonly misfits: string[] = [];
  brokenOff = Number.POSITIVE_INFINITY;
  readonly #rules: Rules;
  #sequence = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
    for (const task of rules.keys()) this.lives.set(task, [newLife(task, 0, false)]);
  }

  take({ event, sequence }: Told): void {
    this.#sequence = sequence;
    // What undoes something follows the ends of tasks, and is none itself.
    if ('deed' in event && event.deed !== undefined) return;
    if (this.brokenOff < sequence) this.#afterwards(event);
    else this.#read(event);
  }

  /** The rest of the items is not told: the execution ends without its tasks. */
  #afterwards(event: ExecutionEvent): void {
    const { type } = event;
    // What is undone begins after the end.
    if ('deed' in event && event.deed !== undefined) return;
    if (BEGINNINGS.has(type)) this.#misfit(`${type} comes after the end had begun`);
  }

  #read(event: ExecutionEvent): void {
    switch (event.type) {
      case 'workflow.failing':
      case 'workflow.cancelling':
        this.brokenOff = this.#sequence;
        return;
      case 'workflow.terminating':
        this.brokenOff = this.#sequence;
        return this.#item(event, 'completed');
      case 'budget.exceeded':
        return this.#spent(event);
      case 'task.opened':
      case 'task.repeated':
        return this.#round(event);
      case 'task.items_added':
        this.#life(event.task)
          .rounds.at(-1)
          ?.items.push(...idle(event.items));
        return;
      case 'task.spawned':
        return this.#spawn(event);
      case 'agent.task_assigned':
        return this.#item(event, 'working');
      case 'task.waiting':
      case 'human.requested':
      case 'task.retry_scheduled':
      case 'agent.lost':
      case 'task.rerouted':
        return this.#item(event, 'idle');
      case 'task.acquiring':
        // Who asks for anything else has not begun.
        if (event.resources.some((need) => 'group' in need)) this.#item(event, 'idle');
        return;
      case 'task.completed':
        return this.#item(event, 'completed', event.output);
      case 'task.cancelled':
        return this.#item(event, 'cancelled');
      case 'task.failed':
        return this.#failed(event);
      case 'task.enough':
        return this.#enough(this.#life(event.task));
      case 'task.skipped':
        this.#life(event.task).isUnheard = event.topic !== undefined;
        return this.#end(this.#life(event.task), 'skipped', event.dependency);
      case 'task.loop_ended':
        return this.#end(this.#life(event.task), 'completed');
      case 'task.listening':
        this.#life(event.task).begun ??= this.#sequence;
        return;
      case 'task.awaited':
        this.#life(event.task).awaited.push(this.#sequence);
        return;
      case 'task.cancelling':
        for (const task of event.tasks) this.#cancel(this.#life(task), event.item);
        return;
      case 'task.reentered':
        return this.#again(event.task);
      case 'task.overridden':
        return this.#byHand(event);
      case 'task.reassigned':
        return this.#reassigned(event);
      case 'pattern.started':
        return this.#team(event);
      case 'pattern.reacted':
        return this.#turns(event);
      case 'pattern.finished':
        return this.#teamEnds(event);
      default:
        return;
    }
  }

  #life(task: string): Life {
    return this.lives.get(task)?.at(-1) as Life;
  }

  #round({ type, task, items }: Of<'task.opened' | 'task.repeated'>): void {
    const life = this.#life(task);
    const isFirst = life.rounds.length === 0;
    if (isFirst !== (type === 'task.opened')) this.#misfit(`${task} has round ${life.rounds.length + 1}`);
    if (!isFirst && !isOver(life.rounds.at(-1)))
      this.#misfit(`${task} has another round before the last is over`);
    this.#begin(life, items);
    this.#settle(life);
  }

  #begin(life: Life, items?: number): Round {
    if (life.ended !== undefined) this.#misfit(`${life.task} begins, and has ended`);
    life.begun ??= this.#sequence;
    const round: Round = {
      since: this.#sequence,
      isList: items !== undefined,
      items: idle(items ?? 1),
      outputs: [],
      spawned: new Map(),
      dependsOn: new Map(),
      isOfTeam: false,
      scopes: new Map(),
      activation: undefined,
    };
    life.rounds.push(round);
    return round;
  }

  #item(at: AtItem, state: ItemState, output: Json = null): void {
    const life = this.#life(at.task);
    const round = life.rounds.at(-1) ?? this.#begin(life);
    const { item = 0, activation = 1 } = at;
    round.activation ??= activation;
    const before = round.items[item];
    if (state === 'working' && this.#hasEnough(life)) this.#misfit(`${at.task} has enough, and goes on`);
    if (round.activation !== activation)
      this.#misfit(`${at.task} is at activation ${round.activation}, not ${activation}`);
    if (before === undefined || isEnd(before))
      this.#misfit(`${at.task}[${item}] is ${before}, and is ${state}`);
    if (state === 'working' && round.dependsOn.get(item)?.some((one) => round.items[one] !== 'completed'))
      this.#misfit(`${at.task}[${item}] begins before what it depends on`);
    round.items[item] = state;
    if (state === 'completed') round.outputs[item] = output;
    else if (isEnd(state)) this.#giveUpAfter(round, item);
    this.#settle(life);
  }

  #spawn({ task, tasks }: Of<'task.spawned'>): void {
    const round = this.#life(task).rounds.at(-1) ?? NO_ROUND;
    for (const { id, dependsOn = [] } of tasks) {
      const place = round.items.push('idle') - 1;
      if (round.spawned.has(id)) this.#misfit(`${task} spawned ${id} twice`);
      const before = dependsOn.map((other) => round.spawned.get(other) ?? -1);
      if (before.includes(-1)) this.#misfit(`${id} depends on what ${task} has not spawned`);
      round.spawned.set(id, place);
      round.dependsOn.set(place, before);
    }
  }

  /** Its lead has no agent until the end. What its own agent gave, where it had begun, is the first turn. */
  #team(event: Of<'pattern.started'>): void {
    this.#item(event, 'idle');
    const round = this.#life(event.task).rounds.at(-1) ?? NO_ROUND;
    round.isOfTeam = true;
    if (event.opening === true) lay(round, 0, 'completed');
  }

  /** Whoever is told to stop and is not at work is not going to be. */
  #turns({ task, item: scope = 0, turns = [], stopped = [] }: Of<'pattern.reacted'>): void {
    const round = this.#life(task).rounds.at(-1) ?? NO_ROUND;
    for (const turn of stopped) stop(round, turn);
    for (const _ of turns) lay(round, scope, 'idle');
  }

  #teamEnds({ task, item: scope = 0 }: Of<'pattern.finished'>): void {
    giveUpBeneath(this.#life(task).rounds.at(-1) ?? NO_ROUND, scope);
  }

  /** What depends on an item that was not completed never comes. */
  #giveUpAfter(round: Round, item: number): void {
    for (const [place, before] of round.dependsOn) {
      if (round.items[place] !== 'idle' || !before.includes(item)) continue;
      round.items[place] = 'cancelled';
      this.#giveUpAfter(round, place);
    }
  }

  #failed(event: Of<'task.failed'>): void {
    const life = this.#life(event.task);
    life.begun ??= this.#sequence;
    // The failure of a turn is for its team to deal with.
    if (event.handled === 'team') return this.#item(event, 'failed');
    // Without `continue` the task does not end: the execution does, or goes back.
    if (event.handled !== 'continue') return;
    if (event.attempt === 0 && isOver(life.rounds.at(-1) ?? NO_ROUND)) return this.#end(life, 'failed');
    this.#item(event, 'failed');
  }

  #cancel(life: Life, only: number | undefined): void {
    if (life.ended !== undefined) return;
    life.cancelled.push(this.#sequence);
    const round = life.rounds.at(-1) ?? NO_ROUND;
    if (isOver(round)) return this.#end(life, 'cancelled');
    for (const [item, state] of round.items.entries())
      if (state === 'idle' && (only ?? item) === item) {
        stop(round, item);
        this.#giveUpAfter(round, item);
      }
    this.#settle(life);
  }

  #enough(life: Life): void {
    const round = life.rounds.at(-1) ?? NO_ROUND;
    if (!this.#hasEnough(life)) this.#misfit(`${life.task} has not enough`);
    for (const [item, state] of round.items.entries()) if (!isEnd(state)) round.items[item] = 'given up';
    this.#settle(life);
  }

  /** Whatever has not begun is given up; what is at work was paid for, unless it was its time that is over. */
  #spent({ task, limit, fails, ofTeam }: Of<'budget.exceeded'>): void {
    // What it ends with follows.
    if (fails === true || ofTeam === true) return;
    if (task === undefined) {
      this.brokenOff = this.#sequence;
      return;
    }
    const life = this.#life(task);
    const round = life.rounds.at(-1) ?? NO_ROUND;
    for (const [item, state] of round.items.entries()) {
      const mayEnd = state === 'working' && limit !== 'wall_time_ms';
      if (!isEnd(state) && !mayEnd) round.items[item] = 'given up';
    }
    this.#settle(life);
  }

  #hasEnough({ task, rounds }: Life): boolean {
    const done = rounds.at(-1)?.items.filter((state) => state === 'completed').length ?? 0;
    return done >= (this.#rules.get(task)?.enough ?? Number.POSITIVE_INFINITY);
  }

  #again(target: string): void {
    for (const task of regionOf(this.#rules, target))
      this.lives.get(task)?.push(newLife(task, this.#sequence, task === target));
  }

  #byHand({ task, item, as, ...event }: Of<'task.overridden'>): void {
    const life = this.#life(task);
    life.isByHand = true;
    const round = life.rounds.at(-1) ?? NO_ROUND;
    if (item !== undefined && round.isOfTeam) giveUpBeneath(round, item);
    if (as === 'skipped') return this.#end(life, 'skipped');
    if (as === 'completed') {
      if (item === undefined) return this.#end(life, 'completed');
      round.items[item] = 'completed';
      round.outputs[item] = (event as { readonly output: Json }).output;
      return this.#settle(life);
    }
    // The first of its open items fails, as the next event says; the others are cancelled.
    if (item !== undefined) return;
    const [, ...others] = [...round.items.keys()].filter((n) => !isEnd(round.items[n] as ItemState));
    for (const other of others) round.items[other] = 'cancelled';
  }

  /** Who was at work is not any more. */
  #reassigned({ task, item: only }: Of<'task.reassigned'>): void {
    const round = this.#life(task).rounds.at(-1) ?? NO_ROUND;
    for (const [item, state] of round.items.entries())
      if (state === 'working' && (only ?? item) === item) round.items[item] = 'idle';
  }

  /** A task ends as the worst of the items of its last round did, unless enough of them are completed. */
  #settle(life: Life): void {
    const round = life.rounds.at(-1);
    if (round === undefined || !isOver(round)) return;
    const { items } = round;
    // Of a team the result is all that counts.
    const counted = round.isOfTeam ? items.slice(0, 1) : items;
    const hasEnough = this.#hasEnough(life);
    if (counted.includes('failed') && !hasEnough) this.#end(life, 'failed');
    else if (counted.includes('cancelled') && !hasEnough) this.#end(life, 'cancelled');
    else if (this.#rules.get(life.task)?.loop === undefined) this.#end(life, 'completed');
  }

  #end(life: Life, how: End, dependency?: string): void {
    if (life.ended !== undefined) this.#misfit(`${life.task} is ${how}, and was ${life.ended.how}`);
    life.ended = { how, sequence: this.#sequence, dependency };
  }

  #misfit(what: string): void {
    this.misfits.push(`event ${this.#sequence}: ${what}`);
  }
}

/** What must not come when an execution is about to end. */
const BEGINNINGS: ReadonlySet<string> = new Set<ExecutionEvent['type']>([
  'task.opened',
  'task.repeated',
  'task.items_added',
  'task.spawned',
  'task.skipped',
  'task.awaited',
  'task.loop_ended',
  'task.reentered',
  'agent.task_assigned',
  'task.waiting',
]);

const NO_ROUND: Round = {
  since: 0,
  isList: false,
  items: [],
  outputs: [],
  spawned: new Map(),
  dependsOn: new Map(),
  isOfTeam: false,
  scopes: new Map(),
  activation: undefined,
};

function newLife(task: string, since: number, isTarget: boolean): Life {
  return {
    task,
    since,
    isTarget,
    rounds: [],
    awaited: [],
    cancelled: [],
    begun: undefined,
    ended: undefined,
    isUnheard: false,
    isByHand: false,
  };
}

function idle(items: number): ItemState[] {
  return new Array<ItemState>(items).fill('idle');
}

function lay({ items, scopes }: Round, scope: number, state: ItemState): void {
  scopes.set(items.length, scope);
  items.push(state);
}

/** Who is at work is told to; whoever is led by it goes with it. */
function stop(round: Round, item: number): void {
  if (round.items[item] !== 'idle') return;
  for (const turn of beneath(round, item)) stop(round, turn);
  round.items[item] = 'cancelled';
}

function giveUpBeneath(round: Round, scope: number): void {
  for (const turn of beneath(round, scope)) {
    if (!isEnd(round.items[turn] as ItemState)) round.items[turn] = 'given up';
    giveUpBeneath(round, turn);
  }
}

/** The turns of the team that an item leads. */
function beneath({ scopes }: Round, item: number): readonly number[] {
  return [...scopes].flatMap(([turn, scope]) => (scope === item ? [turn] : []));
}

function isOver(round: Round | undefined): boolean {
  return round?.items.every(isEnd) === true;
}

function isEnd(state: ItemState): boolean {
  return state !== 'idle' && state !== 'working';
}
