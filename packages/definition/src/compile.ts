/** A stored document to a plan. It was checked when it was stored; it is checked again, because stores are written to. */
import { CantataError, createPlan, type JsonObject, type PatternLibrary, type Plan } from '@cantata/core';
import { effectOf } from './codes.ts';
import { Findings } from './findings.ts';
import { pathText } from './path.ts';
import { readWorkflow } from './read-workflow.ts';
import { Place } from './shape/place.ts';

/** Problems named in the message; a stored document has none as a rule. */
const SHOWN = 5;

/**
 * The plan of a workflow document: the `document` of a valid parse, without the `workflow:` root.
 * `patterns` is where its patterns are found; those that come with Cantata unless given.
 * @throws CantataError `definition_invalid` if it has errors; the message names the first of them.
 */
export function compile(
  document: JsonObject,
  { patterns }: { readonly patterns?: PatternLibrary | undefined } = {},
): Plan {
  const findings = new Findings();
  const definition = readWorkflow(document, Place.root(findings), findings, { patterns });
  if (definition !== undefined) return createPlan(definition);
  const errors = findings.list.filter((finding) => effectOf(finding.code) !== 'notice');
  const shown = errors
    .slice(0, SHOWN)
    .map(({ path, message }) => `${pathText(path) || 'workflow'}: ${message}`);
  const more = errors.length > SHOWN ? `; and ${errors.length - SHOWN} more` : '';
  throw new CantataError('definition_invalid', `${shown.join('; ')}${more}`);
}
