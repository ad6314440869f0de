/** `coordination:`: what may start a task. */
import { COORDINATION_TYPES, type Coordination } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, object, optional, required, unenforced } from '../shape/object.ts';
import type { Reader } from '../shape/reader.ts';
import { oneOf } from '../shape/scalars.ts';
import { certain, certainList } from './certain.ts';

/** Relations between tasks that gate when one is ready. Both stand for the order that `depends_on` gives. */
export const RELATIONS = ['task_flow', 'dependencies'] as const;

const known = oneOf(RELATIONS);

const relation: Reader<(typeof RELATIONS)[number]> = {
  expects: known.expects,
  schema: known.schema,
  read(value, at) {
    if (value !== 'data') return known.read(value, at);
    const hint = 'this version does not have it yet';
    return at.report('value_unknown', 'the relation `data` does not gate tasks', { hint });
  },
};

const COORDINATION = {
  type: required(
    oneOf(COORDINATION_TYPES),
    'Whether tasks start by their dependencies, by events, or by both.',
  ),
  event_driven: unenforced(
    optional(
      list({ name: 'topics', item: dottedName, max: LIMITS.names }),
      'The topics of events between agents.',
    ),
  ),
  graph_based: optional(
    list({ name: 'relations', item: relation, max: LIMITS.names }),
    'The relations that gate tasks. Default: both.',
  ),
};

export type CoordinationDraft = Draft<typeof COORDINATION>;

export const coordination = object({
  name: 'coordination',
  fields: COORDINATION,
  example: '{ type: hybrid }',
});

export function defineCoordination(draft: CoordinationDraft): Coordination {
  return {
    type: certain(draft.type),
    eventDriven: certainList(draft.event_driven ?? []),
    graphBased: certainList(draft.graph_based ?? []),
  };
}
