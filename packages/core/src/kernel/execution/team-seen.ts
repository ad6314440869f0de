/** What an agent sees of its team with its turn. Rendered when the turn is handed out; nothing of it is recorded again. */
import type { Json } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { Ask } from '../../patterns/asks.ts';
import { OPENING, SUMMARY } from '../../patterns/pattern.ts';
import type { Team } from '../../patterns/team.ts';
import type { PlanTeam } from '../../plan/team.ts';
import type { TeamMember, TeamSeen, TurnResult } from '../../ports/agent.ts';
import type { View } from '../law.ts';
import { together, type Values, valueOf } from '../values.ts';
import type { ExecutionState, Item, Spawned, Task } from './state.ts';
import type { TurnToTake } from './team.ts';
import { runOf, scopeOf, takerOf, turnOf, viewOfTeam } from './team-view.ts';

type State = View<ExecutionState>;

/** Undefined where the task has no pattern. O(turns it is shown). @throws ValuesMissing */
export function teamSeen(
  state: State,
  index: number,
  place: number | undefined,
  values: Values,
): TeamSeen | undefined {
  const planned = state.plan.teams.of(nth(state.plan.tasks, index).definition);
  if (planned === undefined) return undefined;
  const task = nth(state.tasks, index);
  const item = task.items[place ?? 0];
  if (task.team === undefined || item?.spawned?.turn === undefined || place === undefined) {
    const { opener = '' } = planned;
    return { ...seen(planned, opener), purpose: OPENING, turn: 1, results: [], messages: [], shown: {} };
  }
  return seenIn(state, task, place, values);
}

/** With a team that is a member of another one: what that was given its turn with. */
function seenIn(state: State, task: View<Task>, place: number, values: Values): TeamSeen {
  const item = nth(task.items, place);
  const turn = (item.spawned as Spawned).turn as TurnToTake;
  const scope = scopeOf(item);
  const run = runOf(task, scope);
  const { pattern } = run.plan;
  const view = viewOfTeam({ ...state, values }, run, state.lastAt);
  return {
    ...seen(run.plan, turn.to),
    purpose: turn.purpose,
    turn: place,
    results: together(turn.results ?? [], (n) => resultOf(state, task, n, values)),
    messages: together(shownTurns(task, place, turn), (n) => resultOf(state, task, n, values)),
    // Whoever sums up is none of those the pattern knows.
    shown: turn.purpose === SUMMARY ? {} : (pattern.shows?.(view, turnOf(state, item)) ?? {}),
    ...(scope === 0 ? {} : { within: seenIn(state, task, scope, values) }),
  };
}

type Turn = NonNullable<NonNullable<Item['spawned']>['turn']>;

function seen(
  { pattern, setup }: View<PlanTeam>,
  to: string,
): Pick<TeamSeen, 'pattern' | 'role' | 'members'> {
  const { byName } = setup.team;
  return { pattern: pattern.name, role: byName.get(to)?.role ?? '', members: membersSeen(setup.team) };
}

/** They are the same for every turn, and there may be a thousand. */
const MEMBERS = new WeakMap<View<Team>, readonly TeamMember[]>();

function membersSeen(team: View<Team>): readonly TeamMember[] {
  let members = MEMBERS.get(team);
  if (members === undefined) {
    members = team.members.map(({ name, role, capabilities, seats }) => ({
      name,
      role,
      capabilities,
      seats: seats.length,
    }));
    MEMBERS.set(team, members);
  }
  return members;
}

/** Earlier turns that are over, by the policy of the transfer, or those that its pattern names. */
function shownTurns(
  { items }: View<Task>,
  place: number,
  { context: wanted = 'none', recalls, to }: View<Turn>,
): readonly number[] {
  // Of a summary that could not be made everything is shown: nothing is lost.
  const isThere = recalls?.every((n) => nth(items, n).status.kind === 'completed') ?? false;
  if (recalls !== undefined && (wanted !== 'summary' || isThere)) return recalls;
  const context = wanted === 'summary' ? 'full' : wanted;
  if (context === 'none') return [];
  const over: number[] = [];
  const scope = scopeOf(nth(items, place));
  for (let n = place - 1; n > scope; n--) {
    const { status, spawned } = nth(items, n);
    if (status.kind !== 'completed' || (spawned?.scope ?? 0) !== scope) continue;
    if (spawned?.turn?.purpose === SUMMARY) continue;
    if (context === 'filter' && spawned?.turn?.to !== to) continue;
    over.push(n);
    if (context === 'last') break;
  }
  return over.reverse();
}

function resultOf(state: State, { items }: View<Task>, n: number, values: Values): TurnResult {
  const item = nth(items, n);
  const { spawned, status, team } = item;
  const { to, purpose } = (spawned as Spawned).turn as TurnToTake;
  const by = takerOf(state, item) ?? to;
  const output: Json = status.kind === 'completed' ? valueOf(status.output, values) : null;
  const error = status.kind === 'failed' ? { error: status.error } : {};
  const why = team?.stopReason === undefined ? {} : { stopReason: team.stopReason };
  return { turn: n, by, purpose, output, ...error, ...why, ...escalationIn(status, values) };
}

/** It is no failure, and no result like others: whoever is to decide is told why. */
function escalationIn(status: View<Item>['status'], values: Values): Pick<TurnResult, 'escalated'> {
  if (status.kind !== 'completed' || status.asks === undefined) return {};
  const asks = valueOf(status.asks, values) as unknown as readonly Ask[];
  const found = asks.find((ask) => ask.kind === 'escalate');
  if (found === undefined) return {};
  const { kind: _, ...escalated } = found;
  return { escalated };
}
