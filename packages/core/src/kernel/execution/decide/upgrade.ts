/** An open execution is to go on by another version of its workflow. */
import { assert } from '../../../errors.ts';
import { listing } from '../../../text.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { upgradeReport } from '../look/upgrade.ts';
import { requestOf } from '../lookup.ts';
import type { UpgradeExecution } from '../operator.ts';
import type { ExecutionState } from '../state.ts';

export function upgrade(state: View<ExecutionState>, command: UpgradeExecution): Decision<ExecutionEvent> {
  const { workflow, running, by, reason = `upgraded by ${by}` } = command;
  const { workflow: present } = requestOf(state);
  if (workflow.id !== present.id)
    return reject(
      'upgrade_refused',
      `${workflow.name} is another workflow than that of execution ${state.executionId}`,
    );
  if (workflow.digest === present.digest)
    return reject(
      'upgrade_refused',
      `execution ${state.executionId} has the version ${workflow.version} already`,
    );
  const plan = state.versions.get(workflow.digest);
  assert(plan !== undefined, `the plan of ${workflow.name} ${workflow.version} is not at hand`);
  const { refused, stops } = upgradeReport(state, plan);
  if (refused.length > 0) return reject('upgrade_refused', refused.join('; '));
  if (stops.length > 0 && running === 'refuse') {
    const message = `${listing(stops)} ${stops.length === 1 ? 'is' : 'are'} at work and would have to be stopped`;
    return reject('upgrade_refused', message, { stops });
  }
  return accept([{ type: 'workflow.upgraded', workflow, stopped: stops, by, reason }]);
}
