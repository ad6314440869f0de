/** `signals:`: what the outside may tell an execution, by name. */
import type { SignalDefinition } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { schema } from '../schemas/schema.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import { type Entry, record } from '../shape/record.ts';
import { truth } from '../shape/scalars.ts';

const SIGNAL = {
  schema: optional(schema, 'A JSON Schema: what the data of the signal must look like. Default: anything.'),
  buffer: optional(
    truth,
    'Kept for the next task that waits for it, if none does when it comes; refused otherwise. Default: true.',
  ),
};

export type SignalsDraft = readonly Entry<Draft<typeof SIGNAL>>[];

export const signals = record<Draft<typeof SIGNAL>>({
  name: 'signals',
  key: dottedName,
  item: object({ name: 'a signal', fields: SIGNAL, example: '`{buffer: true}`' }),
  max: LIMITS.groups,
  emptyHint: 'name a signal, or remove the key',
  hint: 'write the name of each signal as a key, without `- `',
});

export function defineSignals(draft: SignalsDraft): readonly SignalDefinition[] {
  return draft.map(({ name, value }) => ({
    name,
    ...(value?.schema === undefined ? {} : { schema: value.schema }),
    isBuffered: value?.buffer ?? true,
  }));
}
