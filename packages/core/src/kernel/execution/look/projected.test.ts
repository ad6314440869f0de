import { aPlan, completes, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../json.ts';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import { hierarchical } from '../../../patterns/hierarchical.ts';
import { network } from '../../../patterns/network.ts';
import type { Pattern } from '../../../patterns/pattern.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import { swarm } from '../../../patterns/swarm.ts';
import { projected } from './projected.ts';
import { type PublishedEvent, publish } from './published.ts';

const workflow = { id: 'workflow-id', name: 'test', version: '1.0.0', digest: 'digest' };

/** What whoever follows it hears of agents, but for what every event has. */
function told({ log, state }: Given): readonly object[] {
  return log
    .map((event, n) =>
      publish(
        { executionId: 'execution', sequence: n + 1, at: 0, actor: 'engine', event },
        workflow,
        state.plan,
      ),
    )
    .flatMap(projected)
    .map(({ workflow_id: _, execution_id: __, timestamp: ___, actor: ____, sequence, ...rest }) => {
      expect(log[sequence - 1]?.type).toBe('pattern.reacted');
      return rest;
    });
}

function run(pattern: unknown, options: JsonObject, ...turns: readonly (readonly Ask[])[]): Given {
  const agents = { a: 1, b: { count: 1, reportsTo: 'a' } };
  const team = { pattern: pattern as Pattern, options };
  const started = given(aPlan({ agents, tasks: { t: { agent: 'a', team } } })).commands(starts());
  for (const [n, directives] of turns.entries())
    started.commands(completes(`t[${n + 1}]`, n, { directives: [...directives] }));
  return started;
}

describe('what happened between agents is published', () => {
  test('with all that every event has', () => {
    const reacted: PublishedEvent = {
      event: 'pattern.reacted',
      workflow_id: 'w',
      execution_id: 'e',
      sequence: 7,
      timestamp: '2026-03-04T05:06:07.089Z',
      actor: 'engine',
      task_id: 't',
      to: 'started',
      reason: 'it begins',
      facts: [{ fact: 'message_sent', by: 'a', topic: 'news' }],
    };
    expect(projected(reacted)).toStrictEqual([
      {
        event: 'agent.message_sent',
        workflow_id: 'w',
        execution_id: 'e',
        sequence: 7,
        timestamp: '2026-03-04T05:06:07.089Z',
        actor: 'engine',
        task_id: 't',
        agent_id: 'a',
        topic: 'news',
      },
    ]);
    expect(projected({ ...reacted, facts: undefined })).toEqual([]);
    expect(projected({ ...reacted, event: 'task.completed' })).toEqual([]);
  });

  test('agent.handed_off and agent.passed_over', () => {
    const options = { context: 'full', on_agent_failure: 'fail' };
    const asks: Ask[] = [
      { kind: 'hand_off', to: 'b', reason: 'not mine' },
      { kind: 'hand_off', to: 'b' },
    ];
    expect(told(run(handoff, options, asks))).toEqual([
      { event: 'agent.handed_off', task_id: 't', turn: 1, agent_id: 'a', to: 'b', reason: 'not mine' },
      { event: 'agent.passed_over', task_id: 't', turn: 1, agent_id: 'a', to: 'b', ask: 'hand_off' },
    ]);
  });

  test('agent.delegated and agent.escalated', () => {
    const part: Ask = { kind: 'delegate', to: 'b', input: 1, reason: 'it knows' };
    const delegated = {
      event: 'agent.delegated',
      task_id: 't',
      turn: 1,
      agent_id: 'a',
      to: 'b',
      reason: 'it knows',
    };
    const lead = run(supervisor, { max_parallel: 9, on_worker_failure: 'report' }, [part]);
    expect(told(lead)).toEqual([delegated]);
    const tree = run(
      hierarchical,
      { span: 9, max_parallel: 9 },
      [part],
      [{ kind: 'escalate', reason: 'too much' }],
    );
    expect(told(tree)).toEqual([
      delegated,
      { event: 'agent.escalated', task_id: 't', turn: 2, agent_id: 'b', to: 'a', reason: 'too much' },
    ]);
  });

  test('agent.message_sent', () => {
    const options = { topology: 'mesh', max_hops: 9, max_batch: 9, start: 'first', merge: 'all' };
    expect(told(run(network, options, [{ kind: 'send', to: 'b', data: 1 }]))).toEqual([
      { event: 'agent.message_sent', task_id: 't', turn: 1, agent_id: 'a', to: 'b' },
    ]);
  });

  test('agent.voted, agent.claimed, agent.bid and agent.awarded', () => {
    const options = { start: 'first', vote: 'unanimous', merge: 'all', bidders: 1, bidding_seconds: 9 };
    const offer: Ask = { kind: 'offer', work: 'w', input: 1 };
    const claims = run(swarm, { ...options, allocation: 'claim' }, [
      offer,
      { kind: 'claim', work: 'w' },
      { kind: 'vote', choice: 'x', reason: 'best' },
    ]);
    expect(told(claims)).toEqual([
      { event: 'agent.claimed', task_id: 't', turn: 1, agent_id: 'a', work: 'w' },
      { event: 'agent.voted', task_id: 't', turn: 1, agent_id: 'a', choice: 'x', reason: 'best' },
    ]);
    const bids = run(
      swarm,
      { ...options, allocation: 'bid' },
      [offer],
      [{ kind: 'bid', work: 'w', cost: 3 }],
    );
    expect(told(bids)).toEqual([
      { event: 'agent.bid', task_id: 't', turn: 2, agent_id: expect.any(String), work: 'w', cost: 3 },
      { event: 'agent.awarded', task_id: 't', turn: 2, agent_id: expect.any(String), work: 'w' },
    ]);
  });
});
