/**
 * Whatever happens in whatever order: random workflows, random commands at right and at wrong times. Every step is
 * checked by `CheckedExecution` (C1 to C5); what the log must say is checked here, from the log alone.
 */
import {
  type AgentSketch,
  aComputed,
  aPlan,
  CheckedExecution,
  type CheckedStep,
  completes,
  fails,
  loses,
  starts,
  type TaskSketch,
  type Told,
} from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { Candidates } from '../../../plan/candidates.ts';
import { type AgentTask, RETRY_POLICY_NAMES } from '../../../plan/definition.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { CONTINUE, type Continue, type Timer } from '../../law.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { AtItem, ExecutionEvent } from '../events.ts';
import { executionLaw } from '../law.ts';
import { labelOf } from '../lookup.ts';
import { encodeExecution } from '../snapshot.ts';
import { isEnded, newExecution } from '../state.ts';

// ---------------------------------------------------------------- what is run

const capabilities = fc.subarray(['x', 'y']);
const agents = fc
  .array(fc.record({ count: fc.integer({ min: 1, max: 3 }), capabilities }), { minLength: 1, maxLength: 3 })
  .map(
    (groups): Record<string, AgentSketch> => ({
      // Whatever a task requires, somebody has it.
      all: { count: 1, capabilities: ['x', 'y'] },
      ...Object.fromEntries(groups.map((group, n) => [`g${n}`, group])),
    }),
  );

const taskSketch = fc.record(
  {
    dependencies: fc.array(fc.nat(6), { maxLength: 3 }),
    parallel: fc.boolean(),
    who: fc.oneof(fc.constant('all'), fc.constant('g0'), capabilities),
    timeoutMs: fc.integer({ min: 1, max: 3_000 }),
    retryPolicy: fc.constantFrom(...RETRY_POLICY_NAMES),
    priority: fc.integer({ min: -1, max: 1 }),
    when: fc.constantFrom('always', 'never', 'lists', 'breaks'),
    input: fc.constantFrom('list', 'value', 'breaks'),
  },
  { requiredKeys: ['dependencies', 'who', 'parallel'] },
);

const breaks = aComputed((): never => {
  throw new CantataError('expression_failed', 'no such value');
});
const TEMPLATES = { list: aComputed(() => [1, 2]), value: aComputed(({ input }) => ({ input })), breaks };
const conditions = (dependsOn: readonly string[]) => ({
  always: aComputed(() => true),
  never: aComputed(() => false),
  lists: aComputed(({ tasks }) => Object.values(tasks).every(({ output }) => Array.isArray(output)), {
    tasks: dependsOn,
  }),
  breaks,
});

const plans: fc.Arbitrary<Plan> = fc
  .tuple(agents, fc.array(taskSketch, { minLength: 1, maxLength: 7 }))
  .map(([groups, sketches]) => {
    const tasks = sketches.map(({ dependencies, who, when, input, ...rest }, n): [string, TaskSketch] => {
      const dependsOn = [...new Set(dependencies.filter((other) => other < n))].map((other) => `t${other}`);
      return [
        `t${n}`,
        {
          ...rest,
          dependsOn,
          ...(typeof who === 'string' ? { agent: who } : { requires: who }),
          ...(when === undefined ? {} : { when: conditions(dependsOn)[when] }),
          ...(input === undefined ? {} : { input: TEMPLATES[input] }),
        },
      ];
    });
    return aPlan({ agents: groups, tasks: Object.fromEntries(tasks) });
  });

const output: fc.Arbitrary<Json> = fc.oneof(fc.constant('done'), fc.array(fc.nat(9), { maxLength: 4 }));

