/** A team whose turns are shown a summary of those before: made by a turn of the summariser, kept, and gone on from. */
import {
  aPlan,
  completes,
  type DefinitionSketch,
  fails,
  type Given,
  given,
  loses,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import { completedTurns } from '../../../patterns/outputs.ts';
import type { PatternTrigger, PatternView } from '../../../patterns/pattern.ts';
import { RuleScope } from '../../../patterns/rule-scope.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { TeamUse } from '../../../plan/team.ts';
import { NO_VALUES } from '../../values.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import { teamSeen } from '../team-seen.ts';

const sketch = (use: Partial<TeamUse> = {}): DefinitionSketch => ({
  agents: { a: 1, b: 1, notes: 1 },
  tasks: {
    t: {
      agent: 'a',
      team: {
        pattern: handoff,
        options: { context: 'summary', on_agent_failure: 'fail' },
        summariser: 'notes',
        ...use,
      },
    },
  },
});
const begun = (use?: Partial<TeamUse>): Given => given(aPlan(sketch(use))).commands(starts());
const handsTo = (to: string): { directives: readonly Ask[] } => ({ directives: [{ kind: 'hand_off', to }] });
const handed = (use?: Partial<TeamUse>): Given =>
  begun(use).commands(completes('t[1]', 'found', handsTo('b')));
const shown = ({ state }: Given, place: number) =>
  teamSeen(state, 0, place, NO_VALUES)?.messages.map(({ by, output }) => `${by}: ${output as string}`);
const statusOf = ({ state }: Given, place: number) => state.tasks[0]?.items[place]?.status.kind;

describe('a turn that is to see a summary', () => {
  test('begins when the summariser has seen what was done, and sees what it made of it', () => {
    const run = handed();
    expect(run.log.at(-1)).toMatchObject({ type: 'agent.task_assigned', item: 3, seat: 'notes' });
    expect(statusOf(run, 2)).toBe('blocked');
    expect(shown(run, 3)).toEqual(['a: found']);
    expect(teamSeen(run.state, 0, 3, NO_VALUES)).toMatchObject({ purpose: 'summary', role: '' });
    run.when(completes('t[3]', 'in short')).thenHappens('task.completed', 'agent.task_assigned');
    expect(shown(run, 2)).toEqual(['notes: in short']);
  });

  test('goes on from the last summary with what has happened since', () => {
    const run = handed().commands(completes('t[3]', 'one'), completes('t[2]', 'more', handsTo('a')));
    expect(shown(run, 5)).toEqual(['notes: one', 'b: more']);
    run.commands(completes('t[5]', 'two'));
    expect(shown(run, 4)).toEqual(['notes: two']);
    run.when(completes('t[4]', 'result'));
    expect(run.state.tasks[0]?.items[0]?.status).toMatchObject({ output: 'result' });
  });

  test('does not ask for it again after its process was lost, nor after a restart', () => {
    const run = handed().commands(completes('t[3]', 'one'), loses('t[2]'));
    expect(run.log.at(-1)).toMatchObject({ item: 2, seat: 'b' });
    expect(run.log.filter((event) => event.type === 'agent.task_assigned' && event.item === 3)).toHaveLength(
      1,
    );
    const waiting = handed();
    const snapshot = JSON.parse(JSON.stringify(encodeExecution(waiting.state))) as never;
    const restored = restoreExecution('execution', waiting.state.plan, snapshot);
    expect(restored.tasks[0]?.items[3]?.spawned?.dependents).toEqual([2]);
  });

  test('sees everything where the summariser fails', () => {
    const run = handed().when(fails('t[3]')).thenHappens('task.failed', 'agent.task_assigned');
    expect(run.state.tasks[0]?.team?.figures).toMatchObject({ turns: 2, failed: 1 });
    expect(shown(run, 2)).toEqual(['a: found']);
    run.commands(completes('t[2]', 'done'));
    expect(run.state.status.kind).toBe('completed');
  });

  test('sees none before anything has happened, and the last one if nothing has since', () => {
    const pattern = {
      ...handoff,
      react: ({ turns }: { readonly turns: number }) => ({
        reason: 'next',
        moves:
          turns === 4
            ? []
            : [
                {
                  move: 'turn' as const,
                  to: turns === 0 ? 'a' : 'b',
                  purpose: 'x',
                  context: 'summary' as const,
                },
              ],
      }),
    };
    const run = begun({ pattern: pattern });
    expect(shown(run, 1)).toEqual([]);
    run.commands(completes('t[1]', 'found'), completes('t[3]', 'short'), fails('t[2]'));
    expect(shown(run, 4)).toEqual(['notes: short']);
  });

  test('is refused where nobody makes summaries', () => {
    const run = begun({ summariser: undefined as never, options: { context: 'full' } });
    run.commands(completes('t[1]', 1, { directives: [{ kind: 'hand_off', to: 'b', context: 'summary' }] }));
    expect(run.log).toContainEqual(
      expect.objectContaining({
        error: expect.objectContaining({
          message: expect.stringContaining('nobody is named as the `summariser`'),
        }),
      }),
    );
    const may = begun({ options: { context: 'full', on_agent_failure: 'fail' } });
    may.commands(completes('t[1]', 1, { directives: [{ kind: 'hand_off', to: 'b', context: 'summary' }] }));
    expect(statusOf(may, 2)).toBe('blocked');
  });
});

describe('a summary', () => {
  const delegates: Ask = { kind: 'delegate', to: 'b', input: 1, context: 'summary' };
  const supervised = (): Given =>
    begun({
      pattern: supervisor,
      options: { max_parallel: 9, patience_seconds: 1, on_worker_failure: 'report' },
    });

  test('is one for all turns that are laid together, and none of the parts', () => {
    const run = supervised().commands(completes('t[1]', 'plan', { directives: [delegates, delegates] }));
    expect(statusOf(run, 2)).toBe('blocked');
    run.commands(completes('t[4]', 'short'), completes('t[2]', 'x'), completes('t[3]', 'y'));
    expect(run.log.at(-1)).toMatchObject({ type: 'agent.task_assigned', item: 5, seat: 'a' });
    // What is shown in full has no summaries in it.
    expect(shown(run, 5)).toEqual(['a: plan', 'b: x', 'b: y']);
  });

  test('holds nobody back who is shown something else', () => {
    const other: Ask = { ...delegates, context: 'none' };
    const run = supervised().commands(completes('t[1]', 'plan', { directives: [other, delegates] }));
    expect([2, 3].map((n) => statusOf(run, n))).toEqual(['assigned', 'blocked']);
  });

  test('for nobody any more brings the question how it goes on', () => {
    const pattern = {
      ...supervisor,
      react: (view: never, trigger: { readonly kind: string }) =>
        trigger.kind === 'failed' ? { reason: 'it waits' } : supervisor.react(view, trigger as never),
    };
    const run = begun({ pattern: pattern, options: { max_parallel: 9, patience_seconds: 1 } });
    run.commands(completes('t[1]', 'plan', { directives: [delegates] }));
    run.at(1_000).when({ type: 'timer', timer: { kind: 'team_due', task: 't', name: 'round' } });
    expect(statusOf(run, 2)).toBe('cancelled');
    run
      .when(completes('t[3]', 'short'))
      .thenHappens('task.completed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is made by somebody who asks for nothing', () => {
    const run = handed().commands(completes('t[3]', 1, handsTo('b')));
    expect(run.log).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'ask_refused' }) }),
    );
    expect(shown(run, 2)).toEqual(['a: found']);
  });
});

describe('what patterns see of the turns of a team', () => {
  test('has no summaries in it', () => {
    const looks: (readonly number[])[] = [];
    const pattern = {
      ...handoff,
      react: (view: PatternView<never>, trigger: PatternTrigger) => {
        looks.push(completedTurns(view as never).map(({ n }) => n));
        looks.push(new RuleScope(view as never, {}).turns.map(({ n }) => n));
        return handoff.react(view, trigger);
      },
    };
    handed({ pattern: pattern }).commands(completes('t[3]'), completes('t[2]'));
    expect(looks.slice(-2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});
