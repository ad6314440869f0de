import {
  type AgentSketch,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  pauses,
  resumes,
  retries,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { TeamUse } from '../../../plan/team.ts';

const use: TeamUse = { pattern: supervisor, options: { max_parallel: 100, on_worker_failure: 'report' } };
const agents: Record<string, AgentSketch> = { boss: { role: 'supervisor' }, hands: { count: 2 } };
const sketch = (more: DefinitionSketch = {}): DefinitionSketch => ({
  agents,
  tasks: { a: { team: use }, b: ['a'] },
  ...more,
});
const part = (input: number): Ask => ({ kind: 'delegate', to: 'hands', input });
const two = { directives: [part(1), part(2)] };
const atWork = (more?: DefinitionSketch): Given =>
  given(aPlan(sketch(more))).commands(starts(), completes('a[1]', 'plan', two));
const limited = (limits: TeamUse['limits']): DefinitionSketch => ({
  agents,
  tasks: { a: { team: { ...use, ...(limits === undefined ? {} : { limits }) } } },
});

describe('a task of a team', () => {
  test('begins with the first turn of its pattern', () => {
    given(aPlan(sketch()))
      .when(starts())
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        'pattern.started',
        'pattern.reacted',
        'agent.task_assigned',
      );
  });

  test('goes on after a pause with what came in meanwhile', () => {
    atWork()
      .commands(pauses())
      .when(completes('a[2]'))
      .thenHappens('task.completed')
      .when(completes('a[3]'))
      .thenHappens('task.completed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'pattern.reacted', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is cancelled with all of its turns', () => {
    atWork()
      .commands(cancels(), fails('a[2]', { code: 'agent_aborted' }))
      .when(fails('a[3]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'workflow.cancelled')
      .when(retries())
      .thenHappens('workflow.reopened', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('hears of a turn that is cancelled, failed or completed by hand', () => {
    atWork()
      .when(cancelsTask('a[2]'))
      .thenHappens('task.cancelling')
      .when(fails('a[2]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'pattern.reacted');
    atWork().when(failsByHand('a[2]')).thenHappens('task.overridden', 'task.failed', 'pattern.reacted');
    atWork().when(completesByHand('a[2]', 5)).thenHappens('task.overridden', 'pattern.reacted');
  });

  test('is completed by hand as a whole', () => {
    const run = atWork().when(completesByHand('a', 5)).thenHappens('task.overridden', 'agent.task_assigned');
    expect(run.state.tasks[0]?.status).toBe('completed');
  });

  test('is retried from its beginning, under new keys', () => {
    const run = given(aPlan(sketch())).commands(starts(), fails('a[1]'));
    expect(run.state.status.kind).toBe('failed');
    run
      .when(retries())
      .thenHappens('workflow.reopened', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
    expect(run.log.at(-1)).toMatchObject({ task: 'a', item: 1, activation: 2 });
  });

  test('goes on by a version that has the same team, and begins anew by one that has another', () => {
    const same = aPlan(sketch({ version: '2' }));
    atWork().knows('next', same).when(upgrades()).thenHappens('workflow.upgraded');
    const other = aPlan(sketch({ version: '2', agents: { ...agents, more: {} } }));
    atWork()
      .knows('next', other)
      .when(upgrades('stop'))
      .thenHappens('workflow.upgraded', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('ends at a limit with what its last turn gave, or fails', () => {
    const complete = given(aPlan(limited({ turns: 2 }))).commands(starts());
    complete
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
    expect(complete.log.at(-2)).toMatchObject({ task: 'a', output: 'plan' });
    expect(complete.state.tasks[0]?.stopReason).toBe('limit of the pattern supervisor: 2 turns');
    given(aPlan(limited({ turns: 2, onLimit: 'fail' })))
      .commands(starts())
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.failed',
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('ends when its time is over', () => {
    given(aPlan(limited({ wallTimeMs: 1_000 })))
      .commands(starts(), completes('a[1]', 'plan', two))
      .at(1_000)
      .when(fires('team_due', 'a'))
      .thenHappens('pattern.finished', 'task.completed', 'workflow.completed');
  });

  test('ends with what there is when its budget is spent', () => {
    const run = given(aPlan(sketch({ tasks: { a: { team: use, budget: { turns: 1 } } } })))
      .commands(starts())
      .when(completes('a[1]', 'plan', two))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'budget.exceeded',
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
    expect(run.log.at(-2)).toMatchObject({ output: 'plan' });
  });

  test('that does the same again and again has reached a limit', () => {
    const run = atWork();
    for (const from of [2, 5]) {
      run.commands(completes(`a[${from}]`), completes(`a[${from + 1}]`), completes(`a[${from + 2}]`, 0, two));
    }
    expect(run.state.tasks[0]?.stopReason).toContain('times in a row');
  });
});
