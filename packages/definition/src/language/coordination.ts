/** `coordination:`: what may start a task. */
import { COORDINATION_TYPES, type Coordination } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { oneOf } from '../shape/scalars.ts';
import { certain, certainList } from './certain.ts';

/** Relations between tasks that gate when one is ready: the order that `depends_on` gives, by two names. */
export const ORDER = ['task_flow', 'dependencies'] as const;

/** And the outputs that tasks read: with `data`, reading one is depending on it. */
const RELATIONS = [...ORDER, 'data'] as const;

const COORDINATION = {
  type: required(
    oneOf(COORDINATION_TYPES),
    'Whether tasks start by their dependencies, by events, or by both.',
  ),
  event_driven: optional(
    list({ name: 'topics', item: dottedName, max: LIMITS.names }),
    'The topics of events: what agents may publish, and tasks may need with `on`. Default: none.',
  ),
  graph_based: optional(
    list({ name: 'relations', item: oneOf(RELATIONS), max: LIMITS.names }),
    'The relations that gate tasks. Default: task_flow and dependencies.',
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
