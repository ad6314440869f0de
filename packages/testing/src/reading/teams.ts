/**
 * A team goes by what its pattern said, in order: each turn that was laid out has one outcome, which the pattern is told
 * once; what a turn is shown was over before; what was asked for happens, once; and at a limit it ends.
 */
import type { Ask, ExecutionEvent, Instant, Json } from '@cantata/core';
import type { Story, Told } from './lives.ts';
import { regionOf, type TeamRule } from './rules.ts';

type Of<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;
type Reacted = Of<'pattern.reacted'>;
type How = 'completed' | 'failed';

interface AtItem {
  readonly task: string;
  readonly item?: number | undefined;
  readonly activation?: number | undefined;
}

export function* teams(story: Story): Iterable<string> {
  const reader = new Reader(story);
  for (const [n, told] of story.log.entries()) {
    for (const wrong of reader.take(told, story.log[n + 1]?.event)) yield `event ${told.sequence}: ${wrong}`;
  }
  yield* reader.untold();
}

/** All that is at work on a task, by its events alone: its team, and the teams among the members of that. */
interface AtWork {
  readonly activation: number;
  /** By their places among the items of the task; the first is no turn, and leads. */
  readonly places: Place[];
  /** By the place of the lead. */
  readonly runs: Map<number, Run>;
}

interface Place {
  /** The place of the lead of its team. */
  readonly scope: number;
  /** Whom it is for. */
  readonly to: string;
  isAtWork: boolean;
  outcome: How | 'given up' | undefined;
}

interface Run {
  readonly rule: TeamRule;
  readonly since: Instant;
  /** What became of turns and was not told to the pattern, in order; of those that completed what they asked for. */
  readonly outcomes: { readonly turn: number; readonly how: How; readonly asks: Json }[];
  readonly timersDue: string[];
  readonly marks: string[];
  /** Turns in all, those of the teams that stand in it with them. */
  laid: number;
  /** Of its own, those that are over. */
  over: number;
  reactions: number;
  handOffs: number;
  stalled: number;
  isOver: boolean;
}

class Reader {
  readonly #story: Story;
  readonly #tasks = new Map<string, AtWork>();
  #isPaused = false;

  constructor(story: Story) {
    this.#story = story;
  }

