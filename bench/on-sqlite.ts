/** An engine of a benchmark on the embedded store, and what memory it takes. */
import type { AgentDirectory, JsonObject, Store } from '@cantata/core';
import { compile } from '@cantata/definition';
import { createSystemClock, Engine, type EngineSettings, SILENT } from '@cantata/engine';
import { agents as idle } from './workloads.ts';

export const KIB = 1_024;
export const MIB = 1_048_576;

export function engineOn(
  store: Store,
  settings: Partial<EngineSettings> = {},
  agents: AgentDirectory = idle,
): Promise<Engine> {
  const clock = createSystemClock();
  const owner = { id: clock.id(), host: 'bench', pid: process.pid };
  return Engine.open({
    store,
    agents,
    compile: (document: JsonObject) => compile(document),
    owner,
    clock,
    log: SILENT,
    settings,
  });
}

export function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

export function quantile(values: Float64Array, q: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
