/** A text to a declarative pattern that can be used, or to everything that is wrong with it. */
import { declarative, type JsonObject, type Pattern } from '@cantata/core';
import { checkPattern } from './checks/patterns.ts';
import { Findings } from './findings.ts';
import { definePattern, pattern } from './language/pattern/pattern.ts';
import { listProblems } from './list-problems.ts';
import type { Problem } from './problem.ts';
import { Place } from './shape/place.ts';
import { readPart } from './shape/reader.ts';
import { readText } from './text/read-text.ts';

export type ParsedPattern =
  | {
      readonly kind: 'valid';
      readonly pattern: Pattern;
      /** As written, as plain JSON. */
      readonly document: JsonObject;
      readonly notices: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Reads YAML or JSON. Reports every problem at once, with line and column. Never throws, whatever the text. */
export function parsePattern(text: string): ParsedPattern {
  const findings = new Findings();
  const read = readText(text, findings);
  const root = Place.root(findings, 'the pattern');
  const draft = read.json === undefined ? undefined : readPart(pattern, read.json, root);
  if (draft !== undefined && !read.broken) checkPattern(draft, root);
  const problems = listProblems(findings, read, undefined);
  const { worst } = findings;
  if (draft === undefined || (worst !== undefined && worst !== 'notice'))
    return { kind: 'invalid', problems };
  const document = read.json as JsonObject;
  return { kind: 'valid', pattern: declarative(definePattern(draft)), document, notices: problems };
}
