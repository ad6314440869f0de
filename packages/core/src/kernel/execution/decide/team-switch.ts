/** Another pattern goes on in the place of one that is at work: by the word of an operator, or by a rule of the document. */
import { nth } from '../../../nth.ts';
import type { PatternView } from '../../../patterns/pattern.ts';
import { holds } from '../../../patterns/stopping.ts';
import type { PlanTeam } from '../../../plan/team.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { labelOf } from '../lookup.ts';
import type { SwitchPattern } from '../operator.ts';
import type { ExecutionState } from '../state.ts';
import { MAX_GENERATIONS, type PatternSwitched, type PendingTrigger, type TeamRun } from '../team.ts';
import { atTeam, isLed, runAt } from '../team-view.ts';
import { addressedOpen } from './addressed.ts';
import { stopScope } from './team-stop.ts';

type State = View<ExecutionState>;

export function switchPattern(state: State, command: SwitchPattern): Decision<ExecutionEvent> {
  const found = addressedOpen(state, command);
  if (found.kind === 'rejected') return found;
  const { item: scope = 0, to, options = {}, by, reason = `switched by ${by}` } = command;
  const run = runAt(found.task, scope);
  if (run === undefined || !isLed(state, run)) {
    const label = found.item === undefined ? command.task : labelOf(state, found.item);
    return reject('switch_refused', `no team is at work on ${label}`);
  }
  if (run.generation >= MAX_GENERATIONS)
    return reject('switch_refused', `${MAX_GENERATIONS} patterns were at work on it already`);
  const team = state.plan.teams.switched(run.plan, to, options);
  if (typeof team === 'string') return reject('switch_refused', team);
  return accept([{ ...switchedTo(state, run, team, reason), options, by }]);
}

/** The first rule whose time has come, applied; undefined where the pattern stays. O(rules). @throws ValuesMissing */
export function ruledOut(
  state: State,
  run: View<TeamRun>,
  view: PatternView,
  pending: View<PendingTrigger>,
  now: Instant,
): PatternSwitched | undefined {
  const { switches } = run.plan;
  if (switches.length === 0 || run.generation >= MAX_GENERATIONS) return undefined;
  const scope = stopScope(state, run, view, now, pending);
  const applied = run.heritage?.rules ?? [];
  const rule = switches.findIndex(({ when }, n) => !applied.includes(n) && holds(when, scope));
  if (rule === -1) return undefined;
  const { when, to } = nth(switches, rule);
  return { ...switchedTo(state, run, to, `\`${when.source}\``), rule };
}

function switchedTo(
  state: State,
  run: View<TeamRun>,
  { pattern, setup }: PlanTeam,
  reason: string,
): PatternSwitched {
  return {
    type: 'pattern.switched',
    ...atTeam(state, run),
    from: run.plan.pattern.name,
    to: pattern.name,
    version: pattern.version,
    generation: run.generation + 1,
    state: pattern.initial(setup),
    reason,
  };
}
