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

interface AtTurn {
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

/** A run of a pattern, by its events alone. */
interface Run {
  readonly rule: TeamRule;
  readonly activation: number;
  readonly since: Instant;
  readonly turns: Turn[];
  /** Turns whose outcome is there and was not told to the pattern, in order; of those that completed what they asked for. */
  readonly outcomes: { readonly turn: number; readonly how: How; readonly asks: Json }[];
  readonly timersDue: string[];
  readonly marks: string[];
  reactions: number;
  handOffs: number;
  stalled: number;
  isOver: boolean;
}

interface Turn {
  isAtWork: boolean;
  outcome: How | undefined;
}

class Reader {
  readonly #story: Story;
  readonly #runs = new Map<string, Run>();
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
        this.#runs.delete(event.task);
        return;
      case 'task.reentered':
        for (const task of regionOf(this.#story.rules, event.task)) this.#runs.delete(task);
        return;
      case 'task.cancelling':
        return this.#cancelling(event);
      case 'pattern.started':
        // An answer counts in a pause, too, whatever it asks for.
        if (isEnding || (this.#isPaused && event.opening !== true))
          yield `a team begins with ${event.task}, and nothing may`;
        yield* this.#started(event, at);
        return;
      case 'pattern.timer_due':
        this.#runs.get(event.task)?.timersDue.push(event.name);
        return;
      case 'pattern.reacted':
        if (isEnding || this.#isPaused) yield `the pattern of ${event.task} is asked, and nothing may begin`;
        yield* this.#reacted(event, at, next);
        return;
      case 'pattern.finished':
        yield* this.#finished(event, next);
        return;
      case 'agent.task_assigned':
        yield* this.#assigned(event);
        return;
      case 'task.overridden':
        if (event.item !== undefined && event.as !== 'completed') return;
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
        return this.#rests(event);
      case 'task.acquiring':
        if (event.resources.some((need) => 'group' in need)) this.#rests(event);
        return;
      case 'task.reassigned':
        for (const [n, turn] of (this.#runs.get(event.task)?.turns ?? []).entries())
          if ((event.item ?? n + 1) === n + 1) turn.isAtWork = false;
        return;
      default:
        return;
    }
  }

  /** What came to its end and was told to no pattern, though nothing kept anybody from telling. */
  *untold(): Iterable<string> {
    if (this.#isPaused || this.#story.brokenOff !== Number.POSITIVE_INFINITY) return;
    for (const [task, { isOver, outcomes, timersDue }] of this.#runs) {
      if (isOver) continue;
      for (const { turn } of outcomes) yield `what became of ${task}[${turn}] was not told to its pattern`;
      for (const name of timersDue)
        yield `that the time ${name} of ${task} has come was not told to its pattern`;
    }
  }

  *#started(
    { task, activation = 1, opening, pattern, asks }: Of<'pattern.started'>,
    at: Instant,
  ): Iterable<string> {
    const rule = this.#story.rules.get(task)?.team;
    const before = this.#runs.get(task);
    if (before?.activation === activation) yield `${task} has a second team`;
    if (rule === undefined) {
      yield `${task} has a team, and no pattern`;
      return;
    }
    if (rule.pattern !== pattern) yield `${task} is done by ${pattern}, and its pattern is ${rule.pattern}`;
    if (rule.isWhole === (opening === true))
      yield `the team of ${task} begins ${opening === true ? 'with' : 'without'} an answer`;
    const first = opening === true ? [{ isAtWork: false, outcome: 'completed' } as const] : [];
    this.#runs.set(task, {
      rule,
      activation,
      since: at,
      turns: first.map((turn) => ({ ...turn })),
      outcomes: first.map(() => ({ turn: 1, how: 'completed', asks: asks ?? [] })),
      timersDue: [],
      marks: [],
      reactions: 0,
      handOffs: 0,
      stalled: 0,
      isOver: false,
    });
  }

  *#reacted(event: Reacted, at: Instant, next: ExecutionEvent | undefined): Iterable<string> {
    const { task } = event;
    const run = this.#runs.get(task);
    if (run === undefined || run.isOver) {
      yield `the pattern of ${task} is asked, and no team is at work`;
      return;
    }
    const isLast = next?.type === 'pattern.finished' && next.task === task;
    const told = yield* answeredTo(run, event);
    run.reactions += 1;
    if (told !== undefined && !isLast) yield* asksHappen(event, told);
    for (const n of event.stopped ?? []) this.#stop(run, n);
    yield* laid(run, event);
    if (event.mark !== undefined) run.marks.push(event.mark);
    run.stalled = event.idles === true ? run.stalled + 1 : 0;
    run.handOffs += event.facts?.filter(({ fact }) => fact === 'handed_off').length ?? 0;
    const limit = limitOf(run, at);
    if (limit !== undefined && !isLast) yield `the team of ${task} goes on after ${limit}`;
    const mayHear = run.turns.some(({ outcome }) => outcome === undefined) || run.outcomes.length > 0;
    if (event.to === 'idle' && !isLast && !mayHear && Object.keys(event.timers ?? {}).length === 0)
      yield `the team of ${task} is idle, and stays so`;
  }

  *#finished({ task, turns }: Of<'pattern.finished'>, next: ExecutionEvent | undefined): Iterable<string> {
    const run = this.#runs.get(task);
    if (run === undefined || run.isOver) {
      yield `the team of ${task} is done, and none is at work`;
      return;
    }
    run.isOver = true;
    if (run.turns.length !== turns)
      yield `the team of ${task} took ${run.turns.length} turns, and says ${turns}`;
    const isEnd = next?.type === 'task.completed' || next?.type === 'task.failed';
    if (!isEnd || next.task !== task || next.item !== undefined)
      yield `the team of ${task} is done, and the end of the task does not follow`;
  }

  *#assigned(event: Of<'agent.task_assigned'>): Iterable<string> {
    const run = this.#runOf(event);
    if (run === undefined) {
      if (this.#story.rules.get(event.task)?.team?.isWhole === true)
        yield `${event.task} is for a team, and is handed to ${event.seat}`;
      return;
    }
    const turn = run.turns[(event.item ?? 0) - 1];
    if (turn === undefined || run.isOver || turn.outcome !== undefined) {
      yield `${event.task}[${event.item}] is handed to ${event.seat}, and is no turn that is open`;
      return;
    }
    turn.isAtWork = true;
  }

  *#outcome(event: AtTurn, how: How, asks: Json | undefined): Iterable<string> {
    const run = this.#runOf(event);
    if (run === undefined) return;
    const { task, item } = event;
    if (item === undefined) {
      // By somebody's word, or because the end is near, a team ends without its pattern.
      run.isOver = true;
      return;
    }
    const turn = run.turns[item - 1];
    if (turn === undefined) {
      yield `${task}[${item}] is no turn`;
      return;
    }
    if (turn.outcome !== undefined) {
      yield `${task}[${item}] has two outcomes`;
      return;
    }
    tell(run, item, how, asks);
  }

