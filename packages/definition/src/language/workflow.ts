/** The whole document: the keys at its top. */
import {
  type Definition,
  PATTERN_NAMES,
  type PatternLibrary,
  type TaskDefinition,
  type TeamUse,
} from '@cantata/core';
import { gatesByData } from '../checks/gates.ts';
import { defineTemplate } from '../expressions/template.ts';
import { LIMITS } from '../limits.ts';
import { objectSchema } from '../schemas/schema.ts';
import { list } from '../shape/list.ts';
import { dottedName } from '../shape/names.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { oneOf, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { agents, defineAgents, defineTeams } from './agents.ts';
import { budget, defineBudget } from './budget.ts';
import { certain, certainList } from './certain.ts';
import { choiceOf } from './choice.ts';
import { coordination, defineCoordination } from './coordination.ts';
import { defineFaultTolerance, faultTolerance } from './fault-tolerance.ts';
import { outputs } from './outputs.ts';
import { pattern } from './pattern/pattern.ts';
import { defineSchedule, schedule } from './schedule.ts';
import { defineSignals, signals } from './signals.ts';
import { defineTasks, type Patterns, tasks } from './tasks.ts';
import { defineTeam, patternOf, workflowTeam } from './team.ts';

const WORKFLOW = {
  name: required(dottedName, 'The name of the workflow.'),
  version: required(
    dottedName,
    'Its version, in quotes if it looks like a number. A changed workflow needs a new one.',
  ),
  orchestration_pattern: required(
    oneOf(PATTERN_NAMES, 'pattern_unknown'),
    'How the agents of the workflow work together, where one asks for more than to give its answer.',
  ),
  pattern: optional(workflowTeam, 'More about that: `{options, members, limits}`; for `custom` also `name`.'),
  patterns: optional(
    list({ name: 'patterns', item: pattern, max: LIMITS.names }),
    'Declarative patterns of this workflow, for `orchestration_pattern: custom` and for `pattern` of a task.',
  ),
  agents: required(agents, 'The groups of agents that take part, by name.'),
  inputs: optional(
    objectSchema,
    'A JSON Schema of type object: what the input of an execution must look like. Default: anything.',
  ),
  tasks: required(tasks, 'What is done, by whom, after what.'),
  outputs: optional(
    outputs,
    'The result of an execution: by name, JSON whose texts may hold `${…}`. Default: what the last tasks gave.',
  ),
  coordination: required(coordination, 'What may start a task.'),
  signals: optional(signals, 'What the outside may tell an execution, by name.'),
  fault_tolerance: optional(faultTolerance, 'What to do about agents that fail.'),
  max_concurrent_executions: optional(
    wholeNumber(1, LIMITS.maxConcurrentExecutions),
    'How many executions may be open at a time; more are refused. Default: 1.',
  ),
  schedule: optional(schedule, 'When executions start by themselves, once an engine was told to keep to it.'),
  timeout: optional(
    duration,
    'How long an execution may take: `30s`, `5m`, `1h30m`. Default: that of the engine, 24 hours.',
  ),
  budget: optional(budget, 'What an execution may spend. Default: anything.'),
  tags: optional(
    list({ name: 'tags', item: dottedName, max: LIMITS.names }),
    'Names by which workflows are grouped and found.',
  ),
};

/** Keys of the full language whose law is not there yet. */
const LATER = ['options', 'description'];

export const WORKFLOW_KEYS: readonly string[] = Object.keys(WORKFLOW);

export type WorkflowDraft = Draft<typeof WORKFLOW>;

export const workflow = object({ name: 'the workflow', fields: WORKFLOW, later: LATER });

/** The definition of a draft in which no error was found. */
export function defineWorkflow(draft: WorkflowDraft, library: PatternLibrary): Definition {
  const ofWorkflow = certain(draft.orchestration_pattern);
  const used = patternOf(library, draft.pattern ?? {}, ofWorkflow);
  const team = used === undefined ? undefined : defineTeam(draft.pattern ?? {}, used, library);
  const patterns = { library, ofWorkflow: used?.name };
  const teams = defineTeams(certain(draft.agents), library, used?.name);
  return {
    name: certain(draft.name),
    version: certain(draft.version),
    pattern: ofWorkflow,
    ...(team === undefined ? {} : { team }),
    agents: defineAgents(certain(draft.agents)),
    ...(teams.length === 0 ? {} : { teams }),
    choice: choiceOf(library),
    tasks: tasksOf(draft, patterns, team),
    coordination: defineCoordination(certain(draft.coordination)),
    faultTolerance: defineFaultTolerance(draft.fault_tolerance ?? {}),
    maxConcurrentExecutions: draft.max_concurrent_executions ?? 1,
    tags: certainList(draft.tags ?? []),
    ...(draft.schedule === undefined ? {} : { schedule: defineSchedule(draft.schedule) }),
    ...(draft.timeout === undefined ? {} : { timeoutMs: draft.timeout }),
    ...(draft.signals === undefined ? {} : { signals: defineSignals(draft.signals) }),
    ...(draft.inputs === undefined ? {} : { inputs: draft.inputs }),
    ...(draft.outputs === undefined ? {} : { outputs: defineTemplate(draft.outputs, '`outputs`') }),
    ...(draft.budget === undefined ? {} : { budget: defineBudget(draft.budget) }),
  };
}

/** Without tasks, the whole workflow is one that the team does. */
function tasksOf(
  draft: WorkflowDraft,
  patterns: Patterns,
  team: TeamUse | undefined,
): readonly TaskDefinition[] {
  const listed = certain(draft.tasks);
  if (listed.length > 0) return defineTasks(listed, gatesByData(draft.coordination), patterns);
  return [{ kind: 'team', id: ONLY_TASK, team: certain(team), dependsOn: [], parallel: false, priority: 0 }];
}

const ONLY_TASK = 'team';
