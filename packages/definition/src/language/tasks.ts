/** `tasks:`: what is done, by whom, after what. */
import {
  type AgentTask,
  MAX_ITEMS_PER_TASK,
  type PatternLibrary,
  type TaskDefinition,
  type TeamTask,
  type TerminateTask,
  type WaitTask,
  type WorkflowTask,
} from '@cantata/core';
import { dependenciesOf } from '../checks/gates.ts';
import { condition, defineCondition } from '../expressions/condition.ts';
import { defineTemplate, template } from '../expressions/template.ts';
import { LIMITS } from '../limits.ts';
import { schema } from '../schemas/schema.ts';
import { list } from '../shape/list.ts';
import { dottedName, partName, taskId } from '../shape/names.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import { oneOf, truth, wholeNumber } from '../shape/scalars.ts';
import { duration } from '../units/duration.ts';
import { budget, defineBudget } from './budget.ts';
import { certain, certainList } from './certain.ts';
import { compensate, defineCompensate } from './compensate.ts';
import { definesEnds, dependency } from './dependency.ts';
import { estimate } from './estimate.ts';
import { forEach } from './for-each.ts';
import { defineJoin, join } from './join.ts';
import { KINDS } from './kind.ts';
import { defineLoop, loop } from './loop.ts';
import { defineNeeds, lock, quota, rateLimit } from './needs.ts';
import { defineOnFailure, onFailure } from './on-failure.ts';
import { retryPolicy } from './retry-policy.ts';
import { defineTeam, patternOf, team } from './team.ts';
import { defineTerminate, terminate } from './terminate.ts';
import { defineTrigger, trigger } from './trigger.ts';
import { defineWait, wait } from './wait.ts';
import { defineWho, WHO } from './who.ts';

const TASK = {
  id: required(taskId, 'The name of the task, unique in the workflow.'),
  kind: optional(oneOf(KINDS), 'What the task is. Default: what one of its keys says, else `agent`.'),
  ...WHO,
  pattern: optional(
    team,
    'A team does it, by this pattern: its name, or `{name, options, members, limits}`.',
  ),
  wait: optional(wait, 'What it waits for that nobody works on: a time, a signal, somebody’s answer.'),
  workflow: optional(partName, 'The name of a workflow, of which the task is an execution of its own.'),
  version: optional(dottedName, 'Which version of it. Default: the newest there is when the task begins.'),
  terminate: optional(terminate, 'It ends the workflow, whatever else is open.'),
  depends_on: optional(
    list({ name: 'task ids', item: dependency, max: LIMITS.tasks }),
    'The tasks that must complete first; `{task, on}` says how else one must end. Default: none.',
  ),
  on: optional(
    trigger,
    'An event that it needs besides: a topic, or `{event, when, timeout, otherwise}`. Default: none.',
  ),
  choice: optional(
    dottedName,
    'Of the tasks that share this name, the first whose event comes goes on, and the others are cancelled.',
  ),
  join: optional(
    join,
    'How many of them must be met: `all`, `any`, `{at_least: n}`, or `{when: …}`, a condition. Default: all.',
  ),
  cancel_remaining: optional(
    truth,
    'Once the join has fired, cancel what leads to this task alone and has not ended. Default: false.',
  ),
  parallel: optional(
    truth,
    'One item for each element where the input is a list, else one for each seat. Default: false.',
  ),
  for_each: optional(
    forEach,
    'A list: one item for each of its elements, which is `item` in `input`. This or `parallel`.',
  ),
  max_concurrency: optional(
    wholeNumber(1, MAX_ITEMS_PER_TASK),
    'How many of its items are worked on at a time. Default: as many as there are seats.',
  ),
  enough: optional(
    wholeNumber(1, MAX_ITEMS_PER_TASK),
    'So many completed items are enough: the others are given up. Default: all.',
  ),
  timeout: optional(duration, 'The bound of one attempt: `30s`, `5m`, `1h30m`. Default: none.'),
  task_timeout: optional(duration, 'The bound of all attempts together, from when it opens. Default: none.'),
  heartbeat_timeout: optional(
    duration,
    'How long its agent may give no sign of life: neither a heartbeat nor progress. Default: as long as it likes.',
  ),
  retry_policy: optional(
    retryPolicy,
    'What follows when an attempt fails: a policy by name, or with its numbers.',
  ),
  priority: optional(
    wholeNumber(-LIMITS.priority, LIMITS.priority),
    'Of two tasks that are ready, the one with the higher priority is served first. Default: 0.',
  ),
  when: optional(condition, 'An expression in CEL. A task for which it is false is skipped.'),
  input: optional(
    template,
    'What the task works on: JSON whose texts may hold `${…}`. Default: what the tasks it depends on gave.',
  ),
  output: optional(schema, 'A JSON Schema: what the output of each item must look like. Default: anything.'),
  estimate: optional(estimate, 'What an item is expected to take, for plans. Default: what it took before.'),
  lock: optional(
    lock,
    'The name of a lock, or a list of them: of all items in all executions, one at a time holds it. May hold `${…}`.',
  ),
  quota: optional(quota, 'A share of something that all executions have together: `{name, limit, count}`.'),
  rate_limit: optional(rateLimit, 'How many attempts may begin in any stretch of time: `{limit, per, key}`.'),
  loop: optional(loop, 'Do it again, until a condition is met or so many times. Default: once.'),
  budget: optional(budget, 'What the task may spend. Default: anything.'),
  on_failure: optional(
    onFailure,
    'What follows when it has failed for good. Default: `continue` if a task waits for its failure, else what `fault_tolerance` says.',
  ),
  compensate: optional(compensate, 'How what it did is undone, should the execution not complete.'),
};

