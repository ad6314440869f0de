/** How executions begin: by a start, or as a fork of another one. */
import { admissionOf, CantataError, DEFAULT_TENANT, needing } from '@cantata/core';
import type { ForkRequest, StartRequest } from './calls.ts';
import { ownValue } from './given.ts';
import type { EngineParts } from './parts.ts';
import { wasRemoved } from './removal.ts';
import { isLimited, poolAtHand } from './shell/at-hand.ts';
import { requestedStart } from './shell/start-command.ts';

type StartsParts = Pick<
  EngineParts,
  'store' | 'clock' | 'settings' | 'plans' | 'commander' | 'reader' | 'allocation' | 'ownership' | 'loop'
>;

export class Starts {
  readonly #parts: StartsParts;

  constructor(parts: StartsParts) {
    this.#parts = parts;
  }

  async start(request: StartRequest): Promise<string> {
    const { plans, clock, commander, settings, ownership } = this.#parts;
    const { workflow, by, requestId, ceiling } = request;
    // Before the first pause: the caller's object is its own again when this returns.
    const given = ownValue('the input', request.input, settings);
    requireTimeout(request.timeoutMs ?? settings.workflowTimeoutMs);
    const execution = requestId ?? clock.id();
    const waiting = request.waits === true ? { waits: true } : {};
    const admission = async () => {
      const plan = await plans.timed(workflow.digest, workflow.workflowId);
      const start = requestedStart({ ...request, input: given }, plan, settings);
      const limit = plan.definition.maxConcurrentExecutions;
      // Elsewhere it is followed to its beginning instead.
      if (ownership.size > 0) await poolAtHand(this.#parts);
      const need = needing(plan, ceiling);
      return { type: 'admission.request', execution, limit, start, ...need, ...waiting } as const;
    };
    await commander.send(admissionOf(workflow.workflowId), admission, by, {
      tenant: workflow.tenant,
      ...(requestId === undefined ? {} : { requestId }),
    });
    if (isLimited(settings) || request.waits === true)
      await this.#begun(execution, workflow.workflowId, requestId);
    return execution;
  }

  async fork(executionId: string, request: ForkRequest): Promise<string> {
    const { store, settings, reader } = this.#parts;
    const { by, input, taskInput, requestId } = request;
    if (taskInput !== undefined && request.from === undefined)
      throw new CantataError('input_invalid', 'an input for a task needs the task from which it is forked');
    const own =
      taskInput === undefined ? {} : { taskInput: ownValue('the input of the task', taskInput, settings) };
    if (requestId !== undefined && (await this.#wasForked(executionId, requestId))) return requestId;
    const taken = await reader.takeover(executionId, request);
    const { workflow: ref, tenant = DEFAULT_TENANT, ...limits } = taken.request;
    // By its digest it could be one of another tenant, who wrote the same document.
    const workflow = await store.workflows.find(tenant, ref.id, ref.version);
    if (workflow?.digest !== ref.digest)
      throw new CantataError('workflow_not_found', `no stored definition has the digest ${ref.digest}`);
    return this.start({
      ...limits,
      workflow,
      input: input ?? taken.input,
      by,
      fork: { ...taken.fork, ...own },
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  /** Where its origin is gone, nothing of it waits either. */
  async #wasForked(executionId: string, requestId: string): Promise<boolean> {
    const { store, commander, settings } = this.#parts;
    const row = await store.executions.get(executionId);
    if (!(await commander.isKnown(row === undefined ? executionId : admissionOf(row.workflowId), requestId)))
      return false;
    if (row !== undefined && isLimited(settings)) await this.#begun(requestId, row.workflowId, requestId);
    return true;
  }

  /** What came a second time may have begun and be removed since. */
  async #begun(execution: string, workflowId: string, requestId: string | undefined): Promise<void> {
    const { store, allocation } = this.#parts;
    if (requestId !== undefined && (await wasRemoved(store, execution))) return;
    await allocation.begun(execution, admissionOf(workflowId));
  }
}

function requireTimeout(timeoutMs: number): void {
  if (Number.isSafeInteger(timeoutMs) && timeoutMs > 0) return;
  const message = `the timeout must be a whole number of milliseconds above 0, not ${timeoutMs}`;
  throw new CantataError('input_invalid', message);
}
