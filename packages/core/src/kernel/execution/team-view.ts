/** What a pattern sees of its run in an execution. */
import { assert } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { Ask } from '../../patterns/asks.ts';
import { OPENING, type PatternView, type Turn } from '../../patterns/pattern.ts';
import { timesOf } from '../../patterns/stopping.ts';
import type { Team } from '../../patterns/team.ts';
import type { PlanTeam } from '../../plan/team.ts';
import type { Instant } from '../../ports/clock.ts';
import type { Timer, View } from '../law.ts';
import { valueOf } from '../values.ts';
import { taskInput } from './input.ts';
import { seatId } from './lookup.ts';
import type { ExecutionState, Item, Task } from './state.ts';
import type { TeamRun } from './team.ts';

type State = View<ExecutionState>;

export function planTeam({ plan }: State, task: number): PlanTeam {
  const team = plan.teams.of(nth(plan.tasks, task).definition);
  assert(team !== undefined, 'only a task with a pattern has a team');
  return team;
}

export function runOf({ team }: View<Task>): View<TeamRun> {
  assert(team !== undefined, 'no team is at work on it');
  return team;
}

/** Whether its lead still waits for the result. */
export function isAtWork({ team, items }: View<Task>): boolean {
  const status = items[0]?.status;
  return team !== undefined && status?.kind === 'waiting' && status.on.kind === 'team';
}

/** Values are read when they are asked for. */
export function viewOfTeam(state: State, task: View<Task>, now: Instant): PatternView {
  const { setup, opener } = planTeam(state, task.index);
  const run = runOf(task);
  return {
    setup,
    state: run.state,
    now,
    turns: task.items.length - 1,
    open: run.open,
    opener,
    get input(): Json {
      return taskInput(state, task.index);
    },
    turn: (n) => turnOf(state, task, n),
    output: (n) => outputOf(state, nth(task.items, n)),
    asks: (n) => asksOf(state, nth(task.items, n)),
  };
}

/** Before there is a run: the task's own agent is at its first turn. */
export function openingView(state: State, item: View<Item>, now: Instant): PatternView {
  const { pattern, setup, opener } = planTeam(state, item.task);
  return {
    setup,
    state: pattern.initial(setup),
    now,
    turns: 1,
    open: 1,
    opener,
    get input(): Json {
      return taskInput(state, item.task);
    },
    turn: () => openingTurn(state, item),
    output: () => null,
    asks: () => [],
  };
}

function openingTurn(state: State, item: View<Item>): Turn {
  const to = openerOf(state, item);
  return { n: 1, to, seat: seatId(state, item.seat as number), purpose: OPENING, status: 'open' };
}

/** The group of whoever began the task, whether the document names it or what it must be able to do. */
export function openerOf({ plan }: State, { seat }: View<Item>): string {
  return nth(plan.groups, nth(plan.seats, seat as number).group).definition.name;
}

export function turnOf(state: State, task: View<Task>, n: number): Turn {
  const item = nth(task.items, n);
  const { spawned, seat, status } = item;
  assert(spawned?.turn !== undefined, 'this is the turn of nobody');
  const { to, purpose, person } = spawned.turn;
  return {
    n,
    to,
    seat: seat === undefined ? undefined : seatId(state, seat),
    purpose,
    status:
      status.kind === 'completed' || status.kind === 'failed' || status.kind === 'cancelled'
        ? status.kind
        : 'open',
    ...(person === undefined ? {} : { isPerson: true }),
  };
}

function outputOf(state: State, { status }: View<Item>): Json {
  return status.kind === 'completed' ? valueOf(status.output, state.values) : null;
}

function asksOf(state: State, { status }: View<Item>): readonly Ask[] {
  if (status.kind !== 'completed' || status.asks === undefined) return [];
  return valueOf(status.asks, state.values) as unknown as readonly Ask[];
}

/** A seat is of its group: whoever speaks of either means it. */
export function calledAs(byName: Team['byName'], name: string): readonly string[] {
  const group = byName.get(name)?.name;
  return group === undefined || group === name ? [name] : [name, group];
}

/** When it ends by itself: by its limit of time, and where a document says that a time may stop it. */
export function teamTimes(
  state: State,
  task: View<Task>,
): readonly { readonly timer: Timer; readonly at: Instant }[] {
  const { limits, stop } = planTeam(state, task.index);
  const { since } = runOf(task);
  const times = stop === undefined ? [] : timesOf(stop);
  return [
    { timer: teamTimer(state, task), at: since + limits.wallTimeMs },
    ...times.map((ms) => ({ timer: teamTimer(state, task, `${STOPS}${ms}`), at: since + ms })),
  ];
}

/** No timer of a pattern begins like this. */
export const STOPS = '#stop ';

/** Of a time its pattern has set, or without a name of all that it may take. */
export function teamTimer(
  { plan }: Pick<State, 'plan'>,
  { index }: Pick<View<Task>, 'index'>,
  name?: string,
): Timer {
  const { id } = nth(plan.tasks, index);
  return name === undefined ? { kind: 'team_due', task: id } : { kind: 'team_due', task: id, name };
}
