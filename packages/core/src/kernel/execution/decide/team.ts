/** What a pattern says when it is asked, as events. The only place where a pattern is asked anything. */
import type { Json, JsonObject } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { type Ask, MESSAGE } from '../../../patterns/asks.ts';
import { type Reached, reached } from '../../../patterns/limits.ts';
import { copyOf, mergePatch } from '../../../patterns/merge-patch.ts';
import {
  MAX_PATTERN_STATE_BYTES,
  type Move,
  type Pattern,
  type PatternTrigger,
  type PatternView,
  type Reaction,
} from '../../../patterns/pattern.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { listing } from '../../../text.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import { ValuesMissing, valueOf } from '../../values.ts';
import type { ExecutionEvent } from '../events.ts';
import { attemptOf, goesOn, placeOf } from '../lookup.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import type { PatternReacted, PatternStarted, PendingTrigger } from '../team.ts';
import { isAtWork, openingView, planTeam, runOf, STOPS, turnOf, viewOfTeam } from '../team-view.ts';
import { failsForGood } from './failure.ts';
import { misfit } from './misfit.ts';
import { whyStopped } from './team-stop.ts';
import { inputFor, isTaken, namedIn, toTake } from './turns.ts';

type State = View<ExecutionState>;

/** The task of a team is ready, or its own agent has asked for more than to give its answer. */
export function teamStarts(
  state: State,
  item: View<Item>,
  opening: Pick<PatternStarted, 'opening' | 'output' | 'asks' | 'usage'> = {},
): PatternStarted {
  const { pattern, setup } = planTeam(state, item.task);
  const { name, version } = pattern;
  const at = placeOf(state, item);
  return {
    type: 'pattern.started',
    ...at,
    pattern: name,
    version,
    state: pattern.initial(setup),
    ...opening,
  };
}

/** Why an answer with asks does not count; it is asked before anything is written down. */
export function whyNotAsked(
  state: State,
  item: View<Item>,
  output: Json,
  asks: readonly Ask[],
  now: Instant,
): string | undefined {
  const task = nth(state.tasks, item.task);
  const { id, definition } = nth(state.plan.tasks, item.task);
  const isOther = item.spawned !== undefined && item.spawned.turn === undefined;
  if (state.plan.teams.of(definition) === undefined || definition.parallel || isOther)
    return `${id} has no pattern that knows ${listing(asks.map(({ kind }) => kind))}`;
  const { pattern } = planTeam(state, item.task);
  const unknown = asks.find(({ kind }) => !pattern.asks.includes(kind));
  if (unknown !== undefined)
    return `it asks for ${unknown.kind}, and the pattern ${pattern.name} knows ${listing(pattern.asks)}`;
  const outside = whyNotOutside(state, asks);
  if (outside !== undefined) return outside;
  const view = task.team === undefined ? openingView(state, item, now) : viewOfTeam(state, task, now);
  return pattern.whyNot?.(view, { turn: view.turn(item.index ?? 1), output, asks });
}

/** Of somebody outside: silence has a time, and what is listened for can be said. */
function whyNotOutside({ plan }: State, asks: readonly Ask[]): string | undefined {
  for (const ask of asks) {
    if (ask.kind !== 'ask_person' && ask.kind !== 'listen') continue;
    if (ask.otherwise !== undefined && !ask.timeoutMs)
      return `it says what counts if nobody answers, and not after what time: ${ask.kind} needs \`timeoutMs\``;
    if (ask.kind === 'ask_person') continue;
    const { signal = MESSAGE } = ask;
    const known = [...plan.signals.keys()];
    if (!known.includes(signal))
      return `it listens for ${signal}, which is no signal of the workflow; there is ${listing(known)}`;
  }
  return undefined;
}

/** The first of what is pending is told to the pattern. */
export function react(state: State, task: View<Task>, now: Instant): readonly ExecutionEvent[] {
  const run = runOf(task);
  const pending = nth(run.pending, 0);
  const view = viewOfTeam(state, task, now);
  const reaction = asked(state, task, view, pending);
  const over = whyOver(state, task, view, reaction, pending, now);
  const moves = over === undefined ? (reaction.moves ?? []) : [];
  const reacted = reactedTo(state, task, pending, reaction, moves, now);
  if (over !== undefined) return [reacted, ...limited(state, task, view, over)];
  const last = moves.find(isLast);
  return last === undefined ? [reacted] : [reacted, ...ended(state, task, view, last)];
}

