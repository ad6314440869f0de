import type { ExecutionEvent } from '@cantata/core';
import { taskLabel } from '@cantata/core';
import type { Finished, FinishedExecution } from '../finished.ts';
import { type Deed, deedAddress } from '../ledger.ts';
import { canUndo, rollsBack } from '../programs/compensate.ts';
import { dependenciesOf } from '../programs/program.ts';
import { TeamTurns } from '../team-turns.ts';
import type { Invariant } from './invariant.ts';

/** One step that can be undone, as its log and the world outside tell of it. Sequences; 0 for what never happened. */
interface Step {
  readonly place: string;
  readonly task: string;
  readonly activation: number;
  /** How many jumps back there were before it. */
  readonly generation: number;
  begun: number;
  over: number;
  isSkipped: boolean;
  times: number;
  /** To agents, as far as it was given to them. */
  handedOut: number;
}

export const undone: Invariant = {
  name: 'undone',
  says: 'Every effect that can be undone is undone once or kept: all of them, or none; the last first.',
  *check(finished) {
    const deedsOf = Map.groupBy(finished.deeds, ({ execution }) => execution);
    for (const execution of finished.executions)
      yield* checkExecution(execution, deedsOf.get(execution.id) ?? [], finished);
  },
};

function* checkExecution(
  execution: FinishedExecution,
  deeds: readonly Deed[],
  _: Finished,
): Iterable<string> {
  const { id, row, workflow, log } = execution;
  const { program } = workflow;
  const able = new Set(
    canUndo(program) ? program.tasks.filter((task) => 'compensate' in task).map((task) => task.id) : [],
  );
  const steps = stepsOf(execution);
  yield* registeredFirst(execution, able, steps);
  const isUndone = row.status === 'compensated';
  for (const step of steps.values()) {
    if (step.times > 1) yield `${id}: ${step.place} was undone ${step.times} times`;
    if (isUndone && step.over === 0) yield `${id} is compensated, and ${step.place} is not undone`;
    if (!row.status.startsWith('compensat') && step.begun > 0)
      yield `${id} is ${row.status}, and ${step.place} was undone`;
  }
  yield* inOrder(execution, [...steps.values()]);
  yield* effects(execution, deeds, able, steps);
  const cause = log.findLast(
    ({ event }) => event.type === 'workflow.failing' || event.type === 'workflow.cancelling',
  );
  if (cause !== undefined && steps.size > 0 && row.status === expectedWithout(cause.event, program))
    yield `${id} is ${row.status}, and ${steps.size} steps that should have been undone are not`;
}

/** What it must not be called where steps were registered: its end undoes them. */
function expectedWithout(
  event: ExecutionEvent,
  program: FinishedExecution['workflow']['program'],
): string | undefined {
  if (event.type === 'workflow.cancelling') return 'cancelled';
  if (event.type !== 'workflow.failing') return undefined;
  const says = program.tasks.find((task) => task.id === event.task)?.['on_failure'];
  const isUndoing =
    says === 'compensate' || ((says === undefined || typeof says === 'object') && rollsBack(program));
  return isUndoing ? 'failed' : undefined;
}

function placeOf({
  task,
  item,
  activation = 1,
}: {
  task: string;
  item?: number;
  activation?: number;
}): string {
  return `${taskLabel(task, item)}#${activation}`;
}

