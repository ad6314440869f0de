/** What an agent asks for with its answer, checked at the door: nothing of it is trusted. */
import { checkJson, type Directive, type Json, type JsonLimits, jsonProblemWords } from '@cantata/core';

/** Of one answer. */
const MAX_DIRECTIVES = 100;

type Loose = { readonly [field: string]: Json };

/** The directives as values of our own, or what is wrong with them. */
export function readDirectives(wanted: unknown, limits: JsonLimits): readonly Directive[] | string {
  if (wanted === undefined) return [];
  const problem = checkJson(wanted, limits);
  if (problem !== undefined) return jsonProblemWords('what the agent asks for', problem);
  if (!Array.isArray(wanted)) return 'what the agent asks for is no list of directives';
  if (wanted.length > MAX_DIRECTIVES)
    return `the agent asks for ${wanted.length} things at once, and ${MAX_DIRECTIVES} are allowed`;
  const directives: Directive[] = [];
  for (const one of JSON.parse(JSON.stringify(wanted)) as readonly Json[]) {
    const directive = readOne(one);
    if (typeof directive === 'string') return directive;
    directives.push(directive);
  }
  return directives;
}

function readOne(directive: Json): Directive | string {
  const { kind, ...fields } = isObject(directive) ? directive : { kind: null };
  if (kind === 'add_items') return readAddItems(fields);
  if (kind === 'publish') return readPublish(fields);
  return `the agent asks for ${JSON.stringify(kind).slice(0, 100)}, and no directive is called so`;
}

function readAddItems({ task, items }: Loose): Directive | string {
  if (typeof task !== 'string' || !Array.isArray(items))
    return 'a directive add_items needs `task`, the id of a task, and `items`, a list';
  return { kind: 'add_items', task, items: items as readonly Json[] };
}

function readPublish({ event, data = null }: Loose): Directive | string {
  if (typeof event !== 'string') return 'a directive publish needs `event`, the name of a topic';
  return { kind: 'publish', event, data };
}

function isObject(value: Json): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
