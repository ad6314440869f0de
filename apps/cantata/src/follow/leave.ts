/** What a first Ctrl-C does: write the state down, and tell how to go on. */
import type { ErrorCode } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import type { Hint } from '../assemble/hint.ts';
import { EXIT } from '../exit.ts';

export interface Left {
  /** Undefined when the run had not begun. */
  readonly executionId: string | undefined;
  /** Whoever it is but this process goes on with it. */
  readonly drivenBy: 'this process' | 'another process' | 'a service';
  /** What prevented the checkpoint, if something did. The log alone is enough to go on; a checkpoint makes it fast. */
  readonly refusal: ErrorCode | 'unknown' | undefined;
}

/** Never throws: who leaves is not kept by a store that does not answer. */
export async function leave(engine: Engine, executionId: string | undefined): Promise<Left> {
  const drivenBy = engine.owns ? 'this process' : 'another process';
  const refusal =
    !engine.owns || executionId === undefined ? undefined : await checkpoint(engine, executionId);
  return { executionId, drivenBy, refusal };
}

async function checkpoint(engine: Engine, executionId: string): Promise<Left['refusal']> {
  try {
    await engine.checkpoint(executionId, 'interrupt');
    return undefined;
  } catch (error) {
    return (error as { readonly code?: ErrorCode }).code ?? 'unknown';
  }
}

export function leftLines({ executionId, drivenBy, refusal }: Left, hint: Hint): readonly string[] {
  if (drivenBy === 'a service') return leftAtService(executionId, hint);
  if (executionId === undefined) return ['interrupted before the run began'];
  if (refusal === 'already_ended')
    return ['the run had just ended', `  ${hint.look(`status ${executionId}`)}`];
  if (drivenBy === 'another process')
    return ['left; the run goes on in the other process', `  ${hint.drive(`resume ${executionId}`)}`];
  const kept =
    refusal === undefined ? 'what had finished is kept' : `no checkpoint (${refusal}), but the log is kept`;
  return [`interrupted; ${kept}. To go on:`, `  ${hint.drive(`resume ${executionId}`)}`];
}

function leftAtService(executionId: string | undefined, hint: Hint): readonly string[] {
  if (executionId === undefined)
    return ['interrupted before the server answered; it may have begun', `  ${hint.look('list --open')}`];
  return [
    'left; the run goes on at the server',
    `  ${hint.look(`watch ${executionId}`)}   shows it again`,
    `  ${hint.look(`cancel ${executionId}`)}   ends it`,
  ];
}

export function leftJson({ executionId, drivenBy }: Left, hint: Hint): string {
  return JSON.stringify({
    result: {
      execution_id: executionId ?? null,
      status: 'interrupted',
      driven_elsewhere: drivenBy !== 'this process',
      resume: executionId === undefined ? null : hint.drive(`resume ${executionId}`),
      exit_code: EXIT.interrupted,
    },
  });
}
