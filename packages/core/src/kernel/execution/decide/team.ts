/** What a pattern says when it is asked, as events. The only place where a pattern is asked anything. */
import { checkJson, type Json, type JsonObject, jsonProblemWords } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { type Ask, MESSAGE } from '../../../patterns/asks.ts';
import { type Reached, reached } from '../../../patterns/limits.ts';
import { copyOf, mergePatch } from '../../../patterns/merge-patch.ts';
import {
  MAX_PATTERN_CHANGE_BYTES,
  MAX_PATTERN_DEPTH,
  MAX_PATTERN_STATE_BYTES,
  type Move,
  type Pattern,
  type PatternTrigger,
  type PatternView,
  type Reaction,
  SUMMARY,
} from '../../../patterns/pattern.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { listing } from '../../../text.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import { ValuesMissing, valueOf } from '../../values.ts';
import type { ExecutionEvent } from '../events.ts';
import { attemptOf, goesOn, placeOf } from '../lookup.ts';
import type { ExecutionState, Item, Task } from '../state.ts';
import type { PatternReacted, PatternStarted, PendingTrigger, TeamRun } from '../team.ts';
import {
  atTeam,
  isLed,
  isOwn,
  numberOf,
  openingView,
  outerOf,
  planLed,
  planTeam,
  runAt,
  runOf,
  STOPS,
  scopeOf,
  turnOf,
  viewOfTeam,
} from '../team-view.ts';
import { itemFails } from './failure.ts';
import { misfit } from './misfit.ts';
import { whyNoSummary, withSummary } from './summary.ts';
import { whyStopped } from './team-stop.ts';
import { ruledOut } from './team-switch.ts';
import { inputFor, isTaken, namedIn, toTake } from './turns.ts';

type State = View<ExecutionState>;

