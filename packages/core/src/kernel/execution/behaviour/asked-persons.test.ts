/** Teams that ask a person: a turn without a seat. */
import {
  answersPerson,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  completesByHand,
  type DefinitionSketch,
  failsByHand,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  rejects,
  resumes,
  retries,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import type { TeamUse } from '../../../plan/team.ts';

const team: TeamUse = { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' } };
const sketch = (more: DefinitionSketch = {}): DefinitionSketch => ({
  team,
  agents: { w: 1, v: 1 },
  tasks: { a: [], b: ['a'] },
  ...more,
});
const question: Ask = { kind: 'ask_person', prompt: 'Well?', timeoutMs: 60_000 };
const asking = (more?: DefinitionSketch): Given =>
  given(aPlan(sketch(more))).commands(starts(), completes('a', 'half', { directives: [question] }));
const statusOf = ({ state }: Given) => state.tasks[0]?.items[2]?.status.kind;

describe('a person whom a team asks', () => {
  test('waits without a seat, and others work meanwhile', () => {
    const run = asking({ tasks: { a: [], b: [] } });
    expect(statusOf(run)).toBe('waiting');
    run.when(completes('b')).thenHappens('task.completed');
    expect(run.state.tasks[0]?.team?.open).toBe(1);
  });

  test('answers while the execution is paused, and the team goes on when it is resumed', () => {
    asking()
      .commands(pauses())
      .when(answersPerson('a[2]'))
      .thenHappens('human.answered', 'task.completed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('answers once', () => {
    asking()
      .commands(answersPerson('a[2]', { id: 'mail' }))
      .when(answersPerson('a[2]', { id: 'mail' }))
      .thenHappens()
      .when(rejects('a[2]'))
      .thenRejected('not_asked')
      .when(answersPerson('a'))
      .thenRejected('not_asked');
  });

  test('cannot answer when the execution has ended, and can again when it is reopened', () => {
    asking()
      .when(cancels())
      .thenHappens('workflow.cancelling', 'workflow.cancelled')
      .when(answersPerson('a[2]'))
      .thenRejected('already_ended')
      .when(retries())
      .thenHappens('workflow.reopened')
      .when(answersPerson('a[2]'))
      .thenHappens('human.answered', 'task.completed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is asked no more when an operator says so: the turn has failed', () => {
    asking()
      .when(cancelsTask('a[2]'))
      .thenHappens('task.cancelling', 'pattern.reacted', 'agent.task_assigned');
    asking()
      .when(failsByHand('a[2]'))
      .thenHappens('task.overridden', 'task.failed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is spoken for by an operator', () => {
    const run = asking()
      .when(completesByHand('a[2]', 'yes'))
      .thenHappens('task.overridden', 'pattern.reacted', 'agent.task_assigned');
    expect(statusOf(run)).toBe('completed');
  });

  test('cannot be an agent', () => {
    const message = 'a[2] turn-2 is for somebody outside, and no agent can do it';
    const run = asking().when(reassigns('a[2]', 'w')).thenRejected('agent_unable', message);
    // Of the task as a whole it stays a person's.
    run.commands(reassigns('a', 'w'), answersPerson('a[2]', { output: 'yes' }));
    expect(statusOf(run)).toBe('completed');
    expect(run.state.tasks[0]?.items[2]?.reassigned).toBeUndefined();
  });

  test('is asked no more when the time of the team is over', () => {
    const run = asking({ team: { ...team, limits: { wallTimeMs: 1_000 } } })
      .at(1_000)
      .when(fires('team_due', 'a'))
      .thenHappens('pattern.finished', 'task.completed', 'agent.task_assigned');
    expect(statusOf(run)).toBe('cancelled');
  });

  test('counts as a turn', () => {
    const run = asking({ team: { ...team, limits: { turns: 1 } } });
    expect(run.state.tasks[0]?.stopReason).toBe('limit of the pattern handoff: 1 turns');
  });

  test('has all the time there is, whatever time agents have', () => {
    const run = given(aPlan(sketch({ tasks: { a: { timeoutMs: 5_000 } } }))).commands(
      starts(),
      completes('a', 1, { directives: [{ kind: 'ask_person', prompt: 'Well?' }] }),
    );
    expect(run.log.at(-1)).toEqual({
      type: 'human.requested',
      task: 'a',
      item: 2,
      attempt: 1,
      prompt: 'Well?',
    });
  });

  test('is asked still after an upgrade that leaves the team as it is', () => {
    const run = asking()
      .knows('next', aPlan(sketch({ version: '2', tasks: { a: [], b: ['a'], c: [] } })))
      .when(upgrades())
      .thenHappens('workflow.upgraded', 'agent.task_assigned')
      .when(answersPerson('a[2]'))
      .thenHappens('human.answered', 'task.completed', 'pattern.reacted');
    expect(run.state.tasks[0]?.team?.open).toBe(1);
  });
});
