import { isReference, type Json } from '@cantata/core';
import type { FinishedExecution } from '../finished.ts';
import type { Sight } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

export const teamsSee: Invariant = {
  name: 'teams see',
  says: 'What an agent is shown of other turns is what came of them, of its own team.',
  *check({ sights, executions }) {
    const sightsOf = Map.groupBy(sights, ({ execution }) => execution);
    for (const execution of executions) yield* checkExecution(execution, sightsOf.get(execution.id) ?? []);
  },
};

/** One entry into a task that is done by a team. */
interface Entry {
  /** By place: the lead of whose team it is. */
  readonly scopes: number[];
  /** By place; undefined for what failed. */
  readonly outputs: Map<number, Json>;
}

function* checkExecution(execution: FinishedExecution, sights: readonly Sight[]): Iterable<string> {
  if (sights.length === 0) return;
  const entries = entriesOf(execution);
  for (const { task, item = 0, activation, turns } of sights) {
    const entry = entries.get(`${task}#${activation}`);
    // Of what was not written down nothing follows.
    if (entry === undefined || entry.scopes.length <= item) continue;
    const { scopes, outputs } = entry;
    for (const { turn, output } of turns) {
      const known = outputs.get(turn) ?? null;
      if (turn < 1 || turn >= item || scopes[turn] !== scopes[item])
        yield `${execution.id}: ${task}[${item}] is shown turn ${turn}, which is not before it in its team`;
      else if (!isReference(known) && JSON.stringify(known) !== JSON.stringify(output))
        yield `${execution.id}: ${task}[${item}] is shown ${JSON.stringify(output)} of turn ${turn}, which gave ${JSON.stringify(known)}`;
    }
  }
}

function entriesOf({ log }: FinishedExecution): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { event } of log) {
    if (!('task' in event) || event.task === undefined || ('deed' in event && event.deed !== undefined))
      continue;
    const { activation = 1, item = 0 } = event as { readonly activation?: number; readonly item?: number };
    const key = `${event.task}#${activation}`;
    if (event.type === 'pattern.started') {
      if (item === 0) entries.set(key, { scopes: [0], outputs: new Map() });
      if (event.opening !== true) continue;
      entries.set(key, { scopes: [0, 0], outputs: new Map([[1, event.output ?? null]]) });
    }
    const entry = entries.get(key);
    if (entry === undefined) continue;
    if (event.type === 'pattern.reacted') for (const _ of event.turns ?? []) entry.scopes.push(item);
    if (event.type === 'task.completed') entry.outputs.set(item, event.output);
    if (event.type === 'task.overridden' && event.as === 'completed') entry.outputs.set(item, event.output);
  }
  return entries;
}
