/** The composition root: which adapters an embedded Cantata is made of. No logic here. */
import type { AgentDirectory, PatternLibrary, Store } from '@cantata/core';
import { calendar, compile } from '@cantata/definition';
import { createSystemClock, Engine, type Log } from '@cantata/engine';
import type { Environment } from '../configuration/environment.ts';
import { isDead, thisProcess } from './owner.ts';

export interface Parts {
  readonly store: Store;
  readonly agents: AgentDirectory;
  readonly log: Log;
  readonly environment: Environment;
  readonly patterns: PatternLibrary;
  /**
   * `everything` that is open, schedules included, or `nothing`: then it hands no work out. Default: only what it is
   * asked for.
   */
  readonly drives?: 'everything' | 'nothing';
}

export async function openEngine({
  store,
  agents,
  log,
  environment,
  patterns,
  drives,
}: Parts): Promise<Engine> {
  const clock = createSystemClock();
  const { maxExecutions, maxCpuMillis, maxMemoryBytes, executionRetentionMs } = environment;
  const settings = {
    capacity: {
      maxExecutions,
      ...(maxCpuMillis === undefined ? {} : { maxCpuMillis }),
      ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
    },
    allocationTimeoutMs: environment.allocationTimeoutMs,
    streamRetentionMs: environment.streamRetentionMs,
    ...(executionRetentionMs === undefined ? {} : { executionRetentionMs }),
    recover: drives === 'everything' ? 'all' : 'on_demand',
    handsOut: drives !== 'nothing',
    workflowTimeoutMs: environment.workflowTimeoutMs,
    compensationTimeoutMs: environment.compensationTimeoutMs,
    stallTimeoutMs: environment.stallTimeoutMs,
    checkpointIntervalMs: environment.checkpointIntervalMs,
    breakerThreshold: environment.breakerThreshold,
  } as const;
  return Engine.open({
    store,
    agents,
    compile: (document) => compile(document, { patterns }),
    calendar,
    clock,
    log,
    settings,
    isDead,
    owner: thisProcess(clock),
  });
}
