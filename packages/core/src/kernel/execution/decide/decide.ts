/** What follows when an execution is told something: the rules, one case a command. Reads the state, never changes it. */
import { noRule } from '../../../errors.ts';
import type { Instant } from '../../../ports/clock.ts';
import { type Continue, type Decision, NO_EVENTS, reject, type View } from '../../law.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isEnded } from '../state.ts';
import { answerPerson } from './approvals.ts';
import { cancelTasks } from './cancel-tasks.ts';
import { childEnded, resolved, unresolved } from './child.ts';
import { operate } from './compensation.ts';
import { cancel, checkpoint, pause, resume } from './control.ts';
import { divert } from './divert.ts';
import { addItems } from './growing.ts';
import { keepResult } from './keep.ts';
import { publish } from './listening.ts';
import { advance } from './next.ts';
import * as override from './override.ts';
import { reassign } from './reassign.ts';
import { answered } from './resource.ts';
import { retry } from './retry.ts';
import { delivered, signal } from './signals.ts';
import { start } from './start.ts';
import { switchPattern } from './team-switch.ts';
import { fire } from './timer.ts';
import { answer, lose } from './turn.ts';
import { upgrade } from './upgrade.ts';

export function decide(
  state: View<ExecutionState>,
  command: ExecutionCommand | Continue,
  now: Instant,
): Decision<ExecutionEvent> {
  if (command.type === 'continue') return advance(state, now);
  if (command.type === 'start') return start(state, command);
  if (command.type === 'timer') return isEnded(state.status) ? NO_EVENTS : fire(state, command.timer, now);
  if (state.status.kind === 'new')
    return reject('execution_not_found', `execution ${state.executionId} does not exist`);
  switch (command.type) {
    case 'turn.completed':
    case 'turn.failed':
      return answer(state, command, now);
    case 'turn.keep':
      return keepResult(state, command);
    case 'items.add':
      return addItems(state, command);
    case 'turn.lost':
      return lose(state, command);
    case 'turn.diverted':
      return divert(state, command);
    case 'child.resolved':
      return resolved(state, command);
    case 'child.unresolved':
      return unresolved(state, command);
    case 'child.ended':
      return childEnded(state, command, now);
    case 'resource.granted':
    case 'resource.denied':
      return answered(state, command, now);
    case 'pause':
      return pause(state, command, now);
    case 'resume':
      return resume(state, command.by);
    case 'cancel':
      return cancel(state, command);
    case 'checkpoint':
      return checkpoint(state, command);
    case 'upgrade':
      return upgrade(state, command);
    case 'retry':
      return retry(state, command);
    case 'resource.delivered':
      return delivered(state, command);
    case 'signal':
      return signal(state, command);
    case 'event.publish':
      return publish(state, command);
    case 'human.answer':
      return answerPerson(state, command);
    case 'task.cancel':
      return cancelTasks(state, command);
    case 'task.complete':
      return override.complete(state, command);
    case 'task.fail':
      return override.fail(state, command);
    case 'task.skip':
      return override.skip(state, command);
    case 'task.reassign':
      return reassign(state, command);
    case 'pattern.switch':
      return switchPattern(state, command);
    case 'compensation.retry':
    case 'compensation.skip':
      return operate(state, command);
    default:
      throw noRule('command', command);
  }
}
