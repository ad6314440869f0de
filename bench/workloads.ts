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

/** One task that waits, `{ for: '30d' }` or until a time. Nobody works for it. */
export function waiting(name: string, wait: JsonObject): JsonObject {
  return document(name, { nobody: { type: 'noop' } }, [{ id: 'wait', kind: 'wait', wait }]);
}

/** A parallel task with an item for each element of the input, and one that collects them, on `seats` seats. */
export function items(name: string, seats: number): JsonObject {
  return document(name, { workers: { type: 'noop', count: seats } }, [
    { id: 'work', agent: 'workers', depends_on: [], parallel: true },
    { id: 'join', agent: 'workers', depends_on: ['work'] },
  ]);
}

/** One task, `width` tasks that depend on it, and one that depends on them all, on `seats` seats. */
export function wide(name: string, width: number, seats: number): JsonObject {
  const middle = Array.from({ length: width }, (_, n) => ({
    id: `m${n}`,
    agent: 'workers',
    depends_on: ['first'],
  }));
  return document(name, { workers: { type: 'noop', count: seats } }, [
    { id: 'first', agent: 'workers', depends_on: [] },
    ...middle,
    { id: 'last', agent: 'workers', depends_on: middle.map(({ id }) => id) },
  ]);
}

/** `size` tasks in layers of `width`, each after three of the layer before, on `seats` seats. */
export function layered(name: string, size: number, width: number, seats: number): JsonObject {
  const dependencies = (n: number): string[] => {
    const before = (Math.floor(n / width) - 1) * width;
    return before < 0 ? [] : [0, 1, 2].map((step) => `t${before + ((n + step * 7) % width)}`);
  };
  return document(
    name,
    { workers: { type: 'noop', count: seats } },
    Array.from({ length: size }, (_, n) => ({ id: `t${n}`, agent: 'workers', depends_on: dependencies(n) })),
  );
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