const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);
const nth = fc.nat(9);
const few = fc.integer({ min: 0, max: 3 });
/** Mostly errors that are tried again: a life that ends at once says little. */
const error: fc.Arbitrary<Partial<TaskError>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ retry: 'wanted' as const }) },
  { weight: 1, arbitrary: fc.constant({ retry: 'never' as const }) },
  { weight: 1, arbitrary: fc.constant({ code: 'agent_aborted' }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const asked = fc.constantFrom('pause', 'resume', 'resume', 'checkpoint', 'continue', 'start');

const moves = fc.array(
  fc.oneof(
    { weight: 16, arbitrary: fc.record({ kind: kind('completes'), nth, output }) },
    { weight: 6, arbitrary: fc.record({ kind: kind('fails'), nth, error }) },
    { weight: 6, arbitrary: fc.record({ kind: kind('loses'), nth }) },
    {
      weight: 10,
      arbitrary: fc.record({ kind: kind('fires'), nth, early: fc.integer({ min: -1, max: 1 }) }),
    },
    { weight: 4, arbitrary: fc.record({ kind: kind('passes'), ms: fc.integer({ min: -500, max: 2_000 }) }) },
    { weight: 4, arbitrary: fc.record({ kind: kind('repeats'), nth: fc.nat(30) }) },
    { weight: 4, arbitrary: fc.record({ kind: kind('strays'), nth, attempt: few, assignment: few }) },
    { weight: 10, arbitrary: fc.record({ kind: kind('asks'), what: asked }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('cancels') }) },
  ),
  { minLength: 10, maxLength: 60 },
);
type Move = (typeof moves extends fc.Arbitrary<infer Moves extends readonly unknown[]>
  ? Moves
  : never)[number];

const begins = fc.record({
  input: fc.oneof(fc.constant('question'), fc.array(fc.nat(9), { maxLength: 4 })),
  timeoutMs: fc.integer({ min: 1, max: 60_000 }),
});

// ---------------------------------------------------------------- how it is run

const STRAY_TIMERS: readonly Timer[] = [
  { kind: 'execution_timeout' },
  { kind: 'cancel_deadline' },
  { kind: 'attempt_timeout', task: 't0' },
  { kind: 'attempt_timeout', task: 't1', item: 1 },
  { kind: 'retry_due', task: 't0' },
  { kind: 'retry_due', task: 't9' },
];

class RandomRun {
  readonly execution: CheckedExecution;
  readonly releases: unknown[] = [];
  readonly #told: (ExecutionCommand | Continue)[] = [];
  #now: Instant = 1_000;

  constructor(plan: Plan) {
    this.execution = new CheckedExecution(plan, { prefixes: 'newest' });
  }

  tell(told: Told): CheckedStep {
    const command = typeof told === 'function' ? told(this.execution.state) : told;
    const before = JSON.stringify(encodeExecution(this.execution.state));
    const taken = this.execution.tell(command, this.#now);
    if (taken.rejection !== undefined) {
      expect(JSON.stringify(encodeExecution(this.execution.state))).toBe(before);
    }
    this.#told.push(command);
    this.releases.push(...taken.messages);
    return taken;
  }

  move(move: Move): void {
    switch (move.kind) {
      case 'completes':
        return this.#answer(move.nth, (place) => completes(place, move.output, { usage: { tokens: 1 } }));
      case 'fails':
        return this.#answer(move.nth, (place) => fails(place, move.error));
      case 'loses':
        return this.#answer(move.nth, (place) => loses(place));
      case 'strays':
        return this.#answer(move.nth, (place) => completes(place, 'stray', move));
      case 'fires':
        return this.#fire(move.nth, move.early);
      case 'passes':
        this.#now += move.ms;
        return;
      case 'repeats': {
        const command = this.#told[move.nth];
        if (command !== undefined) this.tell(command);
        return;
      }
      case 'cancels':
        this.tell({ type: 'cancel', by: 'ann' });
        return;
      case 'asks':
        this.tell(ASKED[move.what]);
        return;
      default:
        return move satisfies never;
    }
  }

  /** Everybody answers, every timer fires in its time, nobody keeps it paused. Returns how many moves it took. */
  settle(): number {
    const { state, undischarged } = this.execution;
    for (let taken = 0; ; taken++) {
      if (isEnded(state.status) || taken > 500) return taken;
      if (state.status.kind === 'paused') this.tell(ASKED.resume);
      else if (state.inFlight.size > 0) this.#answer(0, (place) => completes(place, ['one', 'two']));
      else {
        const [next] = undischarged.timers.toSorted((a, b) => a.at - b.at);
        if (next === undefined) return Number.POSITIVE_INFINITY;
        this.#now = Math.max(this.#now, next.at);
        this.tell({ type: 'timer', timer: next.timer });
      }
    }
  }

  #answer(nth: number, how: (place: string) => Told): void {
    const { state } = this.execution;
    const inFlight = [...state.inFlight];
    const item = inFlight[nth % inFlight.length];
    if (item !== undefined) this.tell(how(labelOf(state, item)));
  }

  #fire(nth: number, early: number): void {
    const armed = this.execution.undischarged.timers;
    const which = nth % (armed.length + 1);
    const found = armed[which];
    const timer = found?.timer ?? STRAY_TIMERS[nth % STRAY_TIMERS.length];
    if (found !== undefined) this.#now = Math.max(this.#now, found.at + early);
    if (timer !== undefined) this.tell({ type: 'timer', timer });
  }
}