/** The task of a team is ready, or its own agent has asked for more than to give its answer. */
export function teamStarts(
  state: State,
  item: View<Item>,
  opening: Pick<PatternStarted, 'opening' | 'output' | 'asks' | 'usage'> = {},
): PatternStarted {
  const { pattern, setup } = planLed(state, item);
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
  if (item.spawned?.turn?.purpose === SUMMARY)
    return asks.length === 0 ? undefined : 'what a summariser gives is the summary, and it asks for nothing';
  const run = runAt(task, scopeOf(item));
  // Whoever works still for a pattern that has gone is asked for nothing but the answer.
  if (run !== undefined && item.spawned !== undefined && !isOwn(item, run)) return undefined;
  const planned = run?.plan ?? planTeam(state, item.task);
  const { pattern } = planned;
  const unknown = asks.find(({ kind }) => !pattern.asks.includes(kind));
  if (unknown !== undefined)
    return `it asks for ${unknown.kind}, and the pattern ${pattern.name} knows ${listing(pattern.asks)}`;
  const why = whyNotOutside(state, asks) ?? whyNoSummary(planned, asks);
  if (why !== undefined) return why;
  const view = run === undefined ? openingView(state, item, now) : viewOfTeam(state, run, now);
  return pattern.whyNot?.(view, { turn: view.turn(numberOf(item)), output, asks });
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
export function react(state: State, run: View<TeamRun>, now: Instant): readonly ExecutionEvent[] {
  const pending = nth(run.pending, 0);
  const view = viewOfTeam(state, run, now);
  const switched = ruledOut(state, run, view, pending, now);
  if (switched !== undefined) return [switched];
  const reaction = asked(state, run, view, pending);
  const over = whyOver(state, run, view, reaction, pending, now);
  const moves = over === undefined ? (reaction.moves ?? []) : [];
  const reacted = reactedTo(state, run, pending, reaction, moves, now);
  if (over !== undefined) return [reacted, ...limited(state, over.run, over, now)];
  const last = moves.find(isLast);
  return last === undefined ? [reacted] : [reacted, ...ended(state, run, view, last)];
}

/** What the pattern says; where that makes no sense, the task fails with it. A pattern is other people's code. */
function asked(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  pending: View<PendingTrigger>,
): Reaction & { readonly bytes?: number } {
  const { plan, bytes, state: own } = run;
  const { pattern } = plan;
  try {
    const reaction = reactionOf(state, run, view, pending);
    const wrong = whatIsWrong(view, reaction);
    if (wrong !== undefined) return faulty(pattern, wrong);
    if (reaction.change === undefined) return reaction;
    // A log would give back another value than what is no JSON; bytes are counted exactly, below.
    const problem = checkJson(reaction.change, { maxBytes: Infinity, maxDepth: MAX_PATTERN_DEPTH });
    if (problem !== undefined) return faulty(pattern, jsonProblemWords('its change', problem));
    const changed = JSON.stringify(reaction.change).length;
    if (changed > MAX_PATTERN_CHANGE_BYTES)
      return faulty(
        pattern,
        `it would change ${changed} bytes at once, and ${MAX_PATTERN_CHANGE_BYTES} are allowed`,
      );
    const size = sizeAfter(own, bytes + changed, reaction.change);
    if (size <= MAX_PATTERN_STATE_BYTES) return { ...reaction, bytes: size };
    return faulty(pattern, `its state would have ${size} bytes, and ${MAX_PATTERN_STATE_BYTES} are allowed`);
  } catch (error) {
    if (error instanceof ValuesMissing) throw error;
    return faulty(pattern, error instanceof Error ? error.message : String(error));
  }
}

/** Of a turn that a pattern before it gave it is not told: what came of that is handed over with its next turns. */
function reactionOf(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  pending: View<PendingTrigger>,
): Reaction {
  if (pending.kind !== 'late') return run.plan.pattern.react(view, triggerOf(state, run, view, pending));
  const { to } = turnOf(state, nth(nth(state.tasks, run.task).items, pending.turn));
  return { reason: `${to} has ended a turn of the pattern before` };
}

function faulty({ name, version }: View<Pick<Pattern, 'name' | 'version'>>, what: string): Reaction {
  const message = `the pattern ${name} ${version} is broken: ${what}`;
  return {
    reason: message,
    moves: [{ move: 'fail', error: { code: 'pattern_broken', message, retry: 'never' } }],
  };
}

/** Complete: a move that is not here does not compile. */
const MOVES: Readonly<Record<Move['move'], true>> = {
  turn: true,
  stop_turn: true,
  ask_person: true,
  listen: true,
  set_timer: true,
  clear_timer: true,
  finish: true,
  finish_with: true,
  fail: true,
};

function whatIsWrong({ setup, turns }: PatternView, { moves = [] }: Reaction): string | undefined {
  for (const move of moves) {
    if (!Object.hasOwn(MOVES, move.move)) return `there is no move ${move.move}`;
    if (move.move === 'turn' && !setup.team.byName.has(move.to))
      return `it gives a turn to ${move.to}, who is not of the team`;
    const unknown = namedIn(move).find((turn) => !(turn >= 1 && turn <= turns));
    if (unknown !== undefined) return `it speaks of the turn ${unknown}, and there are ${turns}`;
  }
  return undefined;
}

/** At the most what was before and the change; counted anew where that would be too much: now and then O(state). */
function sizeAfter(own: View<JsonObject>, most: number, change: JsonObject): number {
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
  { task }: View<TeamRun>,
  view: PatternView,
  pending: Exclude<View<PendingTrigger>, { readonly kind: 'late' }>,
): PatternTrigger {
  switch (pending.kind) {
    case 'completed': {
      const turn = turnOf(state, nth(nth(state.tasks, task).items, pending.turn));
      const told = valueOf(pending.asks ?? [], state.values) as unknown as readonly Ask[];
      return { kind: 'completed', turn, output: view.output(turn.n), asks: told };
    }
    case 'failed': {
      const item = nth(nth(state.tasks, task).items, pending.turn);
      const error = item.status.kind === 'failed' ? item.status.error : CANCELLED;
      return { kind: 'failed', turn: turnOf(state, item), error };
    }
    default:
      return pending;
  }
}

const CANCELLED: TaskError = { code: 'turn_cancelled', message: 'the turn was cancelled' };

function reactedTo(
  state: State,
  run: View<TeamRun>,
  pending: View<PendingTrigger>,
  { reason, change, bytes, facts, mark, progress }: Reaction & { readonly bytes?: number },
  moves: readonly Move[],
  now: Instant,
): PatternReacted {
  const taken = moves.filter(isTaken);
  const turns = withSummary(
    nth(state.tasks, run.task),
    run,
    taken.map((move) => toTake(state, run, move)),
  );
  const inputs = turns.map((_, n): Json => (taken[n] === undefined ? null : inputFor(taken[n])));
  const stopped = moves.flatMap((move) => (move.move === 'stop_turn' ? [nth(run.places, move.turn)] : []));
  const timers = moves.flatMap((move): [string, Instant | null][] => {
    if (move.move === 'set_timer') return [[move.name, now + move.afterMs]];
    return move.move === 'clear_timer' ? [[move.name, null]] : [];
  });
  return {
    type: 'pattern.reacted',
    ...atTeam(state, run),
    to: pending.kind,
    ...('turn' in pending ? { turn: pending.turn } : {}),
    reason,
    ...(change === undefined ? {} : { change }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(taken.length === 0 ? {} : { turns, inputs }),
    ...(stopped.length === 0 ? {} : { stopped }),
    ...(timers.length === 0 ? {} : { timers: Object.fromEntries(timers) }),
    ...(facts === undefined || facts.length === 0 ? {} : { facts }),
    ...(mark === undefined ? {} : { mark }),
    ...(progress === false ? { idles: true as const } : {}),
  };
}

interface Over extends Reached {
  /** Whose limit it is. */
  readonly run: View<TeamRun>;
}

/** Which limit is reached with what the pattern wants; undefined where it may go on. O(depth). */
function whyOver(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  { moves = [], facts = [], mark, progress }: Reaction,
  pending: View<PendingTrigger>,
  now: Instant,
): Over | undefined {
  if (moves.some(isLast)) return undefined;
  const why = whyStopped(
    state,
    run,
    view,
    now,
    { facts, ...(progress === undefined ? {} : { progress }) },
    pending,
  );
  if (why !== undefined) return { run, limit: 'stop', words: why };
  const { figures, marks, stalled, since } = run;
  if (pending.kind === 'idle' && !moves.some(leadsOn))
    return { run, limit: 'stall', words: 'nobody is at work, and the pattern does not go on' };
  const more = moves.filter(isTaken).length;
  const outer = more === 0 ? undefined : outerOver(state, run, more);
  if (outer !== undefined) return outer;
  const own = reached(
    run.plan.limits,
    {
      turns: run.laid + more,
      handOffs: figures.handOffs + facts.filter(({ fact }) => fact === 'handed_off').length,
      marks: mark === undefined ? marks : [...marks, mark],
      stalled: progress === false ? stalled + 1 : 0,
      since,
    },
    now,
  );
  return own && { ...own, run };
}

/** Nobody is at work: of anything else it would be asked the same again at once, for ever. */
function leadsOn(move: Move): boolean {
  return isTaken(move) || move.move === 'set_timer';
}

/** Of the teams it stands in, the outermost that would have too many turns: those of its members count, too. */
function outerOver(state: State, run: View<TeamRun>, more: number): Over | undefined {
  let over: Over | undefined;
  for (let outer = outerOf(state, run); outer !== undefined; outer = outerOf(state, outer)) {
    const { turns } = outer.plan.limits;
    if (outer.laid + more > turns) over = { run: outer, limit: 'turns', words: `${turns} turns` };
  }
  return over;
}

/** What there is to show is the result, unless the document wants a failure. */
function limited(
  state: State,
  run: View<TeamRun>,
  { limit, words }: Reached,
  now: Instant,
): readonly ExecutionEvent[] {
  const { limits, pattern } = run.plan;
  const stopReason =
    limit === 'stop' ? `it was to stop at ${words}` : `limit of the pattern ${pattern.name}: ${words}`;
  const view = viewOfTeam(state, run, now);
  if (limits.onLimit === 'fail')
    return ended(state, run, view, { move: 'fail', error: { code: 'pattern_limit', message: stopReason } });
  return ended(state, run, view, { move: 'finish', output: partial(view), stopReason });
}

/** What it may spend is spent: it ends with what there is to show. */
export function spentUp(
  state: State,
  task: View<Task>,
  stopReason: string,
  now: Instant,
): readonly ExecutionEvent[] {
  const run = runOf(task);
  const view = viewOfTeam(state, run, now);
  return ended(state, run, view, { move: 'finish', output: partial(view), stopReason });
}

/** What the last completed turn gave. */
function partial(view: PatternView): Json {
  for (let n = view.turns; n > 0; n--) if (view.turn(n).status === 'completed') return view.output(n);
  return null;
}

/** The lead has its output or its error, and everything else of the team is given up. */
function ended(state: State, run: View<TeamRun>, view: PatternView, last: Last): readonly ExecutionEvent[] {
  const lead = nth(nth(state.tasks, run.task).items, run.scope);
  const at = attemptOf(state, lead);
  const finished = { type: 'pattern.finished', ...atTeam(state, run), turns: run.laid } as const;
  if (last.move === 'fail')
    return [{ ...finished, stopReason: last.error.message }, ...itemFails(state, lead, last.error)];
  const output = last.move === 'finish' ? last.output : view.output(last.turn);
  const why = last.stopReason === undefined ? {} : { stopReason: last.stopReason };
  const error = misfit(state, lead, output);
  if (error !== undefined) return [{ ...finished, ...why }, ...itemFails(state, lead, error)];
  return [
    { ...finished, ...why },
    { type: 'task.completed', ...at, output },
  ];
}

/** A time that the pattern has set has come, or the time it may take is over. */
export function teamDue(
  state: State,
  { task: id, item = 0, name }: Timer,
  now: Instant,
): Decision<ExecutionEvent> {
  const task = state.tasks[state.plan.taskIndex.get(id ?? '') ?? -1];
  const run = task && runAt(task, item);
  // Its times are off once it is over; one of them may have come before it was.
  if (run === undefined || !goesOn(state) || !isLed(state, run)) return NO_EVENTS;
  if (name === undefined) {
    const { limits } = run.plan;
    const words = `${limits.wallTimeMs / 1_000} s`;
    return now < run.since + limits.wallTimeMs
      ? NO_EVENTS
      : accept(limited(state, run, { limit: 'wallTimeMs', words }, now));
  }
  if (name.startsWith(STOPS)) {
    const words = whyStopped(state, run, viewOfTeam(state, run, now), now);
    return words === undefined ? NO_EVENTS : accept(limited(state, run, { limit: 'stop', words }, now));
  }
  const due = run.timers.get(name);
  if (due === undefined || now < due) return NO_EVENTS;
  return accept([{ type: 'pattern.timer_due', ...atTeam(state, run), name }]);
}
