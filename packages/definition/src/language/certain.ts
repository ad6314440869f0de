/** From a draft to a definition: where no problem was found, nothing that is needed is missing. */
import { assert } from '@cantata/core';

/** @throws CantataError `invariant_broken` if a reader gave up without reporting why. */
export function certain<T>(value: T | undefined): T {
  assert(value !== undefined, 'a part of a definition without problems could not be read');
  return value;
}

export function certainList<T>(list: readonly (T | undefined)[]): readonly T[] {
  return list.map(certain);
}
