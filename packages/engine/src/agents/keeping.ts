/** Writes down what an agent must not do twice, in the middle of its turn, and says what counts when that is safe. */
import {
  type AtAssignment,
  CantataError,
  checkJson,
  findItem,
  type Json,
  jsonProblemWords,
  valueOf,
} from '@cantata/core';
import type { EngineSettings } from '../settings.ts';
import type { Decided, Input, Outcome } from '../shell/input.ts';
import type { Blobs } from '../values/blobs.ts';

export interface KeepingParts {
  readonly settings: EngineSettings;
  readonly blobs: Blobs;
  readonly submit: (input: Input) => void;
}

/** A result on its way. */
export interface Kept {
  readonly execution: string;
  readonly at: AtAssignment;
  readonly seat: string;
  readonly key: string;
  readonly value: Json;
}

/** Resolves after the commit. @throws CantataError `input_invalid`, or what the law says to it */
export async function keepResult({ settings, blobs, submit }: KeepingParts, result: Kept): Promise<Json> {
  const { execution, at, seat, key, value } = result;
  const limits = { maxBytes: settings.maxValueBytes, maxDepth: settings.maxValueDepth };
  const problem = checkJson(value, limits);
  if (problem !== undefined)
    throw new CantataError('input_invalid', jsonProblemWords(`the result ${JSON.stringify(key)}`, problem));
  const decided = await new Promise<Decided>((resolve, reject) => {
    let refused: Outcome | undefined;
    submit({
      entity: execution,
      command: { type: 'turn.keep', ...at, key, value: structuredClone(value) },
      causation: `keep:${key}`,
      actor: seat,
      refused: (outcome) => void (refused = outcome),
      settled: (found) => {
        if (refused?.kind === 'rejected') reject(new CantataError(refused.code, refused.message));
        else if (found === undefined)
          reject(new CantataError('stale_result', 'nobody decides for this turn any more'));
        else resolve(found);
      },
    });
  });
  const { entity } = decided;
  const kept = entity.kind === 'execution' ? findItem(entity.state, at)?.kept?.get(key) : undefined;
  // Its turn ended in the same commit.
  if (kept === undefined) return value;
  return blobs.reading((values) => valueOf(kept, values));
}
