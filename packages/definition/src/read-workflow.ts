/** A JSON value to a definition: first each part on its own, then how the parts fit together. */
import { BUILT_IN, type Definition, type Json, type PatternLibrary } from '@cantata/core';
import { CHECKS } from './checks/checks.ts';
import type { Findings } from './findings.ts';
import { defineWorkflow, type WorkflowDraft, workflow } from './language/workflow.ts';
import type { Place } from './shape/place.ts';
import { readPart } from './shape/reader.ts';

/** Undefined if an error was found here or before; `root` is where the workflow stands in its document. */
export function readWorkflow(
  json: Json,
  root: Place,
  findings: Findings,
  library: PatternLibrary = BUILT_IN,
): Definition | undefined {
  const draft = readParts(json, root);
  if (draft === undefined) return undefined;
  for (const check of CHECKS) check(draft, root, library);
  return findings.worst === undefined || findings.worst === 'notice'
    ? defineWorkflow(draft, library)
    : undefined;
}

/** Only what each part says by itself, for a text that breaks off. */
export function readParts(json: Json, root: Place): WorkflowDraft | undefined {
  return readPart(workflow, json, root);
}
