/** Documents as they are stored. They were valid when they were registered. */
import type { WorkflowVersion } from '@cantata/core';
import { type Problem, parseDefinition } from '@cantata/definition';
import type { ServerParts } from './parts.ts';

/** What is worth knowing of one, at its places in the stored text. */
export function noticesOf({ document }: WorkflowVersion, { patterns }: ServerParts): readonly Problem[] {
  const parsed = parseDefinition(document, { patterns });
  return parsed.kind === 'valid' ? parsed.notices : parsed.problems;
}