const ASKED = {
  pause: { type: 'pause', by: 'ann', checkpoint: 'p' },
  resume: { type: 'resume', by: 'ann' },
  checkpoint: { type: 'checkpoint', checkpoint: 'c', cause: 'interval' },
  continue: CONTINUE,
  start: starts(),
} as const;

// ---------------------------------------------------------------- what its log must say

/** Reads a log as an auditor would: with the plan at hand, without the law. Throws at the first thing that is wrong. */
function audit(plan: Plan, log: readonly ExecutionEvent[]): void {
  const items = new Map<string, number>(
    plan.tasks.map(({ id, definition }) => [id, definition.parallel ? Number.POSITIVE_INFINITY : 1]),
  );
  const done = new Map<string, number>();
  const skipped = new Set<string>();
  const dependenciesOf = (task: string): readonly string[] =>
    plan.tasks[plan.taskIndex.get(task) ?? -1]?.definition.dependsOn ?? [];
  const seats = new Map<string, string>();
  const last = new Map<string, { attempt: number; assignment: number; outcome: 'lost' | 'retry' | 'over' }>();
  let open = true;
  let mayAssign = false;

  const placeOf = ({ task, item }: AtItem): string => `${task}[${item ?? 0}]`;
  const isDone = (task: string): boolean => done.get(task) === items.get(task);
  const assertThat = (condition: boolean, what: string, event: ExecutionEvent): void => {
    if (!condition) throw new Error(`${what}: ${JSON.stringify(event)}`);
  };
  const leave = (event: AtItem, outcome: 'lost' | 'retry' | 'over'): void => {
    const place = placeOf(event);
    for (const [seat, holder] of seats) if (holder === place) seats.delete(seat);
    const before = last.get(place);
    if (before !== undefined) last.set(place, { ...before, outcome });
  };

  for (const event of log) {
    assertThat(open, 'something happened after the end', event);
    switch (event.type) {
      case 'workflow.execution_started':
      case 'workflow.resumed':
        mayAssign = true;
        break;
      case 'workflow.paused':
      case 'workflow.cancelling':
      case 'workflow.failing':
        mayAssign = false;
        break;
      case 'task.opened':
        items.set(event.task, event.items ?? 1);
        done.set(event.task, 0);
        break;
      case 'task.skipped': {
        const dependencies = dependenciesOf(event.task);
        assertThat(!skipped.has(event.task), 'a task that is skipped twice', event);
        assertThat(
          event.dependency === undefined
            ? dependencies.every(isDone)
            : dependencies.includes(event.dependency) && skipped.has(event.dependency),
          'a task that is skipped without a reason',
          event,
        );
        skipped.add(event.task);
        break;
      }
      case 'agent.task_assigned': {
        const place = placeOf(event);
        const task = plan.tasks[plan.taskIndex.get(event.task) ?? -1];
        const group = plan.seats[plan.seatIndex.get(event.seat) ?? -1]?.group ?? -1;
        assertThat(mayAssign, 'an assignment at a time when nothing may start', event);
        assertThat(
          task !== undefined && task.definition.dependsOn.every(isDone),
          'a task before its dependencies',
          event,
        );
        assertThat((event.item ?? 0) < (items.get(event.task) ?? 0), 'an item that does not exist', event);
        assertThat(!seats.has(event.seat), 'a seat with two attempts', event);
        assertThat(![...seats.values()].includes(place), 'an item on two seats', event);
        assertThat(
          task !== undefined &&
            new Candidates(plan.definition.agents).of(task.definition as AgentTask).includes(group),
          'a seat that cannot do the task',
          event,
        );
        const before = last.get(place);
        const expected =
          before === undefined
            ? { attempt: 1, assignment: 1 }
            : before.outcome === 'lost'
              ? { attempt: before.attempt, assignment: before.assignment + 1 }
              : { attempt: before.attempt + 1, assignment: 1 };
        assertThat(before?.outcome !== 'over', 'an item that was over', event);
        assertThat(
          event.attempt === expected.attempt && event.assignment === expected.assignment,
          'an attempt out of order',
          event,
        );
        last.set(place, { ...expected, outcome: 'over' });
        seats.set(event.seat, place);
        break;
      }
      case 'task.completed':
        leave(event, 'over');
        done.set(event.task, (done.get(event.task) ?? 0) + 1);
        break;
      case 'task.retry_scheduled':
        leave(event, 'retry');
        break;
      case 'agent.lost':
        leave(event, 'lost');
        break;
      case 'task.timed_out':
      case 'task.failed':
      case 'task.cancelled':
        leave(event, 'over');
        break;
      case 'workflow.completed':
        assertThat(
          plan.tasks.every(({ id }) => isDone(id) !== skipped.has(id)),
          'completed with open tasks',
          event,
        );
        open = false;
        break;
      case 'workflow.failed':
      case 'workflow.cancelled':
        assertThat(seats.size === 0, 'an end with agents at work', event);
        open = false;
        break;
      default:
        break;
    }
  }
}

