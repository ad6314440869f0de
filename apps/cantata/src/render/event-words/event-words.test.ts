import type { ExecutionEvent } from '@cantata/core';
import { expect, test } from 'vitest';
import { assigned, BEGAN, begin, completed } from '../../../test/history.ts';
import { threePhases } from '../../../test/workflows.ts';
import { eventWords } from './event-words.ts';

const error = { code: 'line_busy', message: 'the line\nwas busy' };
const recovery = { in_flight: [], redispatch: 2, ready: 0, retrying: 0, resume: 'cantata resume x' };
const at = { task: 'middle', item: 1, attempt: 1 } as const;

const cases: readonly (readonly [ExecutionEvent, string])[] = [
  [assigned('middle', 'hands-2', 1), 'assigned: middle[1] to hands-2'],
  [
    { ...assigned('middle', 'hands-2', 1, 2), assignment: 3 } as ExecutionEvent,
    'assigned: middle[1] to hands-2, attempt 2 of 5, handed out again',
  ],
  [completed('middle', 1), 'completed: middle[1] in 1 s'],
  [
    { type: 'agent.lost', ...at, seat: 'hands-2', reason: 'the process ended' },
    'lost: middle[1] at hands-2: the process ended',
  ],
  [
    { type: 'task.retry_scheduled', ...at, error, until: BEGAN + 5_000 },
    'retry: middle[1] attempt 1 failed: line_busy: the line was busy; attempt 2 of 5 in 3 s',
  ],
  [{ type: 'task.timed_out', ...at, afterMs: 300 }, 'timed out: middle[1] attempt 1 after 300 ms'],
  [{ type: 'task.failed', ...at, error }, 'failed: middle[1] attempt 1: line_busy: the line was busy'],
  [
    { type: 'task.failed', ...at, error: { code: 'busy\u001B[2J', message: 'now' } },
    'failed: middle[1] attempt 1: busy: now',
  ],
  [{ type: 'task.cancelled', ...at, confirmed: true }, 'cancelled: middle[1]: its agent stopped'],
  [
    { type: 'task.cancelled', ...at, confirmed: false },
    'cancelled: middle[1]: its agent gave no answer in time',
  ],
  [
    { type: 'pattern.started', task: 'middle', item: 3, pattern: 'swarm', version: '1', state: {} },
    'team: middle[3] by the pattern swarm',
  ],
  [{ type: 'pattern.finished', task: 'middle', item: 3, turns: 4 }, 'team done: middle[3] after 4 turns'],
  [{ type: 'workflow.paused', by: 'ada', checkpoint: 'c' }, 'paused: by ada'],
  [{ type: 'workflow.cancelling', by: 'ada', reason: 'enough' }, 'cancelling: by ada: enough'],
  [
    { type: 'workflow.checkpoint_created', checkpoint: '01a20838-ff54-7b26', cause: 'interrupt', recovery },
    'checkpoint: 01a20838-ff54 (interrupt), 2 in flight',
  ],
  [
    { type: 'workflow.failing', error, task: 'middle', item: 1 },
    'failing: middle[1]: line_busy: the line was busy',
  ],
  [{ type: 'workflow.failed', error }, 'end: failed after 2 s: line_busy: the line was busy'],
  [{ type: 'workflow.cancelled', reason: 'enough' }, 'end: cancelled after 2 s: enough'],
  [{ type: 'workflow.completed' }, 'end: completed in 2 s'],
  [{ type: 'task.opened', task: 'middle', items: 3, input: ['a'] }, 'opened: middle into 3 items with ["a"]'],
  [
    { type: 'task.items_added', task: 'middle', items: 2, input: [1, 2], by: 'begin' },
    'items added: 2 items to middle by begin',
  ],
  [
    { type: 'task.spawned', task: 'middle', tasks: [{ id: 'a' }, { id: 'b' }], inputs: [1, 2] },
    'spawned: a and b by middle',
  ],
  [{ type: 'task.opened', task: 'begin' }, 'opened: begin'],
  [{ type: 'task.skipped', task: 'end' }, 'skipped: end: its condition is false'],
  [{ type: 'task.skipped', task: 'end', dependency: 'begin' }, 'skipped: end: it depends on begin'],
  [{ type: 'task.failed', task: 'end', attempt: 0, error }, 'failed: end: line_busy: the line was busy'],
];

test.each(cases)('%j is told', (event, words) => {
  const { state, tell } = begin(threePhases('told'));
  tell(0, assigned('begin', 'lead'));
  tell(1_000, completed('begin'));
  tell(1_000, { type: 'task.opened', task: 'middle', items: 3 });
  for (const item of [0, 1, 2]) tell(1_000, assigned('middle', `hands-${item + 1}`, item));
  const { published } = tell(1_000, {
    type: 'workflow.checkpoint_created',
    checkpoint: 'c',
    cause: 'interval',
    recovery,
  });
  const { definition } = state.plan;
  const told = { at: BEGAN + 2_000, event, published, definition, startedAt: BEGAN + 1_000 };
  const { word, text } = eventWords(told, state);
  expect(`${word}: ${text}`).toBe(words);
});

test('the beginning is told with the input, cut where it is long', () => {
  const { state, tell } = begin(threePhases('told'));
  const { at, published, definition } = tell(0, assigned('begin', 'lead'));
  const requested = state.request as NonNullable<typeof state.request>;
  const words = eventWords(
    {
      at,
      published,
      definition,
      event: { ...requested, type: 'workflow.requested', input: 'x'.repeat(500) },
    },
    state,
  );
  expect(words.text.length).toBeLessThan(160);
  expect(words.text).toMatch(/^told 1\.0 with "xxx.*…$/);
});