/** What the pattern says; where that makes no sense, the task fails with it. A pattern is other people's code. */
function asked(
  state: State,
  task: View<Task>,
  view: PatternView,
  pending: View<PendingTrigger>,
): Reaction & { readonly bytes?: number } {
  const { pattern, bytes, state: own } = runOf(task);
  const trigger = triggerOf(state, task, view, pending);
  try {
    const reaction = pattern.react(view, trigger);
    const wrong = whatIsWrong(view, reaction);
    if (wrong !== undefined) return faulty(pattern, wrong);
    if (reaction.change === undefined) return reaction;
    const size = sizeAfter(own, bytes, reaction.change);
    if (size <= MAX_PATTERN_STATE_BYTES) return { ...reaction, bytes: size };
    return faulty(pattern, `its state would have ${size} bytes, and ${MAX_PATTERN_STATE_BYTES} are allowed`);
  } catch (error) {
    if (error instanceof ValuesMissing) throw error;
    return faulty(pattern, error instanceof Error ? error.message : String(error));
  }
}

function faulty({ name, version }: View<Pick<Pattern, 'name' | 'version'>>, what: string): Reaction {
  const message = `the pattern ${name} ${version} is broken: ${what}`;
  return {
    reason: message,
    moves: [{ move: 'fail', error: { code: 'pattern_broken', message, retry: 'never' } }],
  };
}

function whatIsWrong({ setup, turns }: PatternView, { moves = [] }: Reaction): string | undefined {
  for (const move of moves) {
    if (move.move === 'turn' && !setup.team.byName.has(move.to))
      return `it gives a turn to ${move.to}, who is not of the team`;
    const unknown = namedIn(move).find((turn) => !(turn >= 1 && turn <= turns));
    if (unknown !== undefined) return `it speaks of the turn ${unknown}, and there are ${turns}`;
  }
  return undefined;
}

/** At the most what was before and the change; counted anew where that would be too much. O(change), now and then O(state). */
function sizeAfter(own: View<JsonObject>, bytes: number, change: JsonObject): number {
  const most = bytes + JSON.stringify(change).length;
  if (most <= MAX_PATTERN_STATE_BYTES) return most;
  const after = copyOf(own);
  mergePatch(after, change);
  return JSON.stringify(after).length;
}

type Last = Extract<Move, { readonly move: 'finish' | 'finish_with' | 'fail' }>;

function isLast(move: Move): move is Last {
  return move.move === 'finish' || move.move === 'finish_with' || move.move === 'fail';
}

function triggerOf(
  state: State,
  task: View<Task>,
  view: PatternView,
  pending: View<PendingTrigger>,
): PatternTrigger {
  switch (pending.kind) {
    case 'completed': {
      const { turn: n, asks = [] } = pending;
      const told = valueOf(asks, state.values) as unknown as readonly Ask[];
      return { kind: 'completed', turn: turnOf(state, task, n), output: view.output(n), asks: told };
    }
    case 'failed': {
      const { status } = nth(task.items, pending.turn);
      const error = status.kind === 'failed' ? status.error : CANCELLED;
      return { kind: 'failed', turn: turnOf(state, task, pending.turn), error };
    }
    default:
      return pending;
  }
}

const CANCELLED: TaskError = { code: 'turn_cancelled', message: 'the turn was cancelled' };