describe('whatever happens', () => {
  const anyLife = fc.record({ plan: plans, start: begins, moves });

  function live({
    plan,
    start,
    moves,
  }: {
    plan: Plan;
    start: { input: Json; timeoutMs: number };
    moves: readonly Move[];
  }): RandomRun {
    const run = new RandomRun(plan);
    run.tell(starts(start));
    for (const move of moves) run.move(move);
    return run;
  }

  test('the log keeps every promise: dependencies, seats, attempts, pauses, one end', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const run = live(life);
        audit(
          life.plan,
          run.execution.log.map(({ event }) => event),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('it comes to an end once everybody answers, every timer fires and nobody holds it back', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const run = live(life);
        expect(run.settle()).toBeLessThan(500);
        expect(isEnded(run.execution.state.status)).toBe(true);
        audit(
          life.plan,
          run.execution.log.map(({ event }) => event),
        );
        expect(run.releases).toEqual([
          { to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } },
        ]);
      }),
      { numRuns: 400 },
    );
  });

  test('the log folds to the state it left behind', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { state, log } = live(life).execution;
        const folded = newExecution('execution', life.plan);
        for (const { event, at } of log) executionLaw.evolve(folded, event, at);
        expect(encodeExecution(folded)).toEqual(encodeExecution(state));
        expect({ ...folded, effects: [] }).toEqual({ ...state, effects: [] });
      }),
      { numRuns: 200 },
    );
  });

  test('the counters are what the log adds up to', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { state, log } = live(life).execution;
        const count = (type: ExecutionEvent['type']): number =>
          log.filter(({ event }) => event.type === type).length;
        expect(state.counters).toMatchObject({
          turns: count('agent.task_assigned'),
          retries: count('task.retry_scheduled'),
          losses: count('agent.lost'),
          tokens: log.filter(({ event }) => event.type === 'task.completed' && event.usage !== undefined)
            .length,
          completedTasks: state.tasks.filter(({ status }) => status === 'completed').length,
          skippedTasks: count('task.skipped'),
          failedTasks: state.tasks.filter(({ status }) => status === 'failed').length,
        });
      }),
      { numRuns: 200 },
    );
  });
});
