/** A plan as data, for programs. Documented in docs/cli.md; keys may be added, and none changes its meaning. */
import {
  isSeated,
  type Json,
  type JsonObject,
  type PlanTask,
  type RetryRule,
  type Suggestion,
  type TaskDefinition,
} from '@cantata/core';
import type { PlanReport } from './report.ts';
import { suggestionWords } from './suggestion-words.ts';
import { totalsOf } from './totals.ts';
import { groupAt, seatAt, taskAt, taskIds, tasksByPhase } from './words.ts';

export function planJson(report: PlanReport) {
  const { plan, schedule, limits, whatIf, notices } = report;
  const { definition, seats, phases, criticalPath } = plan;
  return {
    name: definition.name,
    version: definition.version,
    orchestration_pattern: definition.pattern,
    tags: [...definition.tags],
    inputs: definition.inputs?.source ?? null,
    outputs: definition.outputs?.source ?? null,
    phases: tasksByPhase(plan).map((tasks, phase) => ({
      name: phases[phase] as string,
      tasks: tasks.map(({ id }) => id),
    })),
    tasks: plan.tasks.map((task) => taskJson(report, task)),
    seats: seats.map(({ id, group, index }) => ({
      agent_id: id,
      group: groupAt(plan, group).name,
      type: groupAt(plan, group).type,
      busy_ms: schedule.busyMsOfSeat[index] as number,
    })),
    schedule: slotsJson(report),
    critical_path: [...taskIds(plan, criticalPath.vertices)],
    totals: { ...totalsOf(plan, schedule) },
    limits: { cpu_millis: limits.cpuMillis ?? null, memory_bytes: limits.memoryBytes ?? null },
    what_if: whatIf.map(({ group, from, to }) => ({ group, seats: to, written_seats: from })),
    suggestions: report.suggestions.map((suggestion) => suggestionJson(suggestion, report)),
    notices: notices.map(({ code, path, line, column, message }) => ({ code, path, line, column, message })),
  };
}

function taskJson(report: PlanReport, { index, id, definition, dependsOn, estimate }: PlanTask): JsonObject {
  const { plan } = report;
  const { parallel, priority, timeoutMs, retryPolicy, when, input } = definition;
  return {
    id,
    layer: plan.layers.layerOf[index] as number,
    kind: definition.kind ?? 'agent',
    ...workJson(definition),
    depends_on: [...taskIds(plan, dependsOn)],
    parallel,
    turns: report.turns[index] as number,
    priority,
    timeout_ms: timeoutMs ?? null,
    retry_policy: retryJson(retryPolicy ?? plan.definition.faultTolerance.retryPolicy),
    when: when?.source ?? null,
    input: input?.source ?? null,
    estimate: {
      duration_ms: estimate.durationMs,
      cost: estimate.cost ?? null,
      source: estimate.source,
      samples: estimate.source === 'history' ? (report.history.get(id)?.samples ?? 0) : 0,
    },
    earliest_start_ms: report.earliestStartMs[index] as number,
    slack_ms: report.slackMs[index] as number,
    critical: report.critical.has(index),
  };
}

function workJson(definition: TaskDefinition): JsonObject {
  if (!isSeated(definition)) return {};
  const { who } = definition;
  return who.kind === 'group' ? { agent: who.group } : { requires: [...who.capabilities] };
}

function slotsJson({ plan, schedule }: PlanReport) {
  const { task, item, seat, startMs, endMs } = schedule.slots;
  return Array.from(task, (index, slot) => ({
    task: taskAt(plan, index).id,
    item: item[slot] === -1 ? null : (item[slot] as number),
    // Null where no agent is needed.
    agent_id: seat[slot] === -1 ? null : seatAt(plan, seat[slot] as number),
    start_ms: startMs[slot] as number,
    end_ms: endMs[slot] as number,
  }));
}

/** Tasks and groups by name, keys as in the rest, and the sentence that people read. */
function suggestionJson(suggestion: Suggestion, { plan }: PlanReport): JsonObject {
  const written = Object.entries(suggestion).map(([key, value]: [string, Json]): [string, Json] => {
    if (typeof value !== 'number') return [snake(key), value];
    if (key === 'group') return [key, groupAt(plan, value).name];
    if (key === 'task' || key === 'dependency' || key === 'through') return [key, taskAt(plan, value).id];
    return [snake(key), value];
  });
  return { ...Object.fromEntries(written), text: suggestionWords(suggestion, plan) };
}

function snake(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A policy by name, or its numbers; as everywhere, lengths of time are milliseconds. */
function retryJson(rule: RetryRule | undefined): Json {
  if (rule === undefined || typeof rule === 'string') return rule ?? null;
  const { attempts, backoff, initialMs, capMs, jitter, retryable, nonRetryable } = rule;
  return {
    attempts,
    backoff,
    initial_ms: initialMs,
    cap_ms: capMs,
    jitter,
    retryable: retryable ?? null,
    non_retryable: nonRetryable ?? [],
  };
}
