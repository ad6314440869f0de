/** What no reader can see on its own: how the parts of a workflow fit together. */

import { checkActivation } from './activation.ts';
import type { Check } from './check.ts';
import { checkChoices } from './choices.ts';
import { checkCompensation } from './compensation.ts';
import { checkCycles } from './cycles.ts';
import { checkDeadlocks } from './deadlocks.ts';
import { checkDependencies } from './dependencies.ts';
import { checkGoto } from './goto.ts';
import { checkItems } from './items.ts';
import { checkJoins } from './joins.ts';
import { checkKinds } from './kinds.ts';
import { checkLocals } from './locals.ts';
import { checkReads } from './reads.ts';
import { checkSeats } from './seats.ts';
import { checkSignals } from './signals.ts';
import { checkTaskIds } from './task-ids.ts';
import { checkTeams } from './teams.ts';
import { checkTimeouts } from './timeouts.ts';
import { checkTypes } from './types.ts';
import { checkWho } from './who.ts';

/** In the order in which their problems are found; a new rule is a file and a line here. */
export const CHECKS: readonly Check[] = [
  checkTeams,
  checkTaskIds,
  checkKinds,
  checkDependencies,
  checkItems,
  checkLocals,
  checkReads,
  checkTypes,
  checkJoins,
  checkCycles,
  checkGoto,
  checkDeadlocks,
  checkWho,
  checkSignals,
  checkSeats,
  checkActivation,
  checkChoices,
  checkCompensation,
  checkTimeouts,
];
