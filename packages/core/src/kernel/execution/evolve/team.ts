/** What happens to a team at work: its turns are laid out, taken and over, and its pattern has something to react to. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { countFacts, newFigures } from '../../../patterns/figures.ts';
import { MAX_MARKS } from '../../../patterns/limits.ts';
import { copyOf, mergePatch } from '../../../patterns/merge-patch.ts';
import { OPENING } from '../../../patterns/pattern.ts';
import { seatsFor } from '../../../plan/seats-for.ts';
import type { SwitchedBy } from '../../../plan/team.ts';
import type { Instant } from '../../../ports/clock.ts';
import { makeReady, takeReady } from '../seating.ts';
import { type ExecutionState, type Item, newItem, type Spawned, type Task } from '../state.ts';
import {
  MAX_UNSEEN,
  type PatternFinished,
  type PatternReacted,
  type PatternStarted,
  type PatternSwitched,
  type TeamEvent,
  type TeamRun,
  type TurnToTake,
} from '../team.ts';
import { calledAs, openerOf, outerOf, planLed, teamTimer, teamTimes } from '../team-view.ts';
import { leaveBreaker } from './claims.ts';
import { count, giveUp, release, stop } from './items.ts';
import { spend } from './spending.ts';
import { taskOf } from './tasks.ts';
import { asked, beneath, disarmTeam, isIdle, isResult, leave, teamOf, tell } from './team-run.ts';

type Of<Type extends TeamEvent['type']> = Extract<TeamEvent, { readonly type: Type }>;

export function started(state: ExecutionState, event: PatternStarted, at: Instant): void {
  const task = taskOf(state, event.task);
  const { item: scope = 0 } = event;
  const lead = nth(task.items, scope);
  const plan = planLed(state, lead);
  const { pattern } = plan;
  assert(
    pattern.name === event.pattern && pattern.version === event.version,
    `${event.task} is at work by the pattern ${event.pattern} ${event.version}, and here is ${pattern.name} ${pattern.version}; give it back under that name and version until its runs have ended, and the new one another`,
  );
  const run: TeamRun = {
    plan,
    task: task.index,
    scope,
    generation: 1,
    since: at,
    state: copyOf(event.state),
    bytes: 0,
    open: 0,
    places: [scope],
    laid: 0,
    figures: newFigures(),
    votes: new Map(),
    handedTo: new Set(),
    last: 0,
    marks: [],
    stalled: 0,
    timers: new Map(),
    pending: [],
  };
  if (scope === 0) task.team = run;
  else lead.team = run;
  if (event.opening === true) {
    release(state, event, at);
    // The agent has answered; what else its task holds the team holds until the end.
    leaveBreaker(state, lead, 'completed');
    run.figures.busyMs += at - (lead.startedAt as Instant);
    run.figures.turns += 1;
    run.last = 1;
    count(state, event.usage);
    if (event.usage !== undefined) spend(state, lead, event.usage);
    firstTurn(state, task, lead, event, at);
  } else {
    takeReady(state, lead);
    lead.attempt = 1;
    lead.startedAt = at;
    tell(state, run, { kind: 'started' });
  }
  lead.status = { kind: 'waiting', on: { kind: 'team' }, since: at };
  state.waiting.add(lead);
  for (const { timer, at: due } of teamTimes(state, run)) state.effects.push({ kind: 'arm', timer, at: due });
}

/** What the task's own agent did and gave is the first turn. */
function firstTurn(state: ExecutionState, task: Task, lead: Item, event: PatternStarted, at: Instant): void {
  const run = teamOf(task);
  const to = openerOf(state, lead);
  const turn = layTurn(state, task, run, { to, purpose: OPENING, takesTaskInput: true });
  const { attempt, seat, startedAt } = lead;
  Object.assign(turn, { attempt, seat, startedAt });
  turn.status = { kind: 'completed', at, output: event.output as Json, ...asked(event.asks) };
  tell(state, run, { kind: 'completed', turn: 1, ...asked(event.asks) });
}

/** O(turns that follow). */
export function reacted(state: ExecutionState, event: PatternReacted, at: Instant): void {
  const task = taskOf(state, event.task);
  const run = teamOf(task, event.item);
  if (event.change !== undefined) mergePatch(run.state, event.change);
  run.bytes = event.bytes ?? run.bytes;
  if (event.mark !== undefined) run.marks.push(event.mark);
  if (run.marks.length > MAX_MARKS) run.marks.shift();
  run.stalled = event.idles === true ? run.stalled + 1 : 0;
  if (event.facts !== undefined) tellFacts(run, event.facts);
  for (const turn of event.stopped ?? []) stop(state, nth(task.items, turn), event.reason, at);
  // Not before: a turn that has not begun is over at once, and the task is told of it where it stands already.
  run.pending.shift();
  setTimers(state, run, event.timers ?? {});
  lay(state, task, run, event, at);
  // Whoever has a turn now was handed what there was.
  if (run.heritage !== undefined && event.turns?.some(({ person }) => person === undefined) === true)
    run.heritage.unseen = [];
  if (run.pending.length > 0) return;
  if (isIdle(run)) run.pending.push({ kind: 'idle' });
  else state.reacting.remove(run);
}

/** O(facts). */
function tellFacts(run: TeamRun, facts: NonNullable<PatternReacted['facts']>): void {
  countFacts(run.figures, facts);
  const { byName } = run.plan.setup.team;
  for (const fact of facts) {
    if (fact.fact === 'voted') run.votes.set(fact.by, fact.choice);
    if (fact.fact === 'handed_off') for (const to of calledAs(byName, fact.to)) run.handedTo.add(to);
  }
}

