/** `pattern:`: how the agents of a workflow, or of one task, work together. */
import type {
  Json,
  JsonObject,
  Pattern,
  PatternLibrary,
  SwitchRule,
  TeamLimits,
  TeamUse,
} from '@cantata/core';
import { conditionOf, defineCondition } from '../expressions/condition.ts';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isMapping, type Reader, reportType } from '../shape/reader.ts';
import { oneOf, text, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { certain, certainList } from './certain.ts';
import { defineStop, stop } from './stop.ts';

const BOUNDS = {
  turns: optional(wholeNumber(1, LIMITS.turns), 'Turns in all. Default: 100.'),
  hand_offs: optional(wholeNumber(0, LIMITS.turns), 'How often control is handed on. Default: 20.'),
  repeats: optional(
    wholeNumber(2, 8),
    'How often the same steps may follow each other: with 2, A-B-A-B is one too many. Default: 2.',
  ),
  stall: optional(wholeNumber(1, LIMITS.turns), 'Steps in a row that bring the team no further. Default: 5.'),
  wall_time: optional(duration, 'Time from the first turn to the result. Default: 1h.'),
  on_limit: optional(
    oneOf(['complete', 'fail']),
    'At a limit the task ends with what there is, or fails. Default: complete.',
  ),
};

/** What they may be, each pattern says itself: see checks/teams.ts. */
const options: Reader<JsonObject> = {
  expects: 'a mapping such as `{ max_parallel: 3 }`',
  schema: { type: 'object' },
  read(value, at) {
    return isMapping(value) ? value : reportType(value, at, this.expects);
  },
};

export const teamLimits = object({ name: 'limits', fields: BOUNDS, example: '{ turns: 20 }' });

export type LimitsDraft = Draft<typeof BOUNDS>;

const USE = {
  name: optional(text, 'Which pattern it is. Default: that of the workflow.'),
  options: optional(options, 'What the pattern lets you choose.'),
  members: optional(
    list({ name: 'agent groups', item: text, min: 1, max: LIMITS.groups }),
    'The groups that take part. Default: all that are not of a team among them.',
  ),
  summariser: optional(
    text,
    'The group that sums up what was done, for turns that are shown a `summary`; it takes no other part. Default: nobody.',
  ),
  limits: optional(teamLimits, 'What ends it, if nothing else does.'),
  stop: optional(stop, 'When it is to stop, though it would go on. Default: never.'),
};

const other = object({ name: 'a pattern', fields: USE, example: '{ name: swarm }' });

const RULE = {
  when: required(
    conditionOf('team', 'figures.stalled > 2'),
    'CEL over `output` and `turn`, the last one that is completed, `input` and `figures`.',
  ),
  to: required(
    named(other),
    'The pattern that goes on: its name, or `{name, options, members, limits, stop}`.',
  ),
};

export type SwitchDraft = Draft<typeof RULE>;

const TEAM = {
  ...USE,
  switch: optional(
    list({
      name: 'rules',
      item: object({ name: 'a rule', fields: RULE, example: '{ when: figures.stalled > 2, to: swarm }' }),
      min: 1,
      max: LIMITS.names,
      emptyHint: 'write a rule, or remove the key',
    }),
    'When another pattern is to go on in its place; each rule is applied once. Default: never.',
  ),
};

export type TeamDraft = Draft<typeof TEAM>;

const INNER = {
  ...TEAM,
  members: required(
    list({ name: 'agent groups', item: text, min: 1, max: LIMITS.groups }),
    'The groups it consists of.',
  ),
};

/** Of a group that is a team. */
export const innerTeam: Reader<Draft<typeof INNER>> = object({
  name: 'the pattern of a group',
  fields: INNER,
  example: '{ name: swarm, members: [scouts] }',
});

const mapping = object({ name: 'a pattern', fields: TEAM, example: '{ name: swarm }' });

export const team: Reader<TeamDraft> = named(mapping);

/** Its name alone is enough. */
function named<D extends { readonly name?: string | undefined }>(whole: Reader<D>): Reader<D> {
  return {
    expects: 'the name of a pattern, or a mapping such as `{ name: swarm }`',
    schema: { anyOf: [text.schema, whole.schema] },
    read: (value: Json, at: Place) =>
      isMapping(value) ? whole.read(value, at) : nameOnly<D>(text.read(value, at)),
  };
}

/** Of the whole workflow: its name stands in `orchestration_pattern`. */
export const workflowTeam: Reader<TeamDraft> = mapping;

function nameOnly<D extends { readonly name?: string | undefined }>(name: string | undefined): D | undefined {
  return name === undefined ? undefined : ({ name } as D);
}

/** The patterns are known: that was checked. */
export function defineTeam(draft: TeamDraft, pattern: Pattern, library: PatternLibrary): TeamUse {
  const { options, members, limits, stop: ends, summariser, switch: rules } = draft;
  return {
    pattern,
    options: withDefaults(pattern, options ?? {}),
    ...(members === undefined ? {} : { members: certainList(members) }),
    ...(limits === undefined ? {} : { limits: defineLimits(limits) }),
    ...(summariser === undefined ? {} : { summariser }),
    ...(ends === undefined ? {} : { stop: defineStop(ends) }),
    ...(rules === undefined
      ? {}
      : { switches: certainList(rules).map((rule) => defineSwitch(rule, pattern, library)) }),
  };
}

function defineSwitch({ when, to }: SwitchDraft, from: Pattern, library: PatternLibrary): SwitchRule {
  const use = certain(to);
  return {
    when: defineCondition(certain(when), '`switch`'),
    to: defineTeam(use, certain(patternOf(library, use, from.name)), library),
  };
}

export function defineLimits(draft: LimitsDraft): Partial<TeamLimits> {
  return {
    ...(draft.turns === undefined ? {} : { turns: draft.turns }),
    ...(draft.hand_offs === undefined ? {} : { handOffs: draft.hand_offs }),
    ...(draft.repeats === undefined ? {} : { repeats: draft.repeats }),
    ...(draft.stall === undefined ? {} : { stall: draft.stall }),
    ...(draft.wall_time === undefined ? {} : { wallTimeMs: draft.wall_time }),
    ...(draft.on_limit === undefined ? {} : { onLimit: draft.on_limit }),
  };
}

/** Which pattern a document means: by its own name where it gives one. */
export function patternOf(
  library: PatternLibrary,
  { name }: TeamDraft,
  ofWorkflow: string | undefined,
): Pattern | undefined {
  const wanted = name ?? ofWorkflow;
  return wanted === undefined ? undefined : library.get(wanted);
}

/** Top-level defaults alone: the options of a pattern are flat. */
export function withDefaults({ options: { properties = {} } }: Pattern, given: JsonObject): JsonObject {
  const defaults = Object.entries(properties as JsonObject).flatMap(([key, member]) => {
    const value = (member as JsonObject)['default'];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(defaults), ...given };
}
