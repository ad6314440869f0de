/** The composition root: which adapters an embedded Cantata is made of. No logic here. */
import type { AgentDirectory, Store } from '@cantata/core';
import { calendar, compile } from '@cantata/definition';
import { createSystemClock, Engine, type Log } from '@cantata/engine';
import type { Environment } from '../environment.ts';
import { isDead, thisProcess } from './owner.ts';

export interface Parts {
  readonly store: Store;
  readonly agents: AgentDirectory;
  readonly log: Log;
  readonly environment: Environment;
  /** Whether it drives everything that is open, and keeps to schedules. Default: only what it is asked for. */
  readonly drives?: 'everything';
}

export async function openEngine({ store, agents, log, environment, drives }: Parts): Promise<Engine> {
  const clock = createSystemClock();
  const { workflowTimeoutMs, compensationTimeoutMs, stallTimeoutMs, checkpointIntervalMs } = environment;
  const settings = {
    recover: drives === 'everything' ? 'all' : 'on_demand',
    ...(workflowTimeoutMs === undefined ? {} : { workflowTimeoutMs }),
    ...(compensationTimeoutMs === undefined ? {} : { compensationTimeoutMs }),
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
    ...(checkpointIntervalMs === undefined ? {} : { checkpointIntervalMs }),
  } as const;
  return Engine.open({
    store,
    agents,
    compile,
    calendar,
    clock,
    log,
    settings,
    isDead,
    owner: thisProcess(clock),
  });
}
