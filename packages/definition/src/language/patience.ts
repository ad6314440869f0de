/** `timeout` and `default` of a wait: how long, and what it gives when the time is up. */
import type { Json, Patience, Schema } from '@cantata/core';
import { didNotFit } from '@cantata/core';
import { type Draft, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import type { Reader } from '../shape/reader.ts';
import { oneOf } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';

/** In a wrapping, so that null is a value like any other. */
const anything: Reader<{ readonly value: Json }> = {
  expects: 'JSON',
  schema: {},
  read: (value) => ({ value }),
};

export const PATIENCE = {
  timeout: optional(
    duration,
    'How long it waits at the longest. Default: as long as the execution may take.',
  ),
  default: optional(anything, 'What it gives when the time is up. Default: it fails then.'),
  on_timeout: optional(oneOf(['fail']), 'That it fails when the time is up, said in so many words.'),
};

export type PatienceDraft = Draft<typeof PATIENCE>;

/** Whether its parts go together; the reasons why not are reported. */
export function checkPatience(draft: PatienceDraft, schema: Schema | undefined, at: Place): boolean {
  if ('default' in draft && !('timeout' in draft)) {
    const hint = 'add `timeout:`, or remove it';
    at.child('default').report('wait_invalid', 'without a `timeout` the `default` never counts', {
      at: 'key',
      hint,
    });
    return false;
  }
  if ('default' in draft && 'on_timeout' in draft) {
    const hint = 'keep one of them';
    at.child('on_timeout').report('wait_invalid', 'a wait has either `default` or `on_timeout`', {
      at: 'key',
      hint,
    });
    return false;
  }
  const misfit = draft.default === undefined ? undefined : didNotFit(schema, draft.default.value);
  if (misfit === undefined) return true;
  at.child('default').report('wait_invalid', `the \`default\` does not fit the schema: ${misfit}`);
  return false;
}

export function definePatience(draft: PatienceDraft): { readonly patience?: Patience } {
  const { timeout: timeoutMs, default: otherwise } = draft;
  if (timeoutMs === undefined) return {};
  return {
    patience: { timeoutMs, ...(otherwise === undefined ? {} : { otherwise: { output: otherwise.value } }) },
  };
}
