/** What happens to a team at work: its turns are laid out, taken and over, and its pattern has something to react to. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { countFacts, newFigures } from '../../../patterns/figures.ts';
import { MAX_MARKS } from '../../../patterns/limits.ts';
import { copyOf, mergePatch } from '../../../patterns/merge-patch.ts';
import { OPENING } from '../../../patterns/pattern.ts';
import { seatsFor } from '../../../plan/seats-for.ts';
import type { Instant } from '../../../ports/clock.ts';
import { makeReady, takeReady } from '../seating.ts';
import { type ExecutionState, type Item, isOver, newItem, type Spawned, type Task } from '../state.ts';
import type {
  PatternFinished,
  PatternReacted,
  PatternStarted,
  TeamEvent,
  TeamRun,
  TurnToTake,
} from '../team.ts';
import { calledAs, openerOf, planTeam, teamTimer, teamTimes } from '../team-view.ts';
import { leaveBreaker } from './claims.ts';
import { count, release, stop, withdraw } from './items.ts';
import { spend } from './spending.ts';
import { abandonItem, taskOf } from './tasks.ts';
import { asked, teamOf, tell } from './team-run.ts';

type Of<Type extends TeamEvent['type']> = Extract<TeamEvent, { readonly type: Type }>;

export function started(state: ExecutionState, event: PatternStarted, at: Instant): void {
  const task = taskOf(state, event.task);
  const lead = nth(task.items, 0);
  const { pattern } = planTeam(state, task.index);
  assert(
    pattern.name === event.pattern && pattern.version === event.version,
    `${event.task} is at work by the pattern ${event.pattern} ${event.version}, and here is ${pattern.name} ${pattern.version}; give it back under that name and version until its runs have ended, and the new one another`,
  );
  task.team = {
    pattern,
    generation: 1,
    since: at,
    state: copyOf(event.state),
    bytes: 0,
    open: 0,
    figures: newFigures(),
    votes: new Map(),
    handedTo: new Set(),
    last: 0,
    marks: [],
    stalled: 0,
    timers: new Map(),
    pending: [],
  };
  if (event.opening === true) {
    release(state, event, at);
    // The agent has answered; what else its task holds the team holds until the end.
    leaveBreaker(state, lead, 'completed');
    task.team.figures.busyMs += at - (lead.startedAt as Instant);
    task.team.figures.turns += 1;
    task.team.last = 1;
    count(state, event.usage);
    if (event.usage !== undefined) spend(state, lead, event.usage);
    firstTurn(state, task, lead, event, at);
  } else {
    takeReady(state, lead);
    lead.attempt = 1;
    lead.startedAt = at;
    tell(state, task, { kind: 'started' });
  }
  lead.status = { kind: 'waiting', on: { kind: 'team' }, since: at };
  state.waiting.add(lead);
  for (const { timer, at: due } of teamTimes(state, task))
    state.effects.push({ kind: 'arm', timer, at: due });
}

/** What the task's own agent did and gave is the first turn. */
function firstTurn(state: ExecutionState, task: Task, lead: Item, event: PatternStarted, at: Instant): void {
  const turn = turnItem(state, task, { to: openerOf(state, lead), purpose: OPENING, takesTaskInput: true });
  const { attempt, seat, startedAt } = lead;
  Object.assign(turn, { attempt, seat, startedAt });
  turn.status = { kind: 'completed', at, output: event.output as Json, ...asked(event.asks) };
  task.items.push(turn);
  tell(state, task, { kind: 'completed', turn: 1, ...asked(event.asks) });
}

