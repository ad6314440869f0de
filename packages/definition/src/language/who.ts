/** Who does something: a group by name, or any that can. */
import type { Who } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, optional } from '../shape/object.ts';
import { text } from '../shape/scalars.ts';
import { certain, certainList } from './certain.ts';

export const WHO = {
  // What is referred to is text of any form: a name that does not exist is one problem, not two.
  agent: optional(text, 'The agent group that does it. This or `requires`.'),
  requires: optional(
    list({
      name: 'capabilities',
      item: dottedName,
      min: 1,
      max: LIMITS.names,
      emptyHint: 'name the capabilities the agent must have',
    }),
    'Capabilities: any group that has them all may do it. This or `agent`.',
  ),
};

export type WhoDraft = Draft<typeof WHO>;

export function defineWho({ agent, requires }: WhoDraft): Who {
  if (agent !== undefined) return { kind: 'group', group: agent };
  return { kind: 'capabilities', capabilities: certainList(certain(requires)) };
}
