/** An operator says how a task ends: completed with an output, failed, or skipped. Whoever works on it is told to stop. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import { mismatchWords } from '../../../plan/expression.ts';
import type { PlanTask } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import { accept, type Decision, type Rejected, reject, type View } from '../../law.ts';
import type { AtItem, ExecutionEvent } from '../events.ts';
import { attemptOf } from '../lookup.ts';
import type { CompleteTask, FailTask, SkipTask } from '../operator.ts';
import { type ExecutionState, isOver } from '../state.ts';
import { type Addressed, addressedOpen } from './addressed.ts';
import { enoughWith } from './enough.ts';
import { failsForGood, unopened } from './failure.ts';

export function complete(state: View<ExecutionState>, command: CompleteTask): Decision<ExecutionEvent> {
  const found = addressedOpen(state, command);
  if (found.kind === 'rejected') return found;
  const { output, by, reason = `completed by ${by}` } = command;
  const misfit = misfitOf(nth(state.plan.tasks, found.task.index), command, output);
  if (misfit !== undefined) return misfit;
  const done = { type: 'task.overridden', ...placeIn(command), as: 'completed', output, by, reason } as const;
  return accept(found.item === undefined ? [done] : [done, ...enoughWith(state, found.item)]);
}

/** As its agent's would be, what it gives is held to the schema of the document. */
function misfitOf({ id, definition }: View<PlanTask>, { item }: AtItem, output: Json): Rejected | undefined {
  const isWhole = definition.parallel && item === undefined;
  if (isWhole && !Array.isArray(output))
    return reject('output_invalid', `${id} is parallel: its output is the list of what its items give`);
  const outputs = isWhole ? (output as readonly Json[]) : [output];
  for (const one of outputs) {
    const mismatches = definition.output?.check(one) ?? [];
    if (mismatches.length > 0)
      return reject(
        'output_invalid',
        `the output does not fit the schema of ${id}: ${mismatchWords(mismatches)}`,
      );
  }
  return undefined;
}

export function skip(state: View<ExecutionState>, command: SkipTask): Decision<ExecutionEvent> {
  const found = addressedOpen(state, command);
  if (found.kind === 'rejected') return found;
  const { task, by, reason = `skipped by ${by}` } = command;
  return accept([{ type: 'task.overridden', task, as: 'skipped', by, reason }]);
}

export function fail(state: View<ExecutionState>, command: FailTask): Decision<ExecutionEvent> {
  const found = addressedOpen(state, command);
  if (found.kind === 'rejected') return found;
  const { by, reason = `failed by ${by}` } = command;
  const error = { code: 'failed_by_operator', message: `${by}: ${reason}`, retry: 'never' } as const;
  return accept([
    { type: 'task.overridden', ...placeIn(command), as: 'failed', by, reason },
    ...failure(state, found, error),
  ]);
}

/** A task fails with the first of its items that is not over: the others are cancelled. */
function failure(
  state: View<ExecutionState>,
  { task, item }: Addressed,
  error: TaskError,
): readonly ExecutionEvent[] {
  // A task that spawned others has its own item behind it.
  const first = [...(item === undefined ? [] : [item]), ...task.items].find(({ status }) => !isOver(status));
  if (first === undefined) return unopened(state, task, error);
  if (first.spawned?.turn !== undefined && item !== undefined)
    return [{ type: 'task.failed', ...attemptOf(state, first), error, handled: 'team' }];
  return failsForGood(state, attemptOf(state, first), error);
}

function placeIn({ task, item }: AtItem): AtItem {
  return item === undefined ? { task } : { task, item };
}
