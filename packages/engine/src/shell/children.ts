/**
 * Finds for an execution what its child is to run: the version of a workflow, and an input that it declares. It only
 * looks; that the child begins is decided by the parent, its admission and the child itself.
 */
import {
  CantataError,
  type Clock,
  type Effect,
  type ExecutionState,
  itemInput,
  type Json,
  type TaskError,
  tenantOf,
  type WorkflowStore,
  withDefaults,
} from '@cantata/core';
import { errorFrom, isPassing } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EngineSettings } from '../settings.ts';
import type { Blobs } from '../values/blobs.ts';
import { requireDeclared } from './declared-input.ts';
import type { Command } from './entity.ts';
import type { Input } from './input.ts';
import type { Plans } from './plans.ts';

type StartChild = Extract<Effect, { kind: 'start_child' }>;
type Answer = Extract<Command, { type: 'child.resolved' | 'child.unresolved' }>;

/** What could not be read now is read again. */
const RETRY_MS = 1_000;

export interface ChildrenParts {
  readonly workflows: WorkflowStore;
  readonly plans: Plans;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly submit: (input: Input) => void;
}

export class Children {
  readonly #parts: ChildrenParts;
  /** Ids of the children that are being looked up. */
  readonly #underway = new Set<string>();

  constructor(parts: ChildrenParts) {
    this.#parts = parts;
  }

  /** Tells the execution what it found. Never rejects. */
  async start(state: ExecutionState, effect: StartChild): Promise<void> {
    if (this.#underway.has(effect.execution)) return;
    this.#underway.add(effect.execution);
    try {
      this.#tell(state, effect, await this.#find(state, effect));
    } catch (thrown) {
      const error = errorFrom(thrown, 'store_unavailable');
      if (isPassing(error)) return this.#again(state, effect, error);
      this.#tell(state, effect, { ...atOf(effect), type: 'child.unresolved', error: errorOf(error) });
    }
    this.#underway.delete(effect.execution);
  }

  #again(state: ExecutionState, effect: StartChild, { message }: CantataError): void {
    const { clock, log } = this.#parts;
    log('warn', 'a workflow could not be looked up', { execution: state.executionId, message });
    clock.at(clock.now() + RETRY_MS, () => {
      this.#underway.delete(effect.execution);
      void this.start(state, effect);
    });
  }

  async #find(state: ExecutionState, effect: StartChild): Promise<Answer> {
    const { workflows, plans, blobs, settings } = this.#parts;
    const found = await workflows.find(tenantOf(state), effect.workflow, effect.version);
    if (found === undefined) throw notFound(effect);
    const { workflowId: id, name, version, digest } = found;
    const { definition } = await plans.timed(digest, id);
    const task = state.plan.taskIndex.get(effect.task) as number;
    const given: Json = await blobs.reading((values) => itemInput(state, task, effect.item, values));
    const input = withDefaults(given, definition.inputs?.source);
    requireDeclared(definition, input);
    return {
      ...atOf(effect),
      type: 'child.resolved',
      workflow: { id, name, version, digest },
      pattern: definition.pattern,
      limit: definition.maxConcurrentExecutions,
      timeoutMs: settings.workflowTimeoutMs,
      input,
    };
  }

  #tell({ executionId }: ExecutionState, { execution }: StartChild, command: Answer): void {
    this.#parts.submit({ entity: executionId, command, causation: `child:${execution}`, actor: 'engine' });
  }
}

function atOf({ task, item, activation, attempt, execution }: StartChild) {
  return {
    task,
    ...(item === undefined ? {} : { item }),
    ...(activation === undefined ? {} : { activation }),
    attempt,
    execution,
  };
}

function errorOf({ code, message }: CantataError): TaskError {
  return { code, message, retry: 'never' };
}

function notFound({ workflow, version }: StartChild): CantataError {
  const which = version === undefined ? '' : ` in version ${version}`;
  const message = `there is no workflow ${workflow}${which} here; run or register it once, then it can be a part of others`;
  return new CantataError('workflow_not_found', message);
}
