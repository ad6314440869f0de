/** A team that listens: the next message from outside is a turn without a seat. */
import {
  aPlan,
  completes,
  type DefinitionSketch,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  resumes,
  signals,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { TeamUse } from '../../../plan/team.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';

const team: TeamUse = { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' } };
const sketch = (more: DefinitionSketch = {}): DefinitionSketch => ({
  team,
  agents: { w: 1, v: 1 },
  tasks: { a: { agent: 'w' }, b: ['a'] },
  signals: [
    { name: 'message', isBuffered: true },
    { name: 'call', isBuffered: false },
  ],
  ...more,
});
const LISTEN: Ask = { kind: 'listen' };
const says = (place: string, output: string, ...directives: Ask[]) =>
  completes(place, output, { directives });
const talking = (ask: Ask = LISTEN, more?: DefinitionSketch): Given =>
  given(aPlan(sketch(more))).commands(starts(), says('a', 'hello?', ask));
const inputs = ({ log }: Given) => log.findLast((event) => event.type === 'pattern.reacted')?.inputs;

describe('an agent that listens', () => {
  test('goes on with the message that comes, which is its input', () => {
    const run = talking();
    expect(run.log.at(-1)).toMatchObject({ type: 'task.waiting', item: 2, on: { signal: 'message' } });
    run
      .when(signals('message', { text: 'hi' }))
      .thenHappens(
        'signal.received',
        'signal.consumed',
        'task.completed',
        'pattern.reacted',
        'agent.task_assigned',
      );
    expect(inputs(run)).toEqual([{ text: 'hi' }]);
    run
      .when(completes('a[3]', 'bye'))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        'pattern.finished',
        { type: 'task.completed', task: 'a', attempt: 1, output: 'bye' },
        'agent.task_assigned',
      );
  });

  test('hears what came before it listened, in order and once', () => {
    const run = given(aPlan(sketch())).commands(starts());
    run.when(signals('message', 1, 'first')).thenHappens('signal.received');
    run.commands(signals('message', 2, 'second'), says('a', 'well', LISTEN));
    expect(inputs(run)).toEqual([1]);
    run.when(signals('message', 1, 'first')).thenHappens();
    run.commands(says('a[3]', 'and?', LISTEN));
    expect(inputs(run)).toEqual([2]);
    run.commands(says('a[5]', 'and?', LISTEN));
    expect(run.state.tasks[0]?.items[6]?.status.kind).toBe('waiting');
  });

  test('is not heard of by other signals, by those nobody keeps, nor when all is over', () => {
    const run = talking().when(signals('call')).thenRejected('signal_unheard', 'it is not kept');
    run.when(signals('none')).thenRejected('signal_unknown');
    const asks = given(aPlan(sketch({ agents: { w: 1, v: 1 } }))).commands(starts());
    asks.commands(says('a', 'well?', { kind: 'ask_person', prompt: 'Well?' }));
    asks.when(signals('message')).thenHappens('signal.received');
    const over = given(aPlan(sketch({ tasks: { a: { agent: 'w' } } }))).commands(starts());
    over.commands(completes('a', 1)).when(signals('message')).thenRejected('already_ended');
    const others = given(aPlan(sketch({ team: { ...team, pattern: supervisor } }))).commands(starts());
    others.when(signals('message')).thenRejected('signal_late');
  });

  test('hears while the execution is paused, and goes on when it is resumed', () => {
    talking()
      .commands(pauses())
      .when(signals('message', 1))
      .thenHappens('signal.received', 'signal.consumed', 'task.completed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('goes on with something else, or is done, when nobody speaks in time', () => {
    const done = talking({ kind: 'listen', timeoutMs: 1_000 }).at(1_000);
    done.when(fires('wait_due', 'a[2]'));
    expect(done.state.tasks[0]?.items[0]?.status).toMatchObject({ kind: 'completed', output: 'hello?' });
    expect(done.state.tasks[0]?.stopReason).toBe(
      'the conversation is over: no signal message that it wants came within 1 s',
    );
    const on = talking({ kind: 'listen', timeoutMs: 1_000, otherwise: 'silence' }).at(1_000);
    on.when(fires('wait_due', 'a[2]')).thenHappens(
      'task.timed_out',
      'task.completed',
      'pattern.reacted',
      'agent.task_assigned',
    );
    expect(inputs(on)).toEqual(['silence']);
  });

  test.each<[ask: Ask, why: string]>([
    [{ kind: 'listen', otherwise: 1 }, 'listen needs `timeoutMs`'],
    [
      { kind: 'listen', signal: 'mail' },
      'it listens for mail, which is no signal of the workflow; there is message and call',
    ],
  ])('is refused %o', (ask, why) => {
    const run = talking(ask);
    expect(run.log).toContainEqual(
      expect.objectContaining({
        type: 'task.failed',
        error: expect.objectContaining({ code: 'ask_refused', message: expect.stringContaining(why) }),
      }),
    );
  });

  test('is not the work of an agent, and comes back with a snapshot', () => {
    const run = talking({ kind: 'listen', signal: 'call' });
    run.when(reassigns('a[2]', 'v')).thenRejected('agent_unable', 'for somebody outside');
    const snapshot = JSON.parse(JSON.stringify(encodeExecution(run.state))) as never;
    const restored = restoreExecution('execution', run.state.plan, snapshot);
    expect([...(restored.waitingFor.get('call') ?? [])]).toHaveLength(1);
  });
});
