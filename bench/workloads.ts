/** The workflows the benchmarks run: no-op agents, so that what is measured is the engine. */
import type { AgentDirectory, JsonObject } from '@cantata/core';

/** `steps` tasks in a row, one seat. */
export function chain(name: string, steps: number): JsonObject {
  return document(
    name,
    { worker: { type: 'noop' } },
    Array.from({ length: steps }, (_, i) => ({
      id: `step${i + 1}`,
      agent: 'worker',
      depends_on: i === 0 ? [] : [`step${i}`],
    })),
  );
}

/** One parent, a parallel task of `children` items on as many seats, and one task that collects them. */
export function fanOut(name: string, children: number): JsonObject {
  return document(name, { boss: { type: 'noop' }, workers: { type: 'noop', count: children } }, [
    { id: 'split', agent: 'boss', depends_on: [] },
    { id: 'work', agent: 'workers', depends_on: ['split'], parallel: true },
    { id: 'join', agent: 'boss', depends_on: ['work'] },
  ]);
}

/** One task whose agent never answers: an execution that stays open. */
export function open(name: string): JsonObject {
  return document(name, { sleeper: { type: 'never' } }, [
    { id: 'wait', agent: 'sleeper', depends_on: [], timeout: '1h' },
  ]);
}

function document(name: string, agents: JsonObject, tasks: readonly JsonObject[]): JsonObject {
  return {
    name,
    version: '1',
    orchestration_pattern: 'supervisor',
    agents,
    tasks,
    coordination: { type: 'graph_based', graph_based: ['dependencies'] },
    max_concurrent_executions: 1_000_000,
  };
}

export const agents: AgentDirectory = {
  where: 'the benchmark',
  find(type) {
    if (type === 'never') return { perform: () => new Promise(() => undefined) };
    return { perform: async () => ({ kind: 'completed', output: null }) };
  },
};
