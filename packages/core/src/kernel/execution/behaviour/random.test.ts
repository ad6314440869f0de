/**
 * Whatever happens in whatever order: random workflows, random commands at right and at wrong times. Every step is
 * checked by `CheckedExecution` (C1 to C5). What must have become of each task is concluded by the second reading of
 * logs; who may be at work when is checked here, from the log alone.
 */
import {
  type AgentSketch,
  aComputed,
  aPlan,
  auditLog,
  CheckedExecution,
  type CheckedStep,
  cancelsTask,
  completes,
  completesByHand,
  fails,
  failsByHand,
  loses,
  reassigns,
  skipsByHand,
  starts,
  type TaskSketch,
  type Told,
} from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import {
  DEPENDENCY_ENDS,
  type Join,
  type Loop,
  type OnFailure,
  RETRY_POLICY_NAMES,
} from '../../../plan/definition.ts';
import type { Scope } from '../../../plan/expression.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { CONTINUE, type Continue, type Timer } from '../../law.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { executionLaw } from '../law.ts';
import { labelOf } from '../lookup.ts';
import { encodeExecution } from '../snapshot/encode.ts';
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
    ends: fc.array(fc.constantFrom(...DEPENDENCY_ENDS), { minLength: 3, maxLength: 3 }),
    join: fc.oneof(fc.constantFrom('any', 'completed', 'failed', 'breaks'), fc.integer({ min: 1, max: 3 })),
    cancelRemaining: fc.boolean(),
    onFailure: fc.oneof(
      fc.constantFrom('continue', 'continue', 'fail'),
      fc.record({ back: fc.nat(6), maxTimes: fc.integer({ min: 1, max: 2 }) }),
    ),
    loop: fc.record(
      {
        while: fc.constantFrom('always', 'never', 'own'),
        until: fc.constantFrom('never', 'own', 'breaks'),
        maxIterations: fc.integer({ min: 1, max: 3 }),
        onLimit: fc.constantFrom('complete', 'fail'),
      },
      { requiredKeys: ['maxIterations', 'onLimit'] },
    ),
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

const joinOf = (join: NonNullable<Sketched['join']>, dependsOn: readonly string[]): Join => {
  if (join === 'any') return { kind: 'any' };
  if (typeof join === 'number') return { kind: 'at_least', count: Math.min(join, dependsOn.length) };
  const exists = ({ tasks }: Scope): boolean => Object.values(tasks).some(({ status }) => status === join);
  return { kind: 'when', condition: join === 'breaks' ? breaks : aComputed(exists, { tasks: dependsOn }) };
};

const loopOf = ({ while: goesOn, until, ...loop }: NonNullable<Sketched['loop']>, id: string): Loop => {
  const own = aComputed(({ tasks }) => Array.isArray(tasks[id]?.output), { tasks: [id] });
  const asked = { ...conditions([]), own };
  return {
    ...loop,
    ...(goesOn === undefined ? {} : { while: asked[goesOn] }),
    ...(until === undefined ? {} : { until: asked[until] }),
  };
};

type Sketched = typeof taskSketch extends fc.Arbitrary<infer Task> ? Task : never;

/** The tasks before it, through any number of others. */
const upstream = (sketches: readonly Sketched[], n: number): readonly number[] => [
  ...new Set(dependenciesOf(sketches, n).flatMap((before) => [before, ...upstream(sketches, before)])),
];
const dependenciesOf = (sketches: readonly Sketched[], n: number): readonly number[] => [
  ...new Set(sketches[n]?.dependencies.filter((other) => other < n)),
];