  *take({ event, at = 0, sequence }: Told, next: ExecutionEvent | undefined): Iterable<string> {
    if ('deed' in event && event.deed !== undefined) return;
    const isEnding = sequence > this.#story.brokenOff;
    switch (event.type) {
      case 'workflow.paused':
      case 'workflow.resumed':
        this.#isPaused = event.type === 'workflow.paused';
        return;
      case 'task.opened':
      case 'task.repeated':
        this.#tasks.delete(event.task);
        return;
      case 'task.reentered':
        for (const task of regionOf(this.#story.rules, event.task)) this.#tasks.delete(task);
        return;
      case 'task.cancelling':
        this.#cancelling(event);
        return;
      case 'pattern.started':
        // An answer counts in a pause, too, whatever it asks for.
        if (isEnding || (this.#isPaused && event.opening !== true))
          yield `a team begins with ${label(event)}, and nothing may`;
        yield* this.#started(event, at);
        return;
      case 'pattern.timer_due':
        this.#run(event)?.timersDue.push(event.name);
        return;
      case 'pattern.reacted':
        if (isEnding || this.#isPaused)
          yield `the pattern of ${label(event)} is asked, and nothing may begin`;
        yield* this.#reacted(event, at, next);
        return;
      case 'pattern.finished':
        yield* this.#finished(event, next);
        return;
      case 'agent.task_assigned':
        yield* this.#assigned(event);
        return;
      case 'task.overridden':
        // What follows of a failure is said by the failure itself.
        this.#byHand(event);
        if (event.item === undefined || event.as === 'completed')
          yield* this.#outcome(event, 'completed', undefined);
        return;
      case 'task.completed':
        yield* this.#outcome(event, 'completed', event.asks);
        return;
      case 'task.failed':
      case 'task.cancelled':
        yield* this.#outcome(event, 'failed', undefined);
        return;
      case 'agent.lost':
      case 'task.retry_scheduled':
      case 'task.rerouted':
      case 'task.timed_out':
        this.#rests(event);
        return;
      case 'task.acquiring':
        if (event.resources.some((need) => 'group' in need)) this.#rests(event);
        return;
      case 'task.reassigned':
        for (const [n, place] of (this.#tasks.get(event.task)?.places ?? []).entries())
          if ((event.item ?? n) === n) place.isAtWork = false;
        return;
      default:
        return;
    }
  }

  /** What came to its end and was told to no pattern, though nothing kept anybody from telling. */
  *untold(): Iterable<string> {
    if (this.#isPaused || this.#story.brokenOff !== Number.POSITIVE_INFINITY) return;
    for (const [task, { runs }] of this.#tasks) {
      for (const { isOver, outcomes, timersDue } of runs.values()) {
        if (isOver) continue;
        for (const { turn } of outcomes) yield `what became of ${task}[${turn}] was not told to its pattern`;
        for (const name of timersDue)
          yield `that the time ${name} of ${task} has come was not told to its pattern`;
      }
    }
  }

  *#started(event: Of<'pattern.started'>, at: Instant): Iterable<string> {
    const { task, item: scope = 0, activation = 1, opening, pattern, asks } = event;
    const own = this.#story.rules.get(task)?.team;
    if (scope === 0) {
      if (this.#tasks.get(task)?.activation === activation) yield `${task} has a second team`;
      const lead: Place = { scope: 0, to: '', isAtWork: false, outcome: undefined };
      this.#tasks.set(task, { activation, places: [lead], runs: new Map() });
    }
    const work = this.#at(event);
    const place = work?.places[scope];
    const outer = place === undefined ? undefined : work?.runs.get(place.scope);
    const rule = scope === 0 ? own : outer?.rule.inner?.get(place?.to ?? '');
    if (work === undefined || rule === undefined) {
      yield `${label(event)} has a team, and no pattern`;
      return;
    }
    if (work.runs.has(scope)) yield `${label(event)} has a second team`;
    if (rule.pattern !== pattern)
      yield `${label(event)} is done by ${pattern}, and its pattern is ${rule.pattern}`;
    if (rule.isWhole === (opening === true))
      yield `the team of ${label(event)} begins ${opening === true ? 'with' : 'without'} an answer`;
    work.runs.set(scope, newRun(rule, at));
    if (opening !== true) return;
    lay(work, 0, '');
    tell(work, 1, 'completed', asks);
  }

  *#reacted(event: Reacted, at: Instant, next: ExecutionEvent | undefined): Iterable<string> {
    const { task, item: scope = 0 } = event;
    const work = this.#at(event);
    const run = work?.runs.get(scope);
    if (work === undefined || run === undefined || run.isOver) {
      yield `the pattern of ${label(event)} is asked, and no team is at work`;
      return;
    }
    // Of a team that stands in another one, the limits of that are its own, too.
    const isLast = next?.type === 'pattern.finished' && next.task === task;
    const told = yield* answeredTo(work, run, event);
    run.reactions += 1;
    if (told !== undefined && !isLast) yield* asksHappen(event, told);
    const { over } = run;
    for (const turn of event.stopped ?? []) stop(work, turn);
    yield* laid(work, event);
    if (event.mark !== undefined) run.marks.push(event.mark);
    run.stalled = event.idles === true ? run.stalled + 1 : 0;
    run.handOffs += event.facts?.filter(({ fact }) => fact === 'handed_off').length ?? 0;
    const limit = limitOf(run, over, at);
    if (limit !== undefined && !isLast) yield `the team of ${label(event)} goes on after ${limit}`;
    const hears = isAtWork(work, scope) || Object.keys(event.timers ?? {}).length > 0;
    if (event.to === 'idle' && !isLast && !hears) yield `the team of ${label(event)} is idle, and stays so`;
  }

  *#finished(event: Of<'pattern.finished'>, next: ExecutionEvent | undefined): Iterable<string> {
    const { task, item, turns } = event;
    const work = this.#at(event);
    const run = work?.runs.get(item ?? 0);
    if (work === undefined || run === undefined || run.isOver) {
      yield `the team of ${label(event)} is done, and none is at work`;
      return;
    }
    giveUpBeneath(work, item ?? 0);
    if (run.laid !== turns) yield `the team of ${label(event)} took ${run.laid} turns, and says ${turns}`;
    const isEnd = next?.type === 'task.completed' || next?.type === 'task.failed';
    if (!isEnd || next.task !== task || next.item !== item)
      yield `the team of ${label(event)} is done, and the end of that does not follow`;
  }

  *#assigned(event: Of<'agent.task_assigned'>): Iterable<string> {
    const { task, item = 0, seat } = event;
    const work = this.#at(event);
    if (work === undefined) {
      if (this.#story.rules.get(task)?.team?.isWhole === true)
        yield `${task} is for a team, and is handed to ${seat}`;
      return;
    }
    const place = work.places[item];
    if (item === 0 || place === undefined || place.outcome !== undefined || work.runs.has(item)) {
      yield `${label(event)} is handed to ${seat}, and is no turn that is open`;
      return;
    }
    place.isAtWork = true;
  }

  *#outcome(event: AtItem, how: How, asks: Json | undefined): Iterable<string> {
    const work = this.#at(event);
    if (work === undefined) return;
    const { item = 0 } = event;
    const place = work.places[item];
    if (place === undefined) {
      yield `${label(event)} is no turn`;
      return;
    }
    // How a task ends is read elsewhere.
    if (place.outcome !== undefined && item > 0) {
      yield `${label(event)} has two outcomes`;
      return;
    }
    const run = work.runs.get(item);
    if (run?.isOver === false) yield `${label(event)} ends without a word of its team`;
    if (item === 0) place.outcome = how;
    else tell(work, item, how, asks);
  }

  /** By somebody's word, or because the end is near, a team ends without its pattern. */
  #byHand(event: Of<'task.overridden'>): void {
    const work = this.#tasks.get(event.task);
    if (work === undefined) return;
    giveUpBeneath(work, event.item ?? 0);
  }

  #cancelling({ tasks, item }: Of<'task.cancelling'>): void {
    for (const task of tasks) {
      const work = this.#tasks.get(task);
      if (work !== undefined) stop(work, item ?? 0);
    }
  }

  #rests(event: AtItem): void {
    const place = this.#at(event)?.places[event.item ?? 0];
    if (place !== undefined) place.isAtWork = false;
  }

  #run(event: AtItem): Run | undefined {
    return this.#at(event)?.runs.get(event.item ?? 0);
  }

  #at({ task, activation = 1 }: AtItem): AtWork | undefined {
    const work = this.#tasks.get(task);
    return work?.activation === activation ? work : undefined;
  }
}

