/** Values that callers hand in. */
import { CantataError, checkJson, type Json, jsonProblemWords } from '@cantata/core';
import type { EngineSettings } from './settings.ts';

/**
 * The caller keeps its object and may change it later; the execution keeps its own.
 * @throws CantataError `input_invalid` for what is no JSON, too large or too deep; `what` says in words which value it is.
 */
export function ownValue(
  what: string,
  value: Json,
  { maxValueBytes, maxValueDepth }: Pick<EngineSettings, 'maxValueBytes' | 'maxValueDepth'>,
): Json {
  const problem = checkJson(value, { maxBytes: maxValueBytes, maxDepth: maxValueDepth });
  if (problem === undefined) return JSON.parse(JSON.stringify(value)) as Json;
  throw new CantataError('input_invalid', jsonProblemWords(what, problem));
}
