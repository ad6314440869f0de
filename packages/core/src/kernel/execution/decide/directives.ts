/** What an agent asks for with its answer. It is decided together with the answer: all of it happens, or the turn fails. */
import { turnAddress } from '../../../ids.ts';
import type { Json } from '../../../json.ts';
import type { OwnDirective, Publish, SpawnedTask } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { attemptOf, labelOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { Outcome } from './compute.ts';
import { itemsAdded } from './growing.ts';
import { publication, whyNotPublished } from './listening.ts';
import { spawn } from './spawn.ts';

/** Events that go before the one of the answer: what is added to a task counts before its last item ends. */
export function directed(
  state: View<ExecutionState>,
  item: View<Item>,
  directives: readonly OwnDirective[],
  output: Json,
  isOfTeam: boolean,
): Outcome<readonly ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  const added = new Map<string, number>();
  const gone = new Set<number>();
  const spawned: SpawnedTask[] = [];
  let publications = 0;
  for (const directive of directives) {
    if (directive.kind === 'spawn') spawned.push(...directive.tasks);
    else if (directive.kind === 'publish') {
      const event = published(state, item, directive, publications++, gone);
      if (event.kind === 'failed') return event;
      events.push(...event.value);
    } else if (directive.items.length > 0) {
      const before = added.get(directive.task) ?? 0;
      const event = itemsAdded(state, directive, labelOf(state, item), before);
      if (event.kind === 'failed') return event;
      events.push(event.value);
      added.set(directive.task, before + directive.items.length);
    }
  }
  if (spawned.length > 0) {
    const event = spawn(state, item, spawned, output, isOfTeam);
    if (event.kind === 'failed') return event;
    events.push(event.value);
  }
  return { kind: 'value', value: events };
}

function published(
  state: View<ExecutionState>,
  item: View<Item>,
  { event: topic, data = null }: Publish,
  before: number,
  gone: Set<number>,
): Outcome<readonly ExecutionEvent[]> {
  const refused = whyNotPublished(state, topic, before);
  if (refused !== undefined) return { kind: 'failed', error: refused };
  const id = `${turnAddress(state.executionId, attemptOf(state, item))}/${before + 1}`;
  const event = { type: 'event.published', topic, id, data, by: labelOf(state, item) } as const;
  return { kind: 'value', value: publication(state, event, gone) };
}
