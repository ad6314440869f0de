/** A JSON value to a definition: first each part on its own, then how the parts fit together. */
import { type Definition, declarative, type Json, type Pattern, type PatternLibrary } from '@cantata/core';
import { CHECKS } from './checks/checks.ts';
import { checkPattern } from './checks/patterns.ts';
import { checkTeams } from './checks/teams.ts';
import type { Findings } from './findings.ts';
import { definePattern, type PatternDraft } from './language/pattern/pattern.ts';
import { defineWorkflow, type WorkflowDraft, workflow } from './language/workflow.ts';
import { joined, STANDARD, withPatterns } from './library.ts';
import type { ParseOptions } from './parse.ts';
import { isBroken } from './shape/object.ts';
import type { Place } from './shape/place.ts';
import { readPart } from './shape/reader.ts';
import { quote } from './shape/words.ts';

/** Undefined if an error was found here or before; `root` is where the workflow stands in its document. */
export function readWorkflow(
  json: Json,
  root: Place,
  findings: Findings,
  { patterns: library = STANDARD, registered }: Pick<ParseOptions, 'patterns' | 'registered'> = {},
): Definition | undefined {
  const draft = readParts(json, root);
  if (draft === undefined) return undefined;
  const own = ownPatterns(draft, root.child('patterns'), library, findings);
  const others = registered === undefined ? library : joined(library, registered);
  const all = withPatterns(own ?? [], others);
  for (const check of CHECKS) {
    // Of a pattern that is wrong itself nobody can say who is in its team.
    if (check !== checkTeams || own !== undefined) check(draft, root, all);
  }
  return hasErrors(findings) ? undefined : defineWorkflow(draft, all);
}

function hasErrors({ worst }: Findings): boolean {
  return worst !== undefined && worst !== 'notice';
}

/** Only what each part says by itself, for a text that breaks off. */
export function readParts(json: Json, root: Place): WorkflowDraft | undefined {
  return readPart(workflow, json, root);
}

/** Undefined if something is wrong with one of them. */
function ownPatterns(
  draft: WorkflowDraft,
  at: Place,
  library: PatternLibrary,
  findings: Findings,
): readonly Pattern[] | undefined {
  if (isBroken(draft, 'patterns')) return undefined;
  const { patterns = [] } = draft;
  const names = new Set<string>();
  for (const [n, one] of patterns.entries()) {
    if (one === undefined) continue;
    checkPattern(one, at.child(n));
    if (one.name === undefined) continue;
    if (names.has(one.name) || [...library.keys()].includes(one.name))
      at.down(n, 'name').report('team_invalid', `there is a pattern ${quote(one.name)} already`, {
        hint: 'choose another name',
      });
    names.add(one.name);
  }
  if (patterns.length === 0) return [];
  const isFaulty = findings.list.some(
    ({ path, code }) => path.includes('patterns') && code !== 'agent_unused',
  );
  if (isFaulty || findings.omitted > 0) return undefined;
  return patterns.map((one) => declarative(definePattern(one as PatternDraft)));
}