/** Keys of the full language whose law is not there yet. */
// biome-ignore format: a list of words
const LATER = [
  'seat', 'tool', 'description',
];

export type TaskDraft = Draft<typeof TASK>;
export type TasksDraft = readonly (TaskDraft | undefined)[];

export const tasks = list<TaskDraft>({
  name: 'tasks',
  item: object({
    name: 'a task',
    fields: TASK,
    later: LATER,
    hint: 'write `id:` and the other keys of the task after the `- `',
  }),
  max: LIMITS.tasks,
  hint: 'start each task with `- id:`',
});

/** `byData`: whether reading an output is depending on its task. */
export function defineTasks(
  draft: TasksDraft,
  byData: boolean,
  patterns: Patterns,
): readonly TaskDefinition[] {
  return certainList(draft).map((task): TaskDefinition => {
    const id = certain(task.id);
    return {
      id,
      ...defineWork(task, id, patterns),
      dependsOn: certainList(dependenciesOf(task, byData)),
      parallel: task.for_each !== undefined || (task.parallel ?? false),
      priority: task.priority ?? 0,
      ...ends(task.depends_on),
      ...(task.on === undefined ? {} : { on: defineTrigger(task.on, id) }),
      ...(task.choice === undefined ? {} : { choice: task.choice }),
      ...(task.join === undefined ? {} : { join: defineJoin(task.join, id) }),
      ...(task.cancel_remaining === true ? { cancelRemaining: true } : {}),
      ...(task.for_each === undefined
        ? {}
        : { forEach: defineTemplate(task.for_each, `\`for_each\` of task \`${id}\``) }),
      ...(task.max_concurrency === undefined ? {} : { maxConcurrency: task.max_concurrency }),
      ...(task.enough === undefined ? {} : { enough: task.enough }),
      ...(task.timeout === undefined ? {} : { timeoutMs: task.timeout }),
      ...(task.task_timeout === undefined ? {} : { taskTimeoutMs: task.task_timeout }),
      ...(task.retry_policy === undefined ? {} : { retryPolicy: task.retry_policy }),
      ...(task.when === undefined ? {} : { when: defineCondition(task.when, `\`when\` of task \`${id}\``) }),
      ...(task.input === undefined
        ? {}
        : { input: defineTemplate(task.input, `\`input\` of task \`${id}\``) }),
      ...(task.output === undefined ? {} : { output: task.output }),
      ...(task.estimate === undefined ? {} : { estimate: task.estimate }),
      ...(task.budget === undefined ? {} : { budget: defineBudget(task.budget) }),
      ...(task.on_failure === undefined ? {} : { onFailure: defineOnFailure(task.on_failure) }),
      ...defineNeeds(task, id),
      ...(task.loop === undefined ? {} : { loop: defineLoop(task.loop, id) }),
    };
  });
}

function ends(dependsOn: TaskDraft['depends_on'] = []): Pick<TaskDefinition, 'metBy'> {
  const metBy = definesEnds(dependsOn);
  return metBy === undefined ? {} : { metBy };
}

function defineWork(task: TaskDraft, id: string, { library, ofWorkflow }: Patterns): Work {
  const { workflow, version } = task;
  if (workflow !== undefined)
    return { kind: 'workflow', workflow, ...(version === undefined ? {} : { version }) };
  if (task.wait !== undefined) return { kind: 'wait', wait: defineWait(task.wait, id) };
  if (task.terminate !== undefined)
    return { kind: 'terminate', terminate: defineTerminate(task.terminate, id) };
  if (task.pattern !== undefined) {
    const use = defineTeam(task.pattern, certain(patternOf(library, task.pattern, ofWorkflow)), library);
    return { kind: 'team', team: use, ...(isGiven(task) ? { who: defineWho(task) } : {}) };
  }
  const { compensate, heartbeat_timeout: heartbeatTimeoutMs } = task;
  return {
    who: defineWho(task),
    ...(heartbeatTimeoutMs === undefined ? {} : { heartbeatTimeoutMs }),
    ...(compensate === undefined ? {} : { compensate: defineCompensate(compensate, id) }),
  };
}

function isGiven({ agent, requires }: TaskDraft): boolean {
  return agent !== undefined || requires !== undefined;
}

/** Which patterns there are, and which one the workflow names. */
export interface Patterns {
  readonly library: PatternLibrary;
  readonly ofWorkflow: string | undefined;
}

type Work =
  | Pick<TeamTask, 'kind' | 'team' | 'who'>
  | Pick<AgentTask, 'who' | 'heartbeatTimeoutMs' | 'compensate'>
  | Pick<WaitTask, 'kind' | 'wait'>
  | Pick<WorkflowTask, 'kind' | 'workflow' | 'version'>
  | Pick<TerminateTask, 'kind' | 'terminate'>;