/** O(turns that follow). */
export function reacted(state: ExecutionState, event: PatternReacted, at: Instant): void {
  const task = taskOf(state, event.task);
  const run = teamOf(task);
  if (event.change !== undefined) mergePatch(run.state, event.change);
  run.bytes = event.bytes ?? run.bytes;
  if (event.mark !== undefined) run.marks.push(event.mark);
  if (run.marks.length > MAX_MARKS) run.marks.shift();
  run.stalled = event.idles === true ? run.stalled + 1 : 0;
  if (event.facts !== undefined) tellFacts(state, task, run, event.facts);
  for (const turn of event.stopped ?? []) stop(state, nth(task.items, turn), event.reason, at);
  // Not before: a turn that has not begun is over at once, and the task is told of it where it stands already.
  run.pending.shift();
  setTimers(state, task, run, event.timers ?? {});
  lay(state, task, run, event, at);
  if (run.pending.length > 0) return;
  if (run.open === 0 && run.timers.size === 0) run.pending.push({ kind: 'idle' });
  else state.reacting.remove(task);
}

/** O(facts). */
function tellFacts(
  state: ExecutionState,
  task: Task,
  run: TeamRun,
  facts: NonNullable<PatternReacted['facts']>,
): void {
  countFacts(run.figures, facts);
  const { byName } = planTeam(state, task.index).setup.team;
  for (const fact of facts) {
    if (fact.fact === 'voted') run.votes.set(fact.by, fact.choice);
    if (fact.fact === 'handed_off') for (const to of calledAs(byName, fact.to)) run.handedTo.add(to);
  }
}

function lay(state: ExecutionState, task: Task, run: TeamRun, event: PatternReacted, at: Instant): void {
  const { turns = [], inputs = [] } = event;
  if (turns.length === 0) return;
  task.added ??= [];
  task.added.push({ from: task.items.length, input: inputs });
  for (const turn of turns) {
    const item = turnItem(state, task, turn);
    task.items.push(item);
    task.openItems += 1;
    run.open += 1;
    makeReady(state, item, at);
  }
}

/** Whoever it is given to: the group's own queue, or one seat; of a person, where no seat is needed. */
function turnItem(state: ExecutionState, task: Task, turn: TurnToTake): Item {
  const item = newItem(task.index, task.items.length);
  const { person } = turn;
  // A person has all the time there is, unless it was said otherwise.
  const { definition } = nth(state.plan.tasks, task.index);
  const { timeoutMs = person === undefined ? definition.timeoutMs : undefined } = turn;
  const spawned: Spawned = {
    id: `turn-${item.index}`,
    ...(person === undefined ? { agent: turn.to } : {}),
    turn,
    pool: poolFor(state, turn),
    depth: 1,
    dependsOn: [],
    dependents: [],
    waiting: 0,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  item.spawned = spawned;
  if (spawned.pool === undefined) item.reassigned = turn.to;
  return item;
}

function poolFor({ plan }: ExecutionState, { to, person }: TurnToTake): number | undefined {
  return person === undefined ? seatsFor(plan, { agent: to })?.pool : plan.seatless;
}

function setTimers(
  state: ExecutionState,
  task: Task,
  { timers }: TeamRun,
  set: NonNullable<PatternReacted['timers']>,
): void {
  for (const [name, due] of Object.entries(set)) {
    const timer = teamTimer(state, task, name);
    if (due === null) {
      if (timers.delete(name)) state.effects.push({ kind: 'disarm', timer });
      continue;
    }
    timers.set(name, due);
    state.effects.push({ kind: 'arm', timer, at: due });
  }
}

export function timerDue(state: ExecutionState, { task: id, name }: Of<'pattern.timer_due'>): void {
  const task = taskOf(state, id);
  teamOf(task).timers.delete(name);
  tell(state, task, { kind: 'timer', name });
}

/** What of the team is at work is given up; the end of its lead is the next event. */
export function finished(state: ExecutionState, event: PatternFinished, at: Instant): void {
  const task = taskOf(state, event.task);
  if (event.stopReason !== undefined) task.stopReason = event.stopReason;
  for (const item of task.items.slice(1)) {
    if (isOver(item.status)) continue;
    withdraw(state, item, 'the result is final', at);
    abandonItem(state, item);
  }
}