function label({ task, item }: AtItem): string {
  return item === undefined ? task : `${task}[${item}]`;
}

function newRun(rule: TeamRule, since: Instant): Run {
  return {
    rule,
    since,
    outcomes: [],
    timersDue: [],
    marks: [],
    laid: 0,
    over: 0,
    reactions: 0,
    handOffs: 0,
    stalled: 0,
    isOver: false,
  };
}

/** Every turn counts for its own team, and for those that this one stands in. */
function lay({ places, runs }: AtWork, scope: number, to: string): void {
  places.push({ scope, to, isAtWork: false, outcome: undefined });
  for (let one = scope; ; one = places[one]?.scope ?? 0) {
    const run = runs.get(one);
    if (run !== undefined) run.laid += 1;
    if (one === 0) return;
  }
}

function tell({ places, runs }: AtWork, turn: number, how: How, asks: Json = []): void {
  const place = places[turn] as Place;
  place.outcome = how;
  place.isAtWork = false;
  const run = runs.get(place.scope);
  if (run !== undefined) run.over += 1;
  if (run?.isOver === false) run.outcomes.push({ turn, how, asks });
}

/** Who is at work has to confirm it; whoever leads a team takes that along. */
function stop(work: AtWork, turn: number): void {
  const place = work.places[turn];
  if (place === undefined || place.outcome !== undefined || place.isAtWork) return;
  const run = work.runs.get(turn);
  if (run !== undefined) run.isOver = true;
  for (const one of beneath(work, turn)) stop(work, one);
  if (turn === 0) place.outcome = 'failed';
  else tell(work, turn, 'failed');
}

function giveUpBeneath(work: AtWork, turn: number): void {
  const run = work.runs.get(turn);
  if (run !== undefined) run.isOver = true;
  for (const one of beneath(work, turn)) {
    const place = work.places[one] as Place;
    place.outcome ??= 'given up';
    giveUpBeneath(work, one);
  }
}

function beneath({ places }: AtWork, lead: number): readonly number[] {
  return [...places.keys()].filter((n) => n > 0 && places[n]?.scope === lead);
}

function isAtWork(work: AtWork, scope: number): boolean {
  const isOpen = beneath(work, scope).some((turn) => work.places[turn]?.outcome === undefined);
  return isOpen || (work.runs.get(scope)?.outcomes.length ?? 0) > 0;
}

