/**
 * The law alone on one core: no store, no clock, no agents. `node bench/kernel.ts` prints it.
 *
 * Each figure is the median of some rounds after a warm-up; a round is long enough to contain its own garbage
 * collection. Ten-step runs are chains, the shape that has the least to share between two steps.
 */
import {
  createPlan,
  type Definition,
  drainEffects,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionState,
  executionLaw,
  newExecution,
  type Plan,
  step,
  type TaskDefinition,
} from '@cantata/core';
import { type Figure, lineOf } from './figures.ts';

const AT = 1_800_000_000_000;
const ROUNDS = 7;

export async function kernelBench(): Promise<Figure[]> {
  return [
    {
      name: 'kernel: decide and evolve, ten-step runs',
      value: median(rounds(tenStepRuns)),
      unit: 'events/s',
      target: { at: 'least', value: 500_000 },
    },
    {
      name: 'kernel: fold an execution of 100,000 events',
      value: median(rounds(foldOf(100_000))),
      unit: 'ms',
      target: { at: 'most', value: 500 },
    },
    { name: 'kernel: a fan-out of 1,000 and back', value: median(rounds(fanOut)), unit: 'ms' },
  ];
}

function tenStepRuns(): number {
  const runs = 4_000;
  const plan = createPlan(chain(10));
  let events = 0;
  const ms = timed(() => {
    for (let run = 0; run < runs; run++) events += drive(newExecution(`run-${run}`, plan)).length;
  });
  return Math.round((events / ms) * 1_000);
}

function foldOf(size: number): () => number {
  // Two events an item, and the six that every execution has around them.
  const plan = createPlan(fan(size / 2, 8));
  const log = drive(newExecution('folded', plan));
  return () =>
    timed(() => {
      const state = newExecution('folded', plan);
      for (let i = 0; i < size; i++) executionLaw.evolve(state, log[i] as ExecutionEvent, AT + i);
    });
}

/** From one task to a thousand, all in flight at once, and to the one that joins them. */
function fanOut(): number {
  const plan = createPlan(fan(1_000, 1_000));
  return timed(() => drive(newExecution('fan-out', plan)));
}

/** Runs an execution to its end: every assignment is answered in order, at once. Returns its log. */
function drive(state: ExecutionState): ExecutionEvent[] {
  const log: ExecutionEvent[] = [];
  const waiting: ExecutionCommand[] = [startOf(state.plan)];
  for (let i = 0; i < waiting.length; i++) {
    let command: ExecutionCommand | { readonly type: 'continue' } | undefined = waiting[i];
    while (command !== undefined) {
      for (const event of step(executionLaw, state, command, AT + i).events) log.push(event);
      command = undefined;
      for (const effect of drainEffects(state)) {
        if (effect.kind === 'continue') command = { type: 'continue' };
        if (effect.kind !== 'dispatch') continue;
        const { task, item, attempt, assignment } = effect;
        const at = item === undefined ? { task } : { task, item };
        waiting.push({ type: 'turn.completed', ...at, attempt, assignment, output: null });
      }
    }
  }
  if (state.status.kind !== 'completed') throw new Error(`the run is ${state.status.kind}, not completed`);
  return log;
}

function startOf(plan: Plan): ExecutionCommand {
  const { name, version, pattern } = plan.definition;
  const workflow = { id: 'workflow', name, version, digest: '' };
  return { type: 'start', workflow, pattern, input: null, timeoutMs: 3_600_000 };
}

/** `length` tasks in a row. */
function chain(length: number): Definition {
  const tasks = Array.from({ length }, (_, n) => task(`t${n}`, n === 0 ? [] : [`t${n - 1}`]));
  return definition(tasks, 1);
}

/** A task, `width` tasks that depend on it, and one that depends on them all. */
function fan(width: number, seats: number): Definition {
  const middle = Array.from({ length: width }, (_, n) => task(`m${n}`, ['first']));
  const ids = middle.map(({ id }) => id);
  return definition([task('first', []), ...middle, task('last', ids)], seats);
}

function task(id: string, dependsOn: readonly string[]): TaskDefinition {
  const who = { kind: 'group', group: 'workers' } as const;
  return { id, who, dependsOn, parallel: false, priority: 0, timeoutMs: 60_000 };
}

function definition(tasks: readonly TaskDefinition[], count: number): Definition {
  return {
    name: 'bench',
    version: '1',
    pattern: 'supervisor',
    agents: [{ name: 'workers', type: 'worker', count, capabilities: [], resources: {} }],
    tasks,
    coordination: { type: 'graph_based', eventDriven: [], graphBased: [] },
    faultTolerance: {},
    maxConcurrentExecutions: 1,
    tags: [],
  };
}

function rounds(round: () => number): number[] {
  round();
  round();
  return Array.from({ length: ROUNDS }, round);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

if (import.meta.main) {
  for (const figure of await kernelBench()) console.log(lineOf(figure));
}
