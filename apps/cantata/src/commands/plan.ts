/** `cantata plan FILE`: what would happen, in which order, by whom. */
import { createPlan, type Plan } from '@cantata/core';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { taskIds } from '../render/lookup.ts';
import { planLines, tasksByPhase } from '../render/plan-lines.ts';
import { requireWorkflow, workflowFile } from '../workflow-file.ts';

export function plan(host: Host, named: string, options: CommonOptions): ExitCode {
  const { workflow } = requireWorkflow(host.cwd, workflowFile(host.cwd, named));
  const planned = createPlan(workflow.definition);
  if (options.json === true) printJson(host, asJson(planned));
  else for (const line of planLines(planned, host.out)) host.out.line(line);
  return EXIT.ok;
}

function asJson(planned: Plan): object {
  const { definition, tasks, seats, groups, criticalPath, plannedMs, phases } = planned;
  return {
    name: definition.name,
    version: definition.version,
    orchestration_pattern: definition.pattern,
    phases: tasksByPhase(planned).map((members, phase) => ({
      name: phases[phase],
      tasks: members.map(({ id }) => id),
    })),
    tasks: tasks.map(({ id, definition: task, dependsOn, estimate }) => ({
      id,
      ...(task.who.kind === 'group' ? { agent: task.who.group } : { requires: task.who.capabilities }),
      depends_on: taskIds(planned, dependsOn),
      parallel: task.parallel,
      timeout_ms: task.timeoutMs ?? null,
      retry_policy: task.retryPolicy ?? null,
      estimated_ms: estimate.durationMs,
    })),
    seats: seats.map(({ id, group }) => ({ agent_id: id, type: groups[group]?.definition.type })),
    critical_path: taskIds(planned, criticalPath.vertices),
    estimated_ms: plannedMs,
    estimate_source: 'guess',
  };
}
