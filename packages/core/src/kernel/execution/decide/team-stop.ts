/** Whether a document wants a team to stop, with what its pattern has just said. */
import { nth } from '../../../nth.ts';
import { countFacts } from '../../../patterns/figures.ts';
import type { Fact, PatternView, Reaction } from '../../../patterns/pattern.ts';
import { type StopScope, type StopSeen, stopped } from '../../../patterns/stopping.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { ExecutionState } from '../state.ts';
import type { PendingTrigger, TeamRun } from '../team.ts';
import { calledAs, numberOf } from '../team-view.ts';

type State = View<ExecutionState>;

/** In words; undefined where it goes on, or nothing was said of it. @throws ValuesMissing */
export function whyStopped(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  now: Instant,
  said: Pick<Reaction, 'facts' | 'progress'> = {},
  pending?: View<PendingTrigger>,
): string | undefined {
  const { stop } = run.plan;
  if (stop === undefined) return undefined;
  const { items } = nth(state.tasks, run.task);
  const { facts = [], progress } = said;
  const figures = { ...run.figures };
  countFacts(figures, facts);
  const stalled = pending === undefined ? run.stalled : progress === false ? run.stalled + 1 : 0;
  const turn = pending?.kind === 'completed' ? numberOf(nth(items, pending.turn)) : run.last;
  const elapsedMs = now - run.since;
  const counted = { turn, figures, stalled, elapsedMs, votes: run.votes.size, open: view.open };
  const seen: StopSeen = {
    figures,
    elapsedMs,
    stalled,
    votes: votesAfter(run.votes, facts),
    handedTo: handedAfter(view, run.handedTo, facts),
    scope: scopeOf(view, counted),
  };
  return stopped(stop, seen);
}

/** What a rule goes by before the pattern has said anything: idleness is a step that brings nobody further. */
export function stopScope(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  now: Instant,
  pending: View<PendingTrigger>,
): StopScope {
  const { items } = nth(state.tasks, run.task);
  const isHeard = pending.kind === 'completed';
  return scopeOf(view, {
    turn: isHeard ? numberOf(nth(items, pending.turn)) : run.last,
    figures: run.figures,
    stalled: run.stalled + (pending.kind === 'idle' ? 1 : 0),
    elapsedMs: now - run.since,
    votes: run.votes.size,
    open: view.open,
  });
}

interface SoFar extends Pick<StopSeen, 'figures' | 'stalled' | 'elapsedMs'> {
  readonly turn: number;
  readonly votes: number;
  readonly open: number;
}

function scopeOf(view: PatternView, { turn: n, figures, elapsedMs, votes, open, stalled }: SoFar): StopScope {
  return {
    get input() {
      return view.input;
    },
    get output() {
      return n === 0 ? null : view.output(n);
    },
    get turn() {
      if (n === 0) return null;
      const { to, seat, purpose } = view.turn(n);
      const role = view.setup.team.byName.get(to)?.role ?? '';
      return { n, to, by: seat ?? to, role, purpose };
    },
    figures: {
      turns: figures.turns,
      failed: figures.failed,
      retries: figures.retries,
      refused: figures.refused,
      delegations: figures.delegations,
      hand_offs: figures.handOffs,
      messages: figures.messages,
      tokens: figures.tokens,
      cost: figures.cost,
      seconds: elapsedMs / 1_000,
      votes,
      open,
      stalled,
    },
  };
}

/** O(votes) where somebody has voted. */
function votesAfter(votes: ReadonlyMap<string, string>, facts: readonly Fact[]): ReadonlyMap<string, string> {
  const cast = facts.filter((fact) => fact.fact === 'voted');
  if (cast.length === 0) return votes;
  const after = new Map(votes);
  for (const { by, choice } of cast) after.set(by, choice);
  return after;
}

function handedAfter(
  { setup }: PatternView,
  handedTo: ReadonlySet<string>,
  facts: readonly Fact[],
): ReadonlySet<string> {
  const handed = facts.filter((fact) => fact.fact === 'handed_off');
  if (handed.length === 0) return handedTo;
  return new Set([...handedTo, ...handed.flatMap(({ to }) => calledAs(setup.team.byName, to))]);
}
