/** `agents:`: the groups of agents that take part, by name. */
import type { AgentGroup, PatternLibrary, Resources, TeamGroup } from '@cantata/core';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { dottedName, groupName } from '../shape/names.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { type Entry, record } from '../shape/record.ts';
import { positiveNumber, text, wholeNumber } from '../shape/scalars.ts';
import { cpu } from '../units/cpu.ts';
import { memory } from '../units/memory.ts';
import { certain, certainList } from './certain.ts';
import { defineTeam, innerTeam, patternOf } from './team.ts';

const RESOURCES = {
  cpu: optional(cpu, 'Processor time of a seat: `2 cores`, `500m`.'),
  memory: optional(memory, 'Memory of a seat: `4GB`, `512Mi`.'),
};

const GROUP = {
  type: required(dottedName, 'What implements these agents; it is bound to code in `cantata.config.ts`.'),
  count: optional(wholeNumber(1, LIMITS.seats), 'How many seats the group has. Default: 1.'),
  capabilities: optional(
    list({ name: 'capabilities', item: dottedName, max: LIMITS.names }),
    'What they can do: what tasks may ask for with `requires`.',
  ),
  resources: optional(
    object({ name: 'resources', fields: RESOURCES, later: ['gpu', 'disk'] }),
    'What each seat needs.',
  ),
  role: optional(text, 'What it is to the pattern. Default: what it is called, else what the pattern says.'),
  reports_to: optional(text, 'The group to whose agents these report, in a hierarchy.'),
  weight: optional(positiveNumber(LIMITS.names), 'Of each of its votes. Default: 1.'),
  pattern: optional(
    innerTeam,
    'It is no group of agents but a team of its own, by this pattern: `{name, members, options, limits}`.',
  ),
};

export type GroupDraft = Draft<typeof GROUP>;
export type AgentsDraft = readonly Entry<GroupDraft>[];

export const agents = record<GroupDraft>({
  name: 'agent groups',
  key: groupName,
  item: object({
    name: 'an agent group',
    fields: GROUP,
    later: ['options', 'model', 'tools'],
    unless: 'pattern',
  }),
  max: LIMITS.groups,
  emptyHint: 'a workflow needs at least one group of agents',
  hint: 'write the name of each group as a key, without `- `',
});

export function defineAgents(draft: AgentsDraft): readonly AgentGroup[] {
  return draft.filter(isOfAgents).map(({ name, value }): AgentGroup => {
    const group = certain(value);
    return {
      name,
      type: certain(group.type),
      count: group.count ?? 1,
      resources: defineResources(group.resources ?? {}),
      ...defineMember(group),
    };
  });
}

/** Groups that are teams. The patterns are known: that was checked. */
export function defineTeams(
  draft: AgentsDraft,
  library: PatternLibrary,
  ofWorkflow: string | undefined,
): readonly TeamGroup[] {
  return draft.flatMap(({ name, value }): readonly TeamGroup[] => {
    const group = certain(value);
    const { pattern: use } = group;
    if (use === undefined) return [];
    const team = defineTeam(use, certain(patternOf(library, use, ofWorkflow)), library);
    return [{ name, ...defineMember(group), team: { ...team, members: certainList(certain(use.members)) } }];
  });
}

/** Whether a group consists of agents, and is not a team of other groups. */
export function isOfAgents({ value }: Entry<GroupDraft>): boolean {
  return value === undefined || !('pattern' in value);
}

function defineMember(group: GroupDraft): Omit<TeamGroup, 'name' | 'team'> {
  return {
    capabilities: certainList(group.capabilities ?? []),
    ...(group.role === undefined ? {} : { role: group.role }),
    ...(group.reports_to === undefined ? {} : { reportsTo: group.reports_to }),
    ...(group.weight === undefined ? {} : { weight: group.weight }),
  };
}

function defineResources({ cpu, memory }: Draft<typeof RESOURCES>): Resources {
  return {
    ...(cpu === undefined ? {} : { cpuMillis: cpu }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}