  #cancelling({ tasks, item }: Of<'task.cancelling'>): void {
    for (const task of tasks) {
      const run = this.#runs.get(task);
      if (run === undefined) continue;
      if (item === undefined || item === 0) run.isOver = true;
      else this.#stop(run, item);
    }
  }

  /** Who is at work has to confirm it. */
  #stop(run: Run, n: number): void {
    const turn = run.turns[n - 1];
    if (turn !== undefined && turn.outcome === undefined && !turn.isAtWork) tell(run, n, 'failed', undefined);
  }

  #rests(event: AtTurn): void {
    const turn = this.#runOf(event)?.turns[(event.item ?? 0) - 1];
    if (turn !== undefined) turn.isAtWork = false;
  }

  #runOf({ task, activation = 1 }: AtTurn): Run | undefined {
    const run = this.#runs.get(task);
    return run?.activation === activation ? run : undefined;
  }
}

function tell({ turns, outcomes }: Run, n: number, how: How, asks: Json = []): void {
  const turn = turns[n - 1] as Turn;
  turn.outcome = how;
  turn.isAtWork = false;
  outcomes.push({ turn: n, how, asks });
}

/** What it is asked about is the first thing that it was not told. Gives what the turn asked for. */
function* answeredTo(run: Run, { task, to, turn }: Reacted): Generator<string, Json | undefined> {
  if (to === 'completed' || to === 'failed') {
    const first = run.outcomes.shift();
    if (first?.turn !== turn || first?.how !== to)
      yield `the pattern of ${task} is told that turn ${turn} ${to}, and it should be ${first === undefined ? 'nothing' : `that turn ${first.turn} ${first.how}`}`;
    return to === 'completed' ? first?.asks : undefined;
  }
  if (to === 'started' && (run.reactions > 0 || !run.rule.isWhole))
    yield `the team of ${task} begins once more`;
  if (to === 'timer' && run.timersDue.shift() === undefined) yield `no time of the team of ${task} has come`;
  const isAtWork = run.outcomes.length > 0 || run.turns.some(({ outcome }) => outcome === undefined);
  if (to === 'idle' && isAtWork) yield `the team of ${task} is said to be idle`;
  return undefined;
}

/** New turns come after those there are, and are shown what was over. */
function* laid(run: Run, { task, turns = [], inputs }: Reacted): Iterable<string> {
  if (Array.isArray(inputs) && inputs.length !== turns.length)
    yield `${turns.length} turns of ${task} have ${inputs.length} inputs`;
  const there = run.turns.length;
  for (const { results = [], recalls = [], inputOf } of turns) {
    for (const n of [...results, ...recalls])
      if (run.turns[n - 1]?.outcome === undefined)
        yield `a turn of ${task} is shown turn ${n}, which is not over`;
    if (inputOf !== undefined && !(inputOf >= 1 && inputOf <= there))
      yield `a turn of ${task} works on what turn ${inputOf} did, which is not there`;
  }
  for (const _ of turns) run.turns.push({ isAtWork: false, outcome: undefined });
  if (run.turns.length > run.rule.turns)
    yield `the team of ${task} takes ${run.turns.length} turns, and ${run.rule.turns} are allowed`;
}

/** Whoever was asked for has a turn, in that order, and nobody twice; what was said is said once. */
function* asksHappen({ task, turn, turns = [], facts = [] }: Reacted, told: Json): Iterable<string> {
  if (!Array.isArray(told)) return;
  const asks = told as unknown as readonly Ask[];
  const wanted = asks.flatMap((ask) =>
    ask.kind === 'delegate' ? [ask.to] : ask.kind === 'ask_person' ? [ask.of ?? 'somebody'] : [],
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

/** Which of its limits it has reached with its last step. */
function limitOf({ rule, handOffs, stalled, marks, since }: Run, at: Instant): string | undefined {
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
