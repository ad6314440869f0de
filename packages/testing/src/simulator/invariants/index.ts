/** Everything that must hold when a simulated run is over. A new one gets its file and a line here. */
import { accepted } from './accepted.ts';
import { activations } from './activations.ts';
import { admissions } from './admissions.ts';
import { breakers } from './breakers.ts';
import { budgets } from './budgets.ts';
import { cancels } from './cancels.ts';
import { capacity } from './capacity.ts';
import { children } from './children.ts';
import { circles } from './circles.ts';
import { dealtWithOnce } from './dealt-with-once.ts';
import { dense } from './dense.ts';
import { ends } from './ends.ts';
import { entitled } from './entitled.ts';
import { failures } from './failures.ts';
import { folds } from './folds.ts';
import { forks } from './forks.ts';
import { healthy } from './healthy.ts';
import { heard } from './heard.ts';
import type { Invariant } from './invariant.ts';
import { items } from './items.ts';
import { leaks } from './leaks.ts';
import { loops } from './loops.ts';
import { milestones } from './milestones.ts';
import { neverEarly } from './never-early.ts';
import { notAfter } from './not-after.ts';
import { once } from './once.ts';
import { order } from './order.ts';
import { outcomes } from './outcomes.ts';
import { over } from './over.ts';
import { schedules } from './schedules.ts';
import { shared } from './shared.ts';
import { teamStates } from './team-states.ts';
import { teams } from './teams.ts';
import { teamsSee } from './teams-see.ts';
import { terminates } from './terminates.ts';
import { told } from './told.ts';
import { undone } from './undone.ts';
import { upgrades } from './upgrades.ts';
import { values } from './values.ts';
import { wakeUps } from './wake-ups.ts';

export const INVARIANTS: readonly Invariant[] = [
  ends,
  dense,
  folds,
  once,
  notAfter,
  order,
  outcomes,
  over,
  cancels,
  failures,
  loops,
  activations,
  teams,
  teamsSee,
  teamStates,
  items,
  children,
  admissions,
  capacity,
  leaks,
  accepted,
  healthy,
  neverEarly,
  terminates,
  told,
  dealtWithOnce,
  heard,
  entitled,
  undone,
  values,
  wakeUps,
  schedules,
  forks,
  shared,
  breakers,
  budgets,
  circles,
  milestones,
  upgrades,
];
