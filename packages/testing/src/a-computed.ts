/** What a document computes, written as a function: for tests that need no expression language. */
import type { Computed, Json, Reads, Schema, Scope } from '@cantata/core';

/** `reads` names what the function looks at; what is not named is not there. */
export function aComputed<T extends Json>(
  evaluate: (scope: Scope) => T,
  reads: Partial<Reads> = {},
): Computed<T> & { readonly source: string } {
  return { source: String(evaluate), reads: { input: true, tasks: [], ...reads }, evaluate };
}

/** A schema that only values for which the test holds fit. */
export function aSchema(fits: (value: Json) => boolean, message = 'does not fit'): Schema {
  return { source: {}, check: (value) => (fits(value) ? [] : [{ path: '', message }]) };
}
