/** `retry_policy:`: what follows when an attempt fails; one by name, or with its numbers. */
import { BACKOFFS, type Backoff, RETRY_POLICY_NAMES, type RetryPolicy, type RetryRule } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, object, optional } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader } from '../shape/reader.ts';
import { oneOf, share, wholeNumber } from '../shape/scalars.ts';
import { enumerate, quote } from '../shape/words.ts';
import { duration } from '../units/duration.ts';

const codes = list({
  name: 'codes of errors',
  item: dottedName,
  min: 1,
  max: LIMITS.names,
  emptyHint: 'name the codes, or remove the key',
});

const POLICY = {
  attempts: optional(wholeNumber(1, LIMITS.attempts), 'Attempts in all, the first included. Default: 5.'),
  backoff: optional(
    oneOf(BACKOFFS),
    'How the delay before the next attempt grows: not at all, steadily, or twofold. Default: exponential.',
  ),
  initial: optional(duration, 'The first delay. Default: 500ms.'),
  cap: optional(duration, 'The longest delay. Default: 1m, or the first delay if that is longer.'),
  jitter: optional(share, 'The share of a delay that varies: 0.2 is 80 % to 120 %. Default: 0.2.'),
  non_retryable: optional(codes, 'Codes of errors after which there is no other attempt.'),
  retryable: optional(codes, 'The only codes of errors after which there is one. Default: all others.'),
};

type PolicyDraft = Draft<typeof POLICY>;

const name = oneOf(RETRY_POLICY_NAMES);
const fields = object({
  name: 'a retry policy',
  fields: POLICY,
  example: '{ attempts: 3, backoff: fixed, initial: 10s }',
});

export const retryPolicy: Reader<RetryRule> = {
  expects: `${name.expects}, or a mapping such as { attempts: 3, backoff: fixed, initial: 10s }`,
  schema: { anyOf: [name.schema, fields.schema] },
  read(value, at) {
    if (!isMapping(value)) return name.read(value, at);
    const draft = fields.read(value, at);
    if (draft === undefined) return undefined;
    checkDelays(draft, at);
    checkCodes(draft, at);
    return define(draft);
  },
};

/** Keys of delays that a way to back off does not have. */
const WITHOUT: Readonly<Record<Backoff, readonly (keyof typeof POLICY)[]>> = {
  none: ['initial', 'cap', 'jitter'],
  fixed: ['cap'],
  linear: [],
  exponential: [],
};

function checkDelays(draft: PolicyDraft, at: Place): void {
  const { backoff, initial, cap } = draft;
  for (const key of WITHOUT[backoff ?? 'exponential']) {
    if (!(key in draft)) continue;
    const message = `${quote(`backoff: ${backoff}`)} has no ${quote(key)}`;
    const hint = `remove it, or use ${backoff === 'none' ? '`fixed`, ' : ''}\`linear\` or \`exponential\``;
    at.child(key).report('unknown_key', message, { at: 'key', hint });
  }
  if (cap !== undefined && initial !== undefined && cap < initial) {
    const hint = 'make it the longer one';
    at.child('cap').report('value_out_of_range', 'the longest delay is shorter than the first', { hint });
  }
}

function checkCodes({ retryable = [], non_retryable = [] }: PolicyDraft, at: Place): void {
  const both = retryable.filter((code) => code !== undefined && non_retryable.includes(code));
  if (both.length === 0) return;
  const message = `${enumerate(both as readonly string[], 'and')} cannot be both worth another attempt and not`;
  at.child('non_retryable').report('listed_twice', message, { at: 'key', hint: 'keep it in one of the two' });
}

function define(draft: PolicyDraft): RetryPolicy {
  const { attempts = 5, backoff = 'exponential', retryable, non_retryable: nonRetryable } = draft;
  const initialMs = backoff === 'none' ? 0 : (draft.initial ?? 500);
  return {
    attempts,
    backoff,
    initialMs,
    capMs: Math.max(initialMs, draft.cap ?? (backoff === 'none' ? 0 : 60_000)),
    jitter: backoff === 'none' ? 0 : (draft.jitter ?? 0.2),
    ...(retryable === undefined ? {} : { retryable: readable(retryable) }),
    ...(nonRetryable === undefined ? {} : { nonRetryable: readable(nonRetryable) }),
  };
}

/** What could not be read was reported: nothing is made of such a document. */
function readable(list: readonly (string | undefined)[]): readonly string[] {
  return list.filter((code) => code !== undefined);
}
