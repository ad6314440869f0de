/** Whatever was recorded can be told: every event has its words, and at every moment `status` and `why` can be asked. */
import {
  type ExecutionEvent,
  executionLaw,
  newExecution,
  publish,
  type StoredEvent,
  upcast,
  viewExecution,
  why,
} from '@cantata/core';
import { compile } from '@cantata/definition';
import { expect, it } from 'vitest';
import { eventWords } from '../../apps/cantata/src/render/event-words/event-words.ts';
import { goldenFiles } from './files.ts';

const LOGS = goldenFiles().flatMap(({ name, log }) =>
  log.document === undefined || log.next !== undefined ? [] : [[name, log, log.document] as const],
);

it.each(LOGS)('tells the log %s in words', (_, { entity, rows }, document) => {
  const state = newExecution(entity, compile(document));
  for (const { sequence, at, type, schema, data } of rows) {
    const event = upcast(type, schema, data) as unknown as ExecutionEvent;
    executionLaw.evolve(state, event, at);
    const stored: StoredEvent = { executionId: entity, sequence, at, actor: 'ann', event };
    const { workflow } = state.request ?? {};
    if (workflow === undefined) throw new Error('nothing was requested');
    const published = publish(stored, workflow, state.plan);
    const { word, text } = eventWords({ at, event, published, definition: state.plan.definition }, state);
    for (const told of [word, text, ...why(state, at).map(({ sentence }) => sentence)]) {
      expect(told).not.toBe('');
      expect(told).not.toMatch(/undefined|NaN|\[object/);
    }
    // What is large stands elsewhere, and nobody has fetched it here.
    if (!state.hasReferences) expect(viewExecution(state, at).tasks).toHaveLength(state.tasks.length);
  }
});
