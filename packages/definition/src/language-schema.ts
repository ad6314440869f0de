/** The language as JSON Schema, for editors and other programs: made of what the readers say of themselves. */
import type { JsonObject } from '@cantata/core';
import { STOP_DEFINITION, stopSchema } from './language/stop.ts';
import { workflow } from './language/workflow.ts';
import { ROOT } from './parse.ts';

const REFERENCE = { $ref: `#/$defs/${ROOT}` };

/**
 * JSON Schema 2020-12 of a workflow document, with or without the `workflow:` root. What it refuses is invalid; how
 * the parts of a workflow fit together, it cannot say.
 */
export function languageSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A workflow of Cantata',
    description: 'Agents, tasks and how they are coordinated.',
    type: 'object',
    // Not `anyOf`: an editor that cannot tell which one is meant tells of the mistakes against both.
    if: { required: [ROOT] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { properties: { [ROOT]: REFERENCE }, additionalProperties: false },
    else: REFERENCE,
    $defs: { [ROOT]: workflow.schema, [STOP_DEFINITION]: stopSchema },
  };
}
