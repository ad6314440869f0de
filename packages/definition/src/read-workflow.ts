/** A JSON value to a definition: first each part on its own, then how the parts fit together. */
import type { Definition, Json } from '@cantata/core';
import { CHECKS } from './checks/checks.ts';
import type { Findings } from './findings.ts';
import { defineWorkflow, type WorkflowDraft, workflow } from './language/workflow.ts';
import type { Place } from './shape/place.ts';
import { readPart } from './shape/reader.ts';

/** Undefined if an error was found here or before; `root` is where the workflow stands in its document. */
export function readWorkflow(json: Json, root: Place, findings: Findings): Definition | undefined {
  const draft = readParts(json, root);
  if (draft === undefined) return undefined;
  for (const check of CHECKS) check(draft, root);
  return findings.worst === undefined || findings.worst === 'notice' ? defineWorkflow(draft) : undefined;
}

/** Only what each part says by itself, for a text that breaks off. */
export function readParts(json: Json, root: Place): WorkflowDraft | undefined {
  return readPart(workflow, json, root);
}
