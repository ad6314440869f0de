/** What a task holds of what executions share, its team holds: no turn waits for what its own task has. */
import { aComputed, aPlan, completes, diverts, type Given, given, starts, type Told } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import type { Needs } from '../../../plan/definition.ts';
import type { TeamUse } from '../../../plan/team.ts';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';

const use: TeamUse = { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' } };
const agents = { w: 1, v: 1 };
const STOCK = 'lock/default/stock';
const BREAKER = 'breaker/default/w';
const LOCK: Needs = { locks: [aComputed(() => 'stock')], quotas: [] };
const claim: Claim = { execution: 'execution', task: 'a', activation: 1 };
const grants = (resource: string, of: Claim = claim): ResourceAnswer => ({
  type: 'resource.granted',
  resource,
  claim: of,
});
const needing = (needs: Needs): Given =>
  given(aPlan({ team: use, agents, tasks: { a: { needs } } })).commands(starts(), grants(STOCK));
const asks = (place: string, ask: Ask): Told => completes(place, 1, { directives: [ask] });
const handsOn: Ask = { kind: 'hand_off', to: 'v' };

describe('a task of a team', () => {
  test('keeps its lock from turn to turn, and gives it back with its result', () => {
    needing(LOCK)
      .when(asks('a', handsOn))
      .thenHappens('pattern.started', 'pattern.reacted', 'agent.task_assigned')
      .thenSends()
      .when(completes('a[2]'))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        'task.completed',
        'task.released',
        'workflow.completed',
      );
  });

  test('has its lock before the first turn of a team that it is from the start', () => {
    given(aPlan({ agents, tasks: { a: { team: use, needs: LOCK } } }))
      .when(starts())
      .thenSends({ to: STOCK, command: { type: 'semaphore.acquire', claim, count: 1, capacity: 1 } })
      .when(grants(STOCK))
      .thenHappens('task.granted', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('needs a permit of its rate for every turn of an agent, and none to ask a person', () => {
    const run = needing({ ...LOCK, rate: { limit: 9, perMs: 1_000 } });
    const asked = run.log.findLast(({ type }) => type === 'task.permits_asked');
    expect(asked).toBeDefined();
    const permit = { ...grants('rate/default/test/a', (asked as unknown as { claim: Claim }).claim) };
    run.commands({ ...permit, notBefore: [0] } as ResourceAnswer).when(asks('a', handsOn));
    expect(run.log.findLast(({ type }) => type === 'task.acquiring')).toMatchObject({
      item: 2,
      resources: [{ resource: 'rate/default/test/a' }],
    });
    const person = needing(LOCK).when(asks('a', { kind: 'ask_person', prompt: 'Well?' }));
    person.thenHappens('pattern.started', 'pattern.reacted', 'human.requested');
  });

  test('tells the breaker of its agents that one has answered, and not when the result is there', () => {
    const probe = { ...claim, attempt: 1 };
    given(aPlan({ team: use, agents: { w: 1, v: { count: 1, type: 'other' } } }))
      .commands(starts(), diverts('a', 'w'), grants(BREAKER, probe))
      .when(asks('a', handsOn))
      .thenSends({ to: BREAKER, command: { type: 'breaker.release', claim: probe, succeeded: true } });
  });
});
