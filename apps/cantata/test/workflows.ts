// Workflows for the end-to-end tests, written out as documents.

interface Task {
  readonly id: string;
  readonly agent: string;
  readonly depends_on?: readonly string[];
  readonly parallel?: boolean;
  readonly timeout?: number | string;
  readonly retry_policy?: string;
  readonly loop?: object;
  readonly pattern?: string;
}

export interface Workflow {
  readonly name: string;
  readonly version?: string;
  readonly agents: Readonly<Record<string, { readonly type: string; readonly count?: number }>>;
  readonly tasks: readonly Task[];
  readonly max_concurrent_executions?: number;
  readonly budget?: object;
  readonly signals?: Readonly<Record<string, object>>;
}

/** JSON is YAML. */
export function documentOf({ version = '1.0', ...rest }: Workflow): string {
  const coordination = { type: 'graph_based', graph_based: ['task_flow', 'dependencies'] };
  return JSON.stringify(
    { workflow: { version, orchestration_pattern: 'supervisor', ...rest, coordination } },
    null,
    2,
  );
}

/** With a signal that nobody waits for, of which a notice says so. */
export function noticed(name: string): Workflow {
  return { ...threePhases(name), signals: { paid: {} } };
}

/** Three phases, the middle one on three seats. */
export function threePhases(name: string): Workflow {
  return {
    name,
    agents: { lead: { type: 'worker' }, hands: { type: 'worker', count: 3 } },
    tasks: [
      { id: 'begin', agent: 'lead' },
      { id: 'middle', agent: 'hands', depends_on: ['begin'], parallel: true },
      { id: 'end', agent: 'lead', depends_on: ['middle'] },
    ],
  };
}

/** One task of one agent type. */
export function single(type: string, task: Partial<Task> = {}): Workflow {
  return {
    name: `only_${type}`,
    agents: { someone: { type } },
    tasks: [{ id: 'work', agent: 'someone', ...task }],
  };
}
