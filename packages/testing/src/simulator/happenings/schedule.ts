/** Somebody has a schedule kept to, paused, resumed or given up, at a right or at a wrong time. */
import type { WorkflowVersion } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { scheduleSaid } from '../programs/schedule.ts';
import type { Universe, Workflow } from '../universe.ts';
import type { Happening } from './happening.ts';

/** More than there is between two times of any schedule. */
const LONGEST_MS = 130_000;

const VERBS = {
  set: ({ schedules }, workflow) => schedules.set(workflow, 'ann'),
  pause: ({ schedules }, { workflowId }) => schedules.pause(workflowId, 'ann'),
  resume: ({ schedules }, { workflowId }) => schedules.resume(workflowId, 'ann'),
  clear: ({ schedules }, { workflowId }) => schedules.clear(workflowId, 'ann'),
} as const satisfies Readonly<Record<string, (engine: Engine, workflow: WorkflowVersion) => Promise<void>>>;

export const schedule: Happening = {
  name: 'schedule',
  weight: 8,
  happen(universe, dice) {
    const timed = timedOf(universe);
    if (timed.length === 0) return undefined;
    const process = universe.any(dice);
    const { version } = dice.pick(timed);
    const what = dice.pick(['set', 'set', 'set', 'set', 'pause', 'resume', 'clear'] as const);
    universe.ask(process, `${what} of the schedule of ${version.name}`, (engine) =>
      VERBS[what](engine, version),
    );
    return `process ${process.number} is asked to ${what} the schedule of ${version.name}`;
  },
  /** After a last time of each, nothing begins by itself any more. */
  async still(universe, { engine }) {
    const timed = timedOf(universe);
    if (timed.length > 0) await universe.clock.advance(LONGEST_MS);
    for (const { version } of timed)
      await universe.clock.of(engine.schedules.clear(version.workflowId, 'ann'));
  },
};

function timedOf({ workflows }: Universe): readonly Workflow[] {
  return workflows.filter(({ program }) => scheduleSaid(program) !== undefined);
}
