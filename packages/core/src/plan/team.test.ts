import { aDefinition } from '@cantata/testing';
import { expect, test } from 'vitest';
import { supervisor } from '../patterns/supervisor.ts';
import type { TaskDefinition } from './definition.ts';
import { isForTeams, isOutside, PlanTeams } from './team.ts';

const definition = aDefinition({ team: { pattern: supervisor, options: {} } });
const [task] = definition.tasks as readonly [TaskDefinition];

test('a task of an agent has the team of its workflow, whether its kind is said or not', () => {
  const teams = new PlanTeams(definition);
  expect(teams.of(task)?.pattern.name).toBe('supervisor');
  expect(teams.of({ ...task, kind: 'agent' } as TaskDefinition)).toBe(teams.of(task));
  const anybody = { ...task, who: { kind: 'capabilities', capabilities: [] } } as TaskDefinition;
  expect(teams.of(anybody)?.opener).toBeUndefined();
});

test('what only waits has none, and a workflow without a pattern has none', () => {
  const waits = { ...task, kind: 'wait', wait: { kind: 'for', forMs: 1 } } as TaskDefinition;
  expect(new PlanTeams(definition).of(waits)).toBeUndefined();
  expect(new PlanTeams(aDefinition()).of(task)).toBeUndefined();
});

test('a group is there for the turns of a team, if it is of one or makes its summaries', () => {
  const use = { pattern: supervisor, options: {}, members: ['a'], summariser: 'notes' };
  const own = aDefinition({ agents: { a: 1, b: 1, notes: 1 }, team: use });
  expect(['a', 'b', 'notes'].map((group) => isForTeams(own, group, false))).toEqual([true, false, true]);
});

test('whoever makes the summaries of a team that is a member is of that one alone', () => {
  const isOf = isOutside([{ team: { members: ['a'], summariser: 'notes' } }, { team: { members: ['b'] } }]);
  expect(['a', 'b', 'notes', 'c'].map(isOf)).toEqual([false, false, false, true]);
});

test('a group is there for the turns of a team among the members of another', () => {
  const squad = {
    name: 'squad',
    capabilities: [],
    team: { pattern: supervisor, options: {}, members: ['b'] },
  };
  const own = aDefinition({ agents: { a: 1, b: 1 }, teams: [squad] });
  expect(['a', 'b'].map((group) => isForTeams(own, group, true))).toEqual([false, true]);
});
