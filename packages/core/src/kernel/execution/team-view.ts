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
import { itemInput, taskInput } from './input.ts';
import { seatId } from './lookup.ts';
import type { ExecutionState, Item, Spawned, Task } from './state.ts';
import type { TeamRun, TurnToTake } from './team.ts';

type State = View<ExecutionState>;

/** The team that would work on a task. */
export function planTeam({ plan }: State, task: number): PlanTeam {
  const team = plan.teams.of(nth(plan.tasks, task).definition);
  assert(team !== undefined, 'only a task with a pattern has a team');
  return team;
}

/** The team that a lead would have: the task's own, or that of a member of another team. */
export function planLed(state: State, { task, index, spawned }: View<Item>): PlanTeam {
  if (index === undefined) return planTeam(state, task);
  const { scope, turn } = spawned as Spawned;
  const { plan } = runOf(nth(state.tasks, task), scope);
  const inner = plan.inner.get((turn as TurnToTake).to);
  assert(inner !== undefined, 'only a member that is a team has one');
  return inner;
}

/** The place of the lead of the team whose turn it is. */
export function scopeOf({ spawned }: View<Item>): number {
  return spawned?.scope ?? 0;
}

/** By the place of its lead; undefined where no team has begun. */
export function runAt({ team, items }: View<Task>, scope: number): View<TeamRun> | undefined {
  return scope === 0 ? team : items[scope]?.team;
}

export function runOf(task: View<Task>, scope = 0): View<TeamRun> {
  const run = runAt(task, scope);
  assert(run !== undefined, 'no team is at work on it');
  return run;
}

/** The team of which it is a member; undefined for the task's own. */
export function outerOf({ tasks }: State, { task: index, scope }: View<TeamRun>): View<TeamRun> | undefined {
  const task = nth(tasks, index);
  return scope === 0 ? undefined : runAt(task, scopeOf(nth(task.items, scope)));
}

/** The number its pattern knows a turn by. */
export function numberOf({ spawned, index }: View<Item>): number {
  return spawned?.n ?? index ?? 1;
}

/** Whether the pattern that is at work now gave the turn, and not one before it. */
export function isOwn({ spawned }: View<Item>, { generation }: View<TeamRun>): boolean {
  return (spawned?.generation ?? 1) === generation;
}

/** Whether its lead waits for the result still. */
export function isLed({ tasks }: State, { task, scope }: View<TeamRun>): boolean {
  const status = nth(tasks, task).items[scope]?.status;
  return status?.kind === 'waiting' && status.on.kind === 'team';
}

/** Whether its lead still waits for the result. */
export function isAtWork({ team, items }: View<Task>): boolean {
  const status = items[0]?.status;
  return team !== undefined && status?.kind === 'waiting' && status.on.kind === 'team';
}

/** Values are read when they are asked for. */
export function viewOfTeam(state: State, run: View<TeamRun>, now: Instant): PatternView {
  return new TeamView(state, run, now);
}

/** A class for its speed: an object with a getter of its own is a dictionary to V8, and there is one a reaction. */
class TeamView implements PatternView {
  readonly setup: PatternView['setup'];
  readonly state: PatternView['state'];
  readonly now: Instant;
  readonly turns: number;
  readonly open: number;
  readonly opener: string | undefined;
  readonly #state: State;
  readonly #run: View<TeamRun>;

  constructor(state: State, run: View<TeamRun>, now: Instant) {
    const { setup, opener } = run.plan;
    this.setup = setup;
    this.state = run.state;
    this.now = now;
    this.turns = run.places.length - 1;
    this.open = run.open;
    this.opener = opener;
    this.#state = state;
    this.#run = run;
  }

  get input(): Json {
    const { task, scope } = this.#run;
    return itemInput(this.#state, task, scope === 0 ? undefined : scope);
  }

  // Patterns may take these out of the view.
  readonly turn = (n: number): Turn => turnOf(this.#state, this.#item(n));
  readonly output = (n: number): Json => outputOf(this.#state, this.#item(n));
  readonly asks = (n: number): readonly Ask[] => asksOf(this.#state, this.#item(n));

  #item(n: number): View<Item> {
    const { task, places } = this.#run;
    return nth(nth(this.#state.tasks, task).items, nth(places, n));
  }
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

export function turnOf(state: State, item: View<Item>): Turn {
  const { spawned, status } = item;
  assert(spawned?.turn !== undefined, 'this is the turn of nobody');
  const { to, purpose, person } = spawned.turn;
  return {
    n: numberOf(item),
    to,
    seat: takerOf(state, item),
    purpose,
    status:
      status.kind === 'completed' || status.kind === 'failed' || status.kind === 'cancelled'
        ? status.kind
        : 'open',
    ...(person === undefined ? {} : { isPerson: true }),
  };
}

/** A seat; a team, which to the others is one agent, once it has begun. */
export function takerOf(state: State, { seat, team, spawned }: View<Item>): string | undefined {
  if (team !== undefined) return spawned?.turn?.to;
  return seat === undefined ? undefined : seatId(state, seat);
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
  run: View<TeamRun>,
): readonly { readonly timer: Timer; readonly at: Instant }[] {
  const { limits, stop } = run.plan;
  const { since } = run;
  const times = stop === undefined ? [] : timesOf(stop);
  return [
    { timer: teamTimer(state, run), at: since + limits.wallTimeMs },
    ...times.map((ms) => ({ timer: teamTimer(state, run, `${STOPS}${ms}`), at: since + ms })),
  ];
}

/** No timer of a pattern begins like this. */
export const STOPS = '#stop ';

/** Of a time its pattern has set, or without a name of all that it may take. */
export function teamTimer(
  { plan }: Pick<State, 'plan'>,
  { task, scope }: Pick<View<TeamRun>, 'task' | 'scope'>,
  name?: string,
): Timer {
  const { id } = nth(plan.tasks, task);
  const at = scope === 0 ? { task: id } : { task: id, item: scope };
  return name === undefined ? { kind: 'team_due', ...at } : { kind: 'team_due', ...at, name };
}

/** Which team an event speaks of. */
export function atTeam(
  { plan, tasks }: State,
  { task, scope }: View<TeamRun>,
): { readonly task: string; readonly item?: number; readonly activation?: number } {
  const { activation } = nth(tasks, task);
  return {
    task: nth(plan.tasks, task).id,
    ...(scope === 0 ? {} : { item: scope }),
    ...(activation === 1 ? {} : { activation }),
  };
}