function sketchOf(sketches: readonly Sketched[], n: number): TaskSketch {
  const { dependencies: _, who, when, input, ends, join, onFailure, loop, ...rest } = sketches[n] as Sketched;
  const dependsOn = dependenciesOf(sketches, n).map((other) => `t${other}`);
  const metBy = dependsOn.flatMap((id, edge) => {
    const end = ends?.[edge] ?? 'completed';
    return end === 'completed' ? [] : [[id, end] as const];
  });
  const backTo = [n, ...upstream(sketches, n)];
  const follows = (given: NonNullable<typeof onFailure>): OnFailure =>
    typeof given === 'string'
      ? { kind: given }
      : { kind: 'goto', task: `t${backTo[given.back % backTo.length]}`, maxTimes: given.maxTimes };
  return {
    ...rest,
    dependsOn,
    metBy: Object.fromEntries(metBy),
    ...(typeof who === 'string' ? { agent: who } : { requires: who }),
    ...(when === undefined ? {} : { when: conditions(dependsOn)[when] }),
    ...(input === undefined ? {} : { input: TEMPLATES[input] }),
    ...(join === undefined || dependsOn.length === 0 ? {} : { join: joinOf(join, dependsOn) }),
    ...(onFailure === undefined ? {} : { onFailure: follows(onFailure) }),
    ...(loop === undefined ? {} : { loop: loopOf(loop, `t${n}`) }),
  };
}

const plans: fc.Arbitrary<Plan> = fc
  .tuple(agents, fc.array(taskSketch, { minLength: 1, maxLength: 7 }))
  .map(([groups, sketches]) =>
    aPlan({
      agents: groups,
      tasks: Object.fromEntries(sketches.map((_, n) => [`t${n}`, sketchOf(sketches, n)])),
    }),
  );

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

const operations = fc.constantFrom('cancel', 'region', 'complete', 'fail', 'skip', 'reassign');

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
    {
      weight: 4,
      arbitrary: fc.record({ kind: kind('operates'), verb: operations, nth: fc.nat(6), item: fc.nat(4) }),
    },
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

/** Loops in regions that begin again and again: more than any of these lives takes. */
const MOST_MOVES = 3_000;

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
      case 'operates':
        this.tell(OPERATED[move.verb](`t${move.nth}`, move.item === 0 ? '' : `[${move.item - 1}]`));
        return;
      default:
        return move satisfies never;
    }
  }

  /** Everybody answers, every timer fires in its time, nobody keeps it paused. Returns how many moves it took. */
  settle(): number {
    const { state, undischarged } = this.execution;
    for (let taken = 0; ; taken++) {
      if (isEnded(state.status) || taken > MOST_MOVES) return taken;
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

const OPERATED = {
  cancel: (task, item) => cancelsTask(task + item),
  region: (task) => cancelsTask(task, 'region'),
  complete: (task, item) => completesByHand(task + item, item === '' ? ['by hand'] : 'by hand'),
  fail: (task, item) => failsByHand(task + item),
  skip: (task) => skipsByHand(task),
  reassign: (task, item) => reassigns(task + item, 'all'),
} as const satisfies Readonly<Record<string, (task: string, item: string) => ExecutionCommand>>;

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
        auditLog(
          life.plan,
          life.start.input,
          run.execution.log.map(({ event }) => event),
        );
      }),
      { numRuns: 250 },
    );
  });

  test('it comes to an end once everybody answers, every timer fires and nobody holds it back', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const run = live(life);
        expect(run.settle()).toBeLessThan(MOST_MOVES);
        expect(isEnded(run.execution.state.status)).toBe(true);
        auditLog(
          life.plan,
          life.start.input,
          run.execution.log.map(({ event }) => event),
        );
        expect(run.releases).toEqual([
          { to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } },
        ]);
      }),
      { numRuns: 250 },
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
      { numRuns: 120 },
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
          skippedTasks: state.tasks.filter(({ status }) => status === 'skipped').length,
          cancelledTasks: state.tasks.filter(({ status }) => status === 'cancelled').length,
          failedTasks: state.tasks.filter(({ status }) => status === 'failed').length,
        });
      }),
      { numRuns: 120 },
    );
  });
});