function lay(state: ExecutionState, task: Task, run: TeamRun, event: PatternReacted, at: Instant): void {
  const { turns = [], inputs = [] } = event;
  if (turns.length === 0) return;
  task.added ??= [];
  const from = task.items.length;
  task.added.push({ from, input: inputs });
  for (const turn of turns) {
    const item = layTurn(state, task, run, turn);
    task.openItems += 1;
    run.open += 1;
    if (turn.after === undefined) makeReady(state, item, at);
    else item.status = { kind: 'blocked', since: at };
  }
  for (const n of turns.keys()) follow(task, from + n);
}

/** It begins when the other one is over, which was laid behind it. */
function follow(task: Task, place: number): void {
  const spawned = nth(task.items, place).spawned as Spawned;
  const { after } = spawned.turn as TurnToTake;
  if (after === undefined) return;
  spawned.waiting = 1;
  nth(task.items, after).spawned?.dependents.push(place);
}

/** Whoever it is given to: the group's own queue, or one seat; of a person or a team, where no seat is needed. O(depth). */
function layTurn(state: ExecutionState, task: Task, run: TeamRun, turn: TurnToTake): Item {
  const place = task.items.length;
  const item = newItem(task.index, place);
  const n = run.places.length;
  // A person and a team have all the time there is, unless it was said otherwise.
  const { definition } = nth(state.plan.tasks, task.index);
  const needsSeat = turn.person === undefined && turn.team !== true;
  const { timeoutMs = needsSeat ? definition.timeoutMs : undefined } = turn;
  const spawned: Spawned = {
    id: `turn-${place}`,
    ...(needsSeat ? { agent: turn.to } : {}),
    turn,
    ...(run.scope === 0 ? {} : { scope: run.scope }),
    ...(n === place ? {} : { n }),
    ...(run.generation === 1 ? {} : { generation: run.generation }),
    pool: poolFor(state, turn),
    depth: 1,
    dependsOn: turn.after === undefined ? [] : [turn.after],
    dependents: [],
    waiting: 0,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  item.spawned = spawned;
  if (spawned.pool === undefined) item.reassigned = turn.to;
  task.items.push(item);
  run.places.push(place);
  for (
    let one: TeamRun | undefined = run;
    one !== undefined;
    one = outerOf(state, one) as TeamRun | undefined
  )
    one.laid += 1;
  return item;
}

function poolFor({ plan }: ExecutionState, { to, person, team }: TurnToTake): number | undefined {
  return person === undefined && team === undefined ? seatsFor(plan, { agent: to })?.pool : plan.seatless;
}

function setTimers(state: ExecutionState, run: TeamRun, set: NonNullable<PatternReacted['timers']>): void {
  for (const [name, due] of Object.entries(set)) {
    const timer = teamTimer(state, run, name);
    if (due === null) {
      if (run.timers.delete(name)) state.effects.push({ kind: 'disarm', timer });
      continue;
    }
    run.timers.set(name, due);
    state.effects.push({ kind: 'arm', timer, at: due });
  }
}

/** O(turns). */
export function switched(state: ExecutionState, event: PatternSwitched, at: Instant): void {
  const task = taskOf(state, event.task);
  const before = teamOf(task, event.item);
  const { rule, options = {}, reason, from } = event;
  const by: SwitchedBy = rule === undefined ? { options } : { rule };
  const plan = state.plan.teams.found(before.plan, event.to, by);
  assert(
    typeof plan !== 'string' && plan.pattern.name === event.to && plan.pattern.version === event.version,
    `${event.task} goes on by the pattern ${event.to} ${event.version}, which is not here any more; give it back until its runs have ended`,
  );
  disarmTeam(state, before);
  leave(state, before);
  const { rules = [], open = 0, unseen = [] } = before.heritage ?? {};
  const gave = before.places.slice(1).filter((place) => isResult(nth(task.items, place)));
  const run: TeamRun = {
    ...before,
    plan,
    generation: event.generation,
    state: copyOf(event.state),
    bytes: 0,
    open: 0,
    places: [before.scope],
    votes: new Map(),
    handedTo: new Set(),
    last: 0,
    marks: [],
    stalled: 0,
    timers: new Map(),
    pending: [],
    heritage: {
      from,
      reason,
      by,
      rules: rule === undefined ? rules : [...rules, rule],
      open: open + before.open,
      unseen: [...unseen, ...gave].slice(-MAX_UNSEEN),
    },
  };
  if (before.scope === 0) task.team = run;
  else nth(task.items, before.scope).team = run;
  tell(state, run, { kind: 'adopted', from });
  for (const { timer, at: due } of teamTimes(state, run))
    state.effects.push({ kind: 'arm', timer, at: Math.max(at, due) });
}

export function timerDue(state: ExecutionState, { task, item, name }: Of<'pattern.timer_due'>): void {
  const run = teamOf(taskOf(state, task), item);
  run.timers.delete(name);
  tell(state, run, { kind: 'timer', name });
}

/** What of the team is at work is given up; the end of its lead is the next event. O(items of the task). */
export function finished(state: ExecutionState, event: PatternFinished, at: Instant): void {
  const task = taskOf(state, event.task);
  const { item: scope = 0, stopReason } = event;
  if (stopReason !== undefined) {
    if (scope === 0) task.stopReason = stopReason;
    else teamOf(task, scope).stopReason = stopReason;
  }
  for (const item of beneath(task, scope)) giveUp(state, item, 'the result is final', at);
}
