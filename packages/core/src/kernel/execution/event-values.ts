/** Where values of people's making stand in events: they may be large, and what is large is put aside. */
import type { Json } from '../../json.ts';
import { isReference } from '../values.ts';
import type { ExecutionEvent } from './events.ts';

type FieldsOf<Event> = {
  [Field in keyof Event]-?: Json extends Exclude<Event[Field], undefined> ? Field : never;
}[keyof Event];

/** Complete: an event with a field for any JSON does not compile until it stands here. */
type EventValues = {
  readonly [Event in ExecutionEvent as FieldsOf<Event> extends never
    ? never
    : Event['type']]: readonly FieldsOf<Event>[];
};

export const EVENT_VALUES: EventValues = {
  'workflow.requested': ['input', 'taskInput'],
  'workflow.terminating': ['output'],
  'workflow.completed': ['output'],
  'task.opened': ['input'],
  'task.items_added': ['input'],
  'task.spawned': ['inputs'],
  'task.repeated': ['input'],
  'task.completed': ['output', 'asks'],
  'agent.result_kept': ['value'],
  'pattern.started': ['output', 'asks'],
  'pattern.reacted': ['inputs'],
  'task.overridden': ['output'],
  'task.compensating': ['input'],
  'task.compensated': ['output'],
  'signal.received': ['data'],
  'event.published': ['data'],
};

/** Whether an event stands for a value that is kept elsewhere. */
export function refers(event: ExecutionEvent): boolean {
  const fields = (EVENT_VALUES as Readonly<Record<string, readonly string[] | undefined>>)[event.type];
  if (fields === undefined) return false;
  for (const field of fields) {
    const kept = (event as unknown as Readonly<Record<string, Json | undefined>>)[field];
    if (kept !== undefined && isReference(kept)) return true;
  }
  return false;
}
