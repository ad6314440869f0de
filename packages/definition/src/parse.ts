/** A text to a checked definition, or to everything that is wrong with it. */
import type { Definition, Json, JsonObject, PatternLibrary } from '@cantata/core';
import { Findings } from './findings.ts';
import { WORKFLOW_KEYS } from './language/workflow.ts';
import { listProblems } from './list-problems.ts';
import type { Problem } from './problem.ts';
import { readParts, readWorkflow } from './read-workflow.ts';
import { Place } from './shape/place.ts';
import { isMapping } from './shape/reader.ts';
import { describe, enumerate, quote } from './shape/words.ts';
import { readText, type TextRead } from './text/read-text.ts';

export type Parsed =
  | {
      readonly kind: 'valid';
      readonly definition: Definition;
      /** The workflow as written, as plain JSON, without the optional `workflow:` root. What is stored. */
      readonly document: JsonObject;
      readonly notices: readonly Problem[];
    }
  /** A workflow that cannot run. Errors and notices in the order of the document. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** No workflow at all: not YAML or JSON, past a limit, something else, or of an unknown pattern. */
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** Where patterns are found; those that come with Cantata unless given. */
  readonly patterns?: PatternLibrary | undefined;
  /** More of them. What the document brings itself may be called like one of these, and comes before it. */
  readonly registered?: PatternLibrary | undefined;
}

/** The key that may wrap the workflow. */
export const ROOT = 'workflow';

/**
 * Reads YAML or JSON, with or without the `workflow:` root. Reports every problem at once. Never throws, whatever
 * the text; time and memory are bounded by `LIMITS`.
 */
export function parseDefinition(text: string, options: ParseOptions = {}): Parsed {
  const findings = new Findings();
  const read = readText(text, findings);
  const found = findWorkflow(read, Place.root(findings));
  const definition = found === undefined ? undefined : readFound(found, read, findings, options);
  const problems = listProblems(findings, read, found?.wrapped === true ? ROOT : undefined);
  if (findings.worst === 'unreadable') return { kind: 'unreadable', problems };
  if (found === undefined || definition === undefined) return { kind: 'invalid', problems };
  return { kind: 'valid', definition, document: found.json as JsonObject, notices: problems };
}

interface Found {
  readonly json: Json;
  readonly place: Place;
  readonly wrapped: boolean;
}

/** A text that breaks off is read as far as it goes; how its parts fit together cannot be said. */
function readFound(
  { json, place }: Found,
  read: TextRead,
  findings: Findings,
  options: ParseOptions,
): Definition | undefined {
  if (read.broken) {
    readParts(json, place);
    return undefined;
  }
  return readWorkflow(json, place, findings, options);
}

/** Undefined if the document is no workflow; the reason is reported. */
export function findWorkflow({ json, broken }: TextRead, root: Place): Found | undefined {
  if (json === undefined) return undefined;
  if (!isMapping(json)) return broken ? undefined : reportOther(json, root);
  if (!Object.hasOwn(json, ROOT)) {
    if (WORKFLOW_KEYS.some((key) => Object.hasOwn(json, key))) return { json, place: root, wrapped: false };
    if (broken) return undefined;
    const hint = `a workflow has ${enumerate(WORKFLOW_KEYS, 'and')}`;
    return root.report('not_a_workflow', 'the document has no key of a workflow', { hint });
  }
  for (const key of Object.keys(json)) {
    if (key !== ROOT)
      root.child(key).report('unknown_key', `${quote(key)} stands beside ${quote(ROOT)}`, BESIDE);
  }
  const place = root.child(ROOT);
  const workflow = json[ROOT] as Json;
  if (isMapping(workflow)) return { json: workflow, place, wrapped: true };
  return broken ? undefined : reportOther(workflow, place);
}

const BESIDE = { at: 'key', hint: 'indent it to make it a key of the workflow, or remove it' } as const;

function reportOther(json: Json, at: Place): undefined {
  const what = at.path.length === 0 ? 'the document' : at.label;
  const hint = 'a workflow is a mapping with name, version, agents, tasks and more';
  return at.report('not_a_workflow', `${what} is ${describe(json)}`, { hint });
}
