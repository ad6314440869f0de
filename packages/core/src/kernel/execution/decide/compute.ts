/** Evaluates what a document computes against what an execution has. Called by `decide` alone (L2). */
import { CantataError } from '../../../errors.ts';
import { type Json, JsonMeter, type JsonObject, jsonProblemWords } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { Computed, Condition, Reads, Scope } from '../../../plan/expression.ts';
import type { TaskError } from '../../../ports/agent.ts';
import { listing } from '../../../text.ts';
import type { View } from '../../law.ts';
import { together, valueOf } from '../../values.ts';
import { itemInput, spawnedOutputs, taskOutput, workflowInput } from '../input.ts';
import type { ExecutionState, Task, TaskStatus } from '../state.ts';

/** What a template may become: as much as an agent may return. Outputs repeated in outputs would grow without end. */
export const COMPUTED_LIMITS = { maxBytes: 1_048_576, maxDepth: 64 } as const;

export type Outcome<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: TaskError };

/** O(what it reads); an expression that does not fit the values it met is a failure, not a bug. */
export function compute<T extends Json>(
  state: View<ExecutionState>,
  computed: View<Computed<T>>,
): Outcome<T> {
  return computeIn(state, computed, scopeOf(state, computed.reads), new JsonMeter(COMPUTED_LIMITS));
}

/** The same where more can be seen than the execution, or where several values share a limit. */
export function computeIn<T extends Json>(
  state: View<ExecutionState>,
  computed: View<Computed<T>>,
  scope: Scope,
  meter: JsonMeter,
): Outcome<T> {
  try {
    const value = computed.evaluate(scope);
    const problem = meter.check(value);
    if (problem === undefined) return { kind: 'value', value };
    return refused(jsonProblemWords(`what ${JSON.stringify(computed.source)} gives`, problem));
  } catch (error) {
    if (error instanceof CantataError && error.code === 'expression_failed') {
      return refused(error.message + ofSkipped(state, computed.reads));
    }
    throw error;
  }
}

/** What a task sees: the event it came with, too. */
export function computeFor<T extends Json>(
  state: View<ExecutionState>,
  { event }: View<Task>,
  computed: View<Computed<T>>,
): Outcome<T> {
  if (event === undefined) return compute(state, computed);
  const scope = { ...scopeOf(state, computed.reads), event: valueOf(event, state.values) };
  return computeIn(state, computed, scope, new JsonMeter(COMPUTED_LIMITS));
}

/** Whether a condition holds of what came from outside. One that has no value for it does not. */
export function holds(
  state: View<ExecutionState>,
  condition: View<Condition>,
  event: Json,
  { task, index }: { readonly task: number; readonly index?: number | undefined },
): boolean {
  const item = index === undefined ? {} : { item: itemInput(state, task, index), index };
  const scope = { ...scopeOf(state, condition.reads), ...item, event };
  const answer = computeIn(state, condition, scope, new JsonMeter(COMPUTED_LIMITS));
  return answer.kind === 'value' && answer.value;
}

/** A failure that no other attempt would change. */
export function refused(message: string): Outcome<never> {
  return { kind: 'failed', error: { code: 'expression_failed', message, retry: 'never' } };
}

/** What is missing is mostly missing for this. Tasks see completed ones alone, so it is said of `outputs` only. */
function ofSkipped(state: View<ExecutionState>, { tasks }: View<Reads>): string {
  const skipped = tasks.filter((id) => nth(state.tasks, indexOf(state, id)).status === 'skipped');
  return skipped.length === 0 ? '' : `; skipped, and so null: ${listing(skipped)}`;
}

export function scopeOf(state: View<ExecutionState>, reads: View<Reads>): Scope {
  const { spawned = [] } = reads;
  const [input, outputs, given] = together(
    [
      (): Json => (reads.input ? workflowInput(state) : null),
      () => together(reads.tasks, (id) => taskOutput(state, indexOf(state, id))),
      () => together(spawned, (id) => spawnedOutputs(state, indexOf(state, id))),
    ] as const,
    (read): unknown => read(),
  ) as readonly [Json, readonly Json[], readonly JsonObject[]];
  const tasks = reads.tasks.map((id, n) => {
    const { status } = nth(state.tasks, indexOf(state, id));
    const others = given[spawned.indexOf(id)];
    const more = others === undefined ? {} : { spawned: others };
    return [id, { output: outputs[n] as Json, status: WORDS[status], ...more }] as const;
  });
  return { input, tasks: Object.fromEntries(tasks) };
}

/** What expressions call the status of a task. */
const WORDS: Readonly<Record<TaskStatus, string>> = {
  pending: 'pending',
  joining: 'pending',
  opening: 'running',
  listening: 'pending',
  open: 'running',
  looping: 'running',
  completed: 'completed',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
};

function indexOf(state: View<ExecutionState>, id: string): number {
  return state.plan.taskIndex.get(id) as number;
}