/** What it is asked about is the first thing that it was not told. Gives what the turn asked for. */
function* answeredTo(work: AtWork, run: Run, event: Reacted): Generator<string, Json | undefined> {
  const { item = 0, to, turn } = event;
  if (to === 'completed' || to === 'failed') {
    const first = run.outcomes.shift();
    if (first?.turn !== turn || first?.how !== to)
      yield `the pattern of ${label(event)} is told that turn ${turn} ${to}, and it should be ${first === undefined ? 'nothing' : `that turn ${first.turn} ${first.how}`}`;
    return to === 'completed' ? first?.asks : undefined;
  }
  if (to === 'started' && (run.reactions > 0 || !run.rule.isWhole))
    yield `the team of ${label(event)} begins once more`;
  if (to === 'timer' && run.timersDue.shift() === undefined)
    yield `no time of the team of ${label(event)} has come`;
  if (to === 'idle' && isAtWork(work, item)) yield `the team of ${label(event)} is said to be idle`;
  return undefined;
}

/** New turns come after those there are, and are shown what was over. */
function* laid(work: AtWork, event: Reacted): Iterable<string> {
  const { item: scope = 0, turns = [], inputs } = event;
  const { places, runs } = work;
  if (Array.isArray(inputs) && inputs.length !== turns.length)
    yield `${turns.length} turns of ${label(event)} have ${inputs.length} inputs`;
  for (const { results = [], recalls = [], inputOf } of turns) {
    for (const n of [...results, ...recalls])
      if (places[n]?.outcome === undefined || places[n].scope !== scope)
        yield `a turn of ${label(event)} is shown turn ${n}, which is not over, or of another team`;
    if (inputOf !== undefined && (places[inputOf] === undefined || inputOf === 0))
      yield `a turn of ${label(event)} works on what turn ${inputOf} did, which is not there`;
  }
  for (const { to } of turns) lay(work, scope, to);
  for (const [lead, run] of runs) {
    if (!run.isOver && run.laid > run.rule.turns)
      yield `the team of ${label({ ...event, item: lead })} takes ${run.laid} turns, and ${run.rule.turns} are allowed`;
  }
}

/** Whoever was asked for has a turn, in that order, and nobody twice; what was said is said once. */
function* asksHappen({ task, turn, turns = [], facts = [] }: Reacted, told: Json): Iterable<string> {
  if (!Array.isArray(told)) return;
  const asks = told as unknown as readonly Ask[];
  const wanted = asks.flatMap((ask) =>
    ask.kind === 'delegate'
      ? [ask.to]
      : ask.kind === 'ask_person'
        ? [ask.of ?? 'somebody']
        : ask.kind === 'listen'
          ? ['somebody']
          : [],
  );
  const handOff = asks.find((ask) => ask.kind === 'hand_off');
  if (handOff !== undefined) wanted.push(handOff.to);
  const given = String(turns.map(({ to }) => to));
  if (wanted.length > 0 && given !== String(wanted))
    yield `turn ${turn} of ${task} asks for turns of ${String(wanted)}, and there are turns of ${given}`;
  if (asks.some(({ kind }) => kind === 'finish'))
    yield `turn ${turn} of ${task} gave the result, and the team goes on`;
  for (const [kind, fact] of [
    ['send', 'message_sent'],
    ['vote', 'voted'],
  ] as const) {
    const count = asks.filter((ask) => ask.kind === kind).length;
    const found = facts.filter((one) => one.fact === fact).length;
    if (count !== found)
      yield `turn ${turn} of ${task} asks for ${kind} ${count} times, and it happens ${found} times`;
  }
}

/** Which of its limits it has reached with its last step, before which so many of its turns were over. */
function limitOf(
  { rule, handOffs, stalled, marks, since }: Run,
  over: number,
  at: Instant,
): string | undefined {
  if (over >= (rule.stopsAfter ?? Number.POSITIVE_INFINITY)) return `${over} turns that are over`;
  if (handOffs > rule.handOffs) return `${handOffs} hand-offs`;
  if (stalled >= rule.stall) return `${stalled} steps without progress`;
  if (at - since >= rule.wallTimeMs) return `${at - since} ms`;
  const last = marks.at(-1);
  const again = marks.slice(-rule.repeats - 1);
  if (again.length > rule.repeats && again.every((mark) => mark === last)) return `${last} again and again`;
  for (let length = 2; length * rule.repeats <= Math.min(marks.length, MOST_MARKS); length++) {
    const tail = marks.slice(-length * rule.repeats);
    if (tail.every((mark, n) => mark === tail[n % length]))
      return `${tail.slice(0, length).join()} again and again`;
  }
  return undefined;
}

/** So far back one looks for what repeats itself. */
const MOST_MARKS = 16;
