import { executionLaw, type Json, type JsonObject } from '@cantata/core';
import { type FinishedExecution, unbegun } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const teamStates: Invariant = {
  name: 'team states',
  says: 'The state of a pattern is what it began with and all that its reactions changed, in their order.',
  *check({ executions }) {
    for (const execution of executions) yield* checkExecution(execution);
  },
};

function* checkExecution(execution: FinishedExecution): Iterable<string> {
  const { id, log } = execution;
  const states = new Map<string, Json>();
  for (const { event } of log) {
    if (event.type === 'pattern.started') {
      const { task, item = 0, activation = 1, state } = event;
      // With another team of the task come other teams in it.
      if (item === 0) for (const key of states.keys()) if (key.startsWith(`${task}[`)) states.delete(key);
      states.set(`${task}[${item}]#${activation}`, state);
    }
    if (event.type !== 'pattern.reacted' || event.change === undefined) continue;
    const { task, item = 0, activation = 1, change } = event;
    const key = `${task}[${item}]#${activation}`;
    states.set(key, patched(states.get(key) ?? null, change));
  }
  if (states.size === 0) return;
  const folded = unbegun(execution);
  for (const { event, at } of log) executionLaw.evolve(folded, event, at);
  for (const task of folded.tasks) {
    const name = folded.plan.tasks[task.index]?.id ?? '';
    const runs = [task.team, ...task.items.map((item) => item.team)];
    for (const [n, run] of runs.entries()) {
      if (run === undefined) continue;
      const key = `${name}[${run.scope}]#${task.activation}`;
      const expected = states.get(key);
      if (expected !== undefined && !isSame(expected, run.state))
        yield `${id}: the state of the team ${n} of ${key} is not what was written down`;
    }
  }
}

/** RFC 7396, said a second time. */
function patched(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const kept = isObject(target) ? target : {};
  const merged = Object.fromEntries(
    Object.entries(patch).map(([key, value]) => [key, patched(kept[key] ?? null, value)]),
  );
  const whole = { ...kept, ...merged };
  return Object.fromEntries(Object.entries(whole).filter(([key]) => patch[key] !== null));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whatever the order of their keys. */
function isSame(one: Json, other: Json): boolean {
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && isSame(one[key] ?? null, other[key] ?? null))
  );
}
