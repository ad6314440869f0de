import { aPlan, type DefinitionSketch, itemAt, starts, type TaskSketch } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../ports/clock.ts';
import { CONTINUE, type Continue, type Effect } from '../../law.ts';
import { drainEffects, step } from '../../step.ts';
import type { ExecutionCommand } from '../commands.ts';
import { executionLaw } from '../law.ts';
import { violations } from '../look/invariants.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import { type ExecutionState, newExecution } from '../state.ts';

/** Too large for checks after every event: an execution driven through its steps, and checked at the end of each. */
class Driven {
  state: ExecutionState;
  now: Instant = 0;
  /** Events of each step. */
  readonly lengths: number[] = [];
  effects: Effect[] = [];

  constructor(sketch: DefinitionSketch) {
    this.state = newExecution('execution', aPlan(sketch));
  }

  /** Tells a command, and goes on as long as more is owed. */
  tell(command: ExecutionCommand): this {
    this.lengths.length = 0;
    this.effects = [];
    let next: ExecutionCommand | Continue | undefined = command;
    while (next !== undefined) {
      const { events, rejection } = step(executionLaw, this.state, next, this.now);
      expect(rejection).toBeUndefined();
      this.lengths.push(events.length);
      const drained = drainEffects(this.state);
      next = drained.some(({ kind }) => kind === 'continue') ? CONTINUE : undefined;
      for (const effect of drained) this.effects.push(effect);
    }
    expect(violations(this.state)).toEqual([]);
    return this;
  }

  completes(task: string, item?: number): this {
    const place = item === undefined ? task : `${task}[${item}]`;
    const { attempt, assignment } = itemAt(this.state, place) ?? { attempt: 1, assignment: 1 };
    const at = item === undefined ? { task } : { task, item };
    return this.tell({ type: 'turn.completed', ...at, attempt, assignment, output: null });
  }
}

const fanOut = (width: number): Readonly<Record<string, TaskSketch>> => ({
  first: {},
  ...Object.fromEntries(Array.from({ length: width }, (_, n) => [`m${n}`, { dependsOn: ['first'] }])),
});

describe('more than 1,000 events', () => {
  test('of a fan-out of 5,000 tasks are assigned in steps of at most 1,000, and all of them are', () => {
    const run = new Driven({ agents: { w: 5_000 }, tasks: fanOut(5_000) }).tell(starts());
    run.completes('first');
    expect(run.lengths).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
    expect(run.state.inFlight.size).toBe(5_000);
    expect(run.effects.filter(({ kind }) => kind === 'dispatch')).toHaveLength(5_000);
  });

  test('of a parallel task of 5,000 items as well', () => {
    const tasks = { t: { parallel: true } };
    const run = new Driven({ agents: { w: 5_000 }, tasks }).tell(starts());
    expect(run.lengths).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 5]);
    expect(run.state.inFlight.size).toBe(5_000);
  });

  test('are continued from the state alone, by another process as well', () => {
    const run = new Driven({ agents: { w: 3_000 }, tasks: { t: { parallel: true } } });
    step(executionLaw, run.state, starts(), 0);
    const json = JSON.parse(JSON.stringify(encodeExecution(run.state))) as ReturnType<typeof encodeExecution>;
    run.state = restoreExecution('execution', run.state.plan, json);
    expect([...executionLaw.owed(run.state)].at(-1)).toEqual({ kind: 'continue' });
    expect(step(executionLaw, run.state, CONTINUE, 0).events).toHaveLength(1_000);
  });

  test('of parallel tasks without items reach the end, though nothing is ever in flight', () => {
    const tasks = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`t${n}`, { parallel: true }]));
    const run = new Driven({ tasks }).tell(starts({ input: [] }));
    expect(run.lengths).toEqual([1_000, 1_000, 505]);
    expect(run.state.status.kind).toBe('completed');
  });

  test('of 5,000 agents that stay silent past the deadline are given up step by step', () => {
    const run = new Driven({ agents: { w: 5_000 }, tasks: { t: { parallel: true } } }).tell(starts());
    run.tell({ type: 'cancel', by: 'ann' });
    run.now = 10_000;
    run.tell({ type: 'timer', timer: { kind: 'cancel_deadline' } });
    expect(run.lengths).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1]);
    expect(run.state.status.kind).toBe('cancelled');
  });
});

describe('a chain of 100,000 parallel tasks without items', () => {
  test('runs to its end without a stack', () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, n) => [
        `t${n}`,
        { parallel: true, dependsOn: n === 0 ? [] : [`t${n - 1}`] },
      ]),
    );
    const run = new Driven({ tasks }).tell(starts({ input: [] }));
    expect(run.state.counters.completedTasks).toBe(100_000);
    expect(run.state.status.kind).toBe('completed');
  });
});

describe('an execution of 200,000 tasks in a row', () => {
  test('starts, is checked and has one task in flight', () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]),
    );
    const run = new Driven({ tasks }).tell(starts()).completes('t0');
    expect(run.state.inFlight.size).toBe(1);
    expect(run.state.layer).toBe(1);
  });
});
