/** What people say about the schedules of workflows: keep to one, leave it, stand still, go on. */
import { CantataError, needing, type SchedulePlan, scheduleOf, type WorkflowVersion } from '@cantata/core';
import type { EngineSettings } from './settings.ts';
import type { CallOptions, Commander } from './shell/commander.ts';
import type { Plans } from './shell/plans.ts';
import { startCommand } from './shell/start-command.ts';

export interface SchedulesParts {
  readonly plans: Plans;
  readonly commander: Commander;
  readonly settings: EngineSettings;
}

export class Schedules {
  readonly #parts: SchedulesParts;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  /**
   * Starts executions of this version at the times its document says, from now on and instead of any other version. The
   * same again changes nothing. @throws CantataError `schedule_missing`, `input_invalid`, `engine_closed`, `store_*`.
   */
  async set(workflow: WorkflowVersion, by: string, options?: CallOptions): Promise<void> {
    const { workflowId, tenant } = workflow;
    const command = async () => ({ type: 'schedule.set', plan: await this.#planOf(workflow) }) as const;
    await this.#parts.commander.send(scheduleOf(workflowId), command, by, { tenant, ...options });
  }

  /** Nothing starts by itself any more. What was started goes on. */
  async clear(workflowId: string, by: string, options?: CallOptions): Promise<void> {
    await this.#parts.commander.send(scheduleOf(workflowId), { type: 'schedule.clear' }, by, options);
  }

  /** Its times pass until it is resumed. @throws CantataError `schedule_missing` where none is kept to. */
  async pause(workflowId: string, by: string, options?: CallOptions): Promise<void> {
    await this.#parts.commander.send(scheduleOf(workflowId), { type: 'schedule.pause', by }, by, options);
  }

  /** From the next of its times on. @throws CantataError `not_paused`, `schedule_missing`. */
  async resume(workflowId: string, by: string, options?: CallOptions): Promise<void> {
    await this.#parts.commander.send(scheduleOf(workflowId), { type: 'schedule.resume', by }, by, options);
  }

  async #planOf(workflow: WorkflowVersion): Promise<SchedulePlan> {
    const { plans, settings } = this.#parts;
    const planned = await plans.timed(workflow.digest, workflow.workflowId);
    const { definition } = planned;
    const { schedule } = definition;
    if (schedule === undefined)
      throw new CantataError('schedule_missing', `${workflow.name} ${workflow.version} has no schedule`);
    const { cron, timeZone, catchUp, overlap, input } = schedule;
    return {
      recurrence: { cron, timeZone },
      catchUp,
      overlap,
      limit: definition.maxConcurrentExecutions,
      start: startCommand(workflow, definition, input, settings),
      ...needing(planned),
    };
  }
}
