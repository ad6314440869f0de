/** Why an item waits for a group that is not its own, in words. */
import { listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { diversionOf } from '../../lookup.ts';
import type { Item } from '../../state.ts';

/** A sentence, to follow another; empty for one that waits for its own. */
export function insteadOf(item: View<Item>): string {
  const diverted = diversionOf(item);
  if (diverted === undefined || diverted.from === diverted.to) return '';
  return ` It goes there instead of to ${diverted.from}, because agents of the type ${listing(diverted.types)} fail.`;
}
