/** The verbs of an engine, told to a service. Who says so is whom its token names. */
import {
  canonicalJson,
  type ExecutionRow,
  type Operation,
  type Store,
  taskLabel,
  type WorkflowVersion,
} from '@cantata/core';
import { sha256 } from '@cantata/engine';
import { type Client, ServiceError } from '@cantata/sdk/client';
import type { Teller } from '../assemble/teller.ts';

export function createRemoteTeller(client: Client, store: Store): Teller {
  const { executions, workflows, schedules } = client;
  const rowOf = async (id: string): Promise<ExecutionRow> => (await store.executions.get(id)) as ExecutionRow;
  return {
    register: (document) => register(client, store, document),
    async start({ workflow: { workflowId, version }, input, timeoutMs, retryPolicy }) {
      const { execution_id: id } = await workflows.execute(workflowId, {
        input_data: input as Readonly<Record<string, unknown>>,
        version,
        execution_options: {
          ...(timeoutMs === undefined ? {} : { timeout: timeoutMs / 1_000 }),
          ...(retryPolicy === undefined ? {} : { retry_policy: retryPolicy }),
        },
      });
      return id;
    },
    async pause(id, _, reason) {
      return (await executions.pause(id, { reason })).checkpoint_id;
    },
    async resume(id) {
      await executions.resume(id);
    },
    /** What is paused besides is resumed, and the service tries it again by itself then. */
    async recover(id) {
      const { parked, status } = await rowOf(id);
      if (parked && status !== 'paused') await executions.resume(id);
    },
    async cancel(id, _, reason) {
      await executions.cancel(id, { reason });
    },
    async ended(id) {
      await executions.wait(id);
      return rowOf(id);
    },
    operate: (id, operation) => operate(client, id, operation),
    async upgrade(id, { version }, { stopsTasks: force, reason }) {
      await executions.upgrade(id, { version, force, reason });
    },
    async fork(id, { from, checkpoint, input, taskInput }) {
      return (await executions.fork(id, { from, checkpoint, input, taskInput })).execution_id;
    },
    async retryCompensation(id, _, step) {
      await executions.compensation.retry(id, step === undefined ? {} : stepOf(step));
    },
    async skipCompensation(id, _, step, reason) {
      await executions.compensation.skip(id, { ...stepOf(step), reason });
    },
    async signal(id, { signal, data, id: sent }) {
      await executions.signal(id, { signal, data, id: sent });
    },
    async signalKey(key, { signal, data, id, keepMs }) {
      await client.signals.send({ key, signal, data, id, keepMs });
    },
    async publish(id, { topic, data, id: sent }) {
      await executions.publish(id, { topic, data, id: sent });
    },
    async answer(id, { task, item, decision, output, reason }) {
      await executions.answer(id, taskLabel(task, item), { decision, output, reason });
    },
    async delete(id, _, reason) {
      await executions.delete(id, { reason });
    },
    schedules: {
      async set({ workflowId, version }) {
        await schedules.set(workflowId, { version });
      },
      clear: (workflowId) => schedules.clear(workflowId),
      async pause(workflowId) {
        await schedules.pause(workflowId);
      },
      async resume(workflowId) {
        await schedules.resume(workflowId);
      },
    },
  };
}

type Document = Parameters<Teller['register']>[0];

/** Who may execute, and write no workflows, executes those that are there as they are. */
async function register({ workflows }: Client, store: Store, document: Document): Promise<WorkflowVersion> {
  try {
    const { workflow_id: id, version } = await workflows.register(document);
    return (await store.workflows.find('', id, version)) as WorkflowVersion;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'forbidden') throw error;
    const { name, version } = (document['workflow'] ?? document) as Readonly<
      Record<'name' | 'version', string>
    >;
    const found = await store.workflows.find('', name, version);
    if (found?.digest === sha256(canonicalJson(document))) return found;
    throw error;
  }
}

type StepRef = Parameters<Teller['skipCompensation']>[2];

function stepOf({ task, item, activation }: StepRef): { task: string; activation: number | undefined } {
  return { task: taskLabel(task, item), activation };
}

async function operate({ executions }: Client, id: string, operation: Operation): Promise<void> {
  const { reason } = operation;
  switch (operation.type) {
    case 'retry':
      await executions.retry(id, { tasks: operation.tasks, newKey: operation.key === 'new', reason });
      return;
    case 'task.cancel':
      await executions.cancelTask(id, placeOf(operation), { region: operation.extent === 'region', reason });
      return;
    case 'task.complete':
      await executions.complete(id, placeOf(operation), { output: operation.output, reason });
      return;
    case 'task.fail':
      await executions.fail(id, placeOf(operation), { reason });
      return;
    case 'task.skip':
      await executions.skip(id, operation.task, { reason });
      return;
    case 'task.reassign':
      await executions.reassign(id, placeOf(operation), { to: operation.to, reason });
      return;
    case 'items.add':
      await executions.addItems(id, operation.task, { items: operation.items, reason });
      return;
    case 'pattern.switch': {
      const { to, options } = operation;
      await executions.switchPattern(id, placeOf(operation), { to, options, reason });
      return;
    }
    default:
      throw new TypeError(`${operation.type} is not told to a service this way`);
  }
}

function placeOf({ task, item }: { readonly task: string; readonly item?: number }): string {
  return taskLabel(task, item);
}