function reactedTo(
  state: State,
  task: View<Task>,
  pending: View<PendingTrigger>,
  { reason, change, bytes, facts, mark, progress }: Reaction & { readonly bytes?: number },
  moves: readonly Move[],
  now: Instant,
): PatternReacted {
  const taken = moves.filter(isTaken);
  const stopped = moves.flatMap((move) => (move.move === 'stop_turn' ? [move.turn] : []));
  const timers = moves.flatMap((move): [string, Instant | null][] => {
    if (move.move === 'set_timer') return [[move.name, now + move.afterMs]];
    return move.move === 'clear_timer' ? [[move.name, null]] : [];
  });
  return {
    type: 'pattern.reacted',
    ...atTask(state, task),
    to: pending.kind,
    ...('turn' in pending ? { turn: pending.turn } : {}),
    reason,
    ...(change === undefined ? {} : { change }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(taken.length === 0
      ? {}
      : { turns: taken.map((move) => toTake(task, move)), inputs: taken.map(inputFor) }),
    ...(stopped.length === 0 ? {} : { stopped }),
    ...(timers.length === 0 ? {} : { timers: Object.fromEntries(timers) }),
    ...(facts === undefined || facts.length === 0 ? {} : { facts }),
    ...(mark === undefined ? {} : { mark }),
    ...(progress === false ? { idles: true as const } : {}),
  };
}

/** Which limit is reached with what the pattern wants; undefined where it may go on. */
function whyOver(
  state: State,
  task: View<Task>,
  view: PatternView,
  { moves = [], facts = [], mark, progress }: Reaction,
  pending: View<PendingTrigger>,
  now: Instant,
): Reached | undefined {
  if (moves.some(isLast)) return undefined;
  const why = whyStopped(
    state,
    task,
    view,
    now,
    { facts, ...(progress === undefined ? {} : { progress }) },
    pending,
  );
  if (why !== undefined) return { limit: 'stop', words: why };
  const { limits } = planTeam(state, task.index);
  const { figures, marks, stalled, since } = runOf(task);
  if (pending.kind === 'idle' && moves.length === 0)
    return { limit: 'stall', words: 'nobody is at work, and the pattern does not go on' };
  const turns = task.items.length - 1 + moves.filter(isTaken).length;
  return reached(
    limits,
    {
      turns,
      handOffs: figures.handOffs + facts.filter(({ fact }) => fact === 'handed_off').length,
      marks: mark === undefined ? marks : [...marks, mark],
      stalled: progress === false ? stalled + 1 : 0,
      since,
    },
    now,
  );
}

/** What there is to show is the result, unless the document wants a failure. */
function limited(
  state: State,
  task: View<Task>,
  view: PatternView,
  { limit, words }: Reached,
): readonly ExecutionEvent[] {
  const { limits, pattern } = planTeam(state, task.index);
  const stopReason =
    limit === 'stop' ? `it was to stop at ${words}` : `limit of the pattern ${pattern.name}: ${words}`;
  if (limits.onLimit === 'fail')
    return ended(state, task, view, { move: 'fail', error: { code: 'pattern_limit', message: stopReason } });
  return ended(state, task, view, { move: 'finish', output: partial(view), stopReason });
}

/** What it may spend is spent: it ends with what there is to show. */
export function spentUp(
  state: State,
  task: View<Task>,
  stopReason: string,
  now: Instant,
): readonly ExecutionEvent[] {
  const view = viewOfTeam(state, task, now);
  return ended(state, task, view, { move: 'finish', output: partial(view), stopReason });
}

/** What the last completed turn gave. */
function partial(view: PatternView): Json {
  for (let n = view.turns; n > 0; n--) if (view.turn(n).status === 'completed') return view.output(n);
  return null;
}

/** The lead has its output or its error, and everything else of the team is given up. */
function ended(state: State, task: View<Task>, view: PatternView, last: Last): readonly ExecutionEvent[] {
  const lead = nth(task.items, 0);
  const at = attemptOf(state, lead);
  const finished = { type: 'pattern.finished', ...atTask(state, task), turns: view.turns } as const;
  if (last.move === 'fail')
    return [{ ...finished, stopReason: last.error.message }, ...failsForGood(state, at, last.error)];
  const output = last.move === 'finish' ? last.output : view.output(last.turn);
  const why = last.stopReason === undefined ? {} : { stopReason: last.stopReason };
  const error = misfit(state, lead, output);
  if (error !== undefined) return [{ ...finished, ...why }, ...failsForGood(state, at, error)];
  return [
    { ...finished, ...why },
    { type: 'task.completed', ...at, output },
  ];
}

/** A time that the pattern has set has come, or the time it may take is over. */
export function teamDue(state: State, { task: id, name }: Timer, now: Instant): Decision<ExecutionEvent> {
  const task = state.tasks[state.plan.taskIndex.get(id ?? '') ?? -1];
  const run = task?.team;
  // Its times are off once it is over; one of them may have come before it was.
  if (task === undefined || run === undefined || !goesOn(state) || !isAtWork(task)) return NO_EVENTS;
  if (name === undefined) {
    const { limits } = planTeam(state, task.index);
    const words = `${limits.wallTimeMs / 1_000} s`;
    return now < run.since + limits.wallTimeMs
      ? NO_EVENTS
      : accept(limited(state, task, viewOfTeam(state, task, now), { limit: 'wallTimeMs', words }));
  }
  if (name.startsWith(STOPS)) {
    const view = viewOfTeam(state, task, now);
    const words = whyStopped(state, task, view, now);
    return words === undefined ? NO_EVENTS : accept(limited(state, task, view, { limit: 'stop', words }));
  }
  const due = run.timers.get(name);
  if (due === undefined || now < due) return NO_EVENTS;
  return accept([{ type: 'pattern.timer_due', ...atTask(state, task), name }]);
}

function atTask(
  { plan }: State,
  { index, activation }: View<Task>,
): { readonly task: string; readonly activation?: number } {
  const { id } = nth(plan.tasks, index);
  return activation === 1 ? { task: id } : { task: id, activation };
}
