/** Reading a list where the index cannot miss. */
import { assert } from './errors.ts';

/** The element at an index that came from the list itself or from one built beside it. A miss is a bug. */
export function nth<T>(list: readonly T[], index: number): T {
  const element = list[index];
  assert(element !== undefined, 'an index points outside its list');
  return element;
}
