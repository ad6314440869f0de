/**
 * Before something is sent that a resource has to agree to, the resource is brought into memory: where it is, a refusal is
 * an answer to whoever asked, and not only a line in the log.
 */
import { admissionOf, CONTINUE, poolOf, type Store, termsOf } from '@cantata/core';
import type { EngineSettings } from '../settings.ts';
import type { Commander } from './commander.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';

export interface AtHandParts {
  readonly store: Store;
  readonly settings: EngineSettings;
  readonly ownership: Ownership;
  readonly loop: Pick<ShardLoop, 'residents'>;
  readonly commander: Pick<Commander, 'send'>;
}

/** Whether the operator has limited what may run. */
export function isLimited({ capacity, allocationTimeoutMs }: EngineSettings): boolean {
  return termsOf(capacity, allocationTimeoutMs) !== undefined;
}

/** Of the workflow of an execution. */
export async function admissionAtHand({ store, commander }: AtHandParts, executionId: string): Promise<void> {
  const row = await store.executions.get(executionId);
  if (row !== undefined) await commander.send(admissionOf(row.workflowId), CONTINUE, 'engine');
}

/** What is limited where another engine owns the shards, that one knows. */
export async function poolAtHand({ ownership, settings, loop, commander }: AtHandParts): Promise<void> {
  const isOwner = ownership.size > 0;
  if (isOwner && (!isLimited(settings) || loop.residents.has(poolOf()))) return;
  await commander.send(poolOf(), CONTINUE, 'engine');
}
