/** A document in the style of the language: keys in its order, one way to write each value, comments kept. */

import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@cantata/core';
import { Findings } from '../findings.ts';
import { workflow } from '../language/workflow.ts';
import { languageSchema } from '../language-schema.ts';
import { LIMITS } from '../limits.ts';
import { listProblems } from '../list-problems.ts';
import { findWorkflow, ROOT } from '../parse.ts';
import type { Problem } from '../problem.ts';
import { Place } from '../shape/place.ts';
import { readText } from '../text/read-text.ts';
import { KeyOrder } from './key-order.ts';
import { printJson } from './print-json.ts';
import { restyle } from './restyle.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** No workflow, or nothing that could be written again without a change: what is in the way. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** More than any document was seen to need. */
const ROUNDS = 6;

/**
 * YAML stays YAML and JSON stays JSON; what the document means does not change, and formatting again changes nothing.
 * A workflow that is invalid is formatted too, as long as its text is sound. Never throws.
 */
export function formatDefinition(text: string): Formatted {
  const findings = new Findings();
  const read = readText(text, findings);
  const place = Place.root(findings);
  const found = findings.worst === undefined ? findWorkflow(read, place) : undefined;
  const isTooLong = text.length > LIMITS.formattedLength;
  if (isTooLong)
    place.report('document_too_large', `longer than ${LIMITS.formattedLength} characters`, { at: 0 });
  if (found === undefined || findings.worst !== undefined) {
    return { kind: 'refused', problems: listProblems(findings, read, undefined) };
  }
  const top = found.wrapped ? { properties: { [ROOT]: workflow.schema } } : workflow.schema;
  const order = new KeyOrder(top, languageSchema());
  if (isJson(text)) return { kind: 'formatted', text: printJson(read.json as JsonObject, order) };
  // An anchor may come to stand behind its alias; then the keys stay where they are.
  const written = [order, undefined].map((each) => settled(text, each));
  const same = written.find((each) => isDeepStrictEqual(readText(each, new Findings()).json, read.json));
  return { kind: 'formatted', text: same ?? text };
}

/** A comment that had to move may stand where the next reading understands it otherwise: until nothing changes. */
function settled(text: string, order: KeyOrder | undefined): string {
  let before = text;
  for (let round = 0; round < ROUNDS; round++) {
    const after = restyle(before, order);
    if (after === before) return after;
    before = after;
  }
  return text;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
