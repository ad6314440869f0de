/** `estimate:`: what an item of a task is expected to take; a duration alone, or with the cost. */
import type { DeclaredEstimate } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { object, optional } from '../shape/object.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { positiveNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';

const fields = object({
  name: 'an estimate',
  fields: {
    duration: optional(duration, 'How long: `30s`, `5m`, `1h30m`.'),
    cost: optional(positiveNumber(LIMITS.budget), 'Cost, in the unit in which agents report it.'),
  },
});

export const estimate: Reader<DeclaredEstimate> = {
  expects: 'a duration such as "5m", or { duration: 5m, cost: 0.2 }',
  schema: { anyOf: [duration.schema, fields.schema] },
  read(value, at) {
    if (!isMapping(value)) {
      const durationMs = duration.read(value, at);
      return durationMs === undefined ? undefined : { durationMs };
    }
    const draft = fields.read(value, at);
    if (draft === undefined) return undefined;
    return {
      ...(draft.duration === undefined ? {} : { durationMs: draft.duration }),
      ...(draft.cost === undefined ? {} : { cost: draft.cost }),
    };
  },
};