function stepsOf({ log }: FinishedExecution): Map<string, Step> {
  const steps = new Map<string, Step>();
  let generation = 0;
  for (const { event, sequence } of log) {
    if (event.type === 'task.reentered') generation += 1;
    if (event.type === 'task.compensation_registered') {
      const { task, activation = 1 } = event;
      const place = placeOf(event);
      steps.set(place, {
        place,
        task,
        activation,
        generation,
        begun: 0,
        over: 0,
        isSkipped: false,
        times: 0,
        handedOut: 0,
      });
    }
    const step = 'task' in event && event.task !== undefined ? steps.get(placeOf(event as never)) : undefined;
    if (step === undefined) continue;
    if (event.type === 'agent.task_assigned') step.handedOut += 1;
    if (isDiversion(event)) step.handedOut -= 1;
    // Nobody has begun it: it is registered anew.
    if (isDiversion(event) && step.handedOut === 0) steps.delete(step.place);
    if (event.type === 'task.compensating') step.begun ||= sequence;
    if (event.type === 'task.compensated') step.times += 1;
    if (event.type === 'task.compensation_skipped') step.isSkipped = true;
    if (event.type === 'task.compensated' || event.type === 'task.compensation_skipped') step.over = sequence;
  }
  return steps;
}

function isDiversion(event: ExecutionEvent): boolean {
  if (event.type === 'task.rerouted') return true;
  return event.type === 'task.acquiring' && event.resources.some((need) => 'group' in need);
}

function* registeredFirst(
  { id, log }: FinishedExecution,
  able: ReadonlySet<string>,
  steps: ReadonlyMap<string, Step>,
): Iterable<string> {
  const known = new Set<string>();
  // What a task spawned is other work. Who spawns has no other items.
  const spawners = new Set(log.flatMap(({ event }) => (event.type === 'task.spawned' ? [event.task] : [])));
  const teams = new TeamTurns();
  for (const { event, sequence } of log) {
    teams.take(event);
    if (event.type === 'task.compensation_registered') known.add(placeOf(event));
    if (event.type !== 'agent.task_assigned' || event.deed !== undefined || !able.has(event.task)) continue;
    if (spawners.has(event.task) && event.item !== undefined) continue;
    // What undoes the task undoes what its team did.
    if (teams.items(event) !== undefined) continue;
    if (!known.has(placeOf(event))) yield `${id}: event ${sequence} hands out ${placeOf(event)} unregistered`;
  }
  for (const { place, task } of steps.values())
    if (!able.has(task)) yield `${id}: ${place} was registered, and cannot be undone`;
}

/** What came behind it in the graph, a later round of it, and what came after a jump back, is undone before it is. */
function* inOrder({ id, workflow }: FinishedExecution, steps: readonly Step[]): Iterable<string> {
  const tasks = new Map(workflow.program.tasks.map((task) => [task.id, task]));
  const isBehind = (task: string, first: string): boolean =>
    dependenciesOf(tasks.get(task) ?? {}).some((one) => one === first || isBehind(one, first));
  for (const first of steps) {
    if (first.begun === 0) continue;
    for (const last of steps) {
      const comesFirst =
        last.generation === first.generation
          ? last.task === first.task
            ? last.activation > first.activation
            : isBehind(last.task, first.task)
          : last.generation > first.generation;
      if (comesFirst && !(last.over > 0 && last.over < first.begun))
        yield `${id}: ${first.place} began to be undone before ${last.place} was`;
    }
  }
}

/** The judge outside: what was done under a key that can be undone is there, or was taken back. */
function* effects(
  { id, row }: FinishedExecution,
  deeds: readonly Deed[],
  able: ReadonlySet<string>,
  steps: ReadonlyMap<string, Step>,
): Iterable<string> {
  const standing = new Map<string, number>();
  for (const deed of deeds) {
    if (!deed.isApplied || !able.has(deed.task)) continue;
    const { kind: _, ...at } = deed;
    const address = deedAddress({ ...at, kind: 'perform' });
    standing.set(address, (standing.get(address) ?? 0) + (deed.kind === 'perform' ? 1 : -1));
  }
  for (const { place, over, isSkipped } of steps.values()) {
    const left = standing.get(`${id}/${place}/perform`) ?? 0;
    if (over > 0 && !isSkipped && left > 0) yield `${id}: the effect of ${place} is there, and it is undone`;
    if (row.status === 'completed' && left < 0)
      yield `${id} is completed, and the effect of ${place} is gone`;
  }
}
