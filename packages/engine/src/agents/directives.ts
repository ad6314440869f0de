/** What an agent asks for with its answer, checked at the door: nothing of it is trusted. */
import {
  checkJson,
  type Directive,
  type Json,
  type JsonLimits,
  jsonProblemWords,
  RETRY_POLICY_NAMES,
  type SpawnedTask,
} from '@cantata/core';
import { readAsk } from './asks.ts';

/** Of one answer: parts that are delegated, as many as a pattern may allow, and what else it asks for. */
const MAX_DELEGATED = 1_000;
const MAX_OTHERS = 100;

type Loose = { readonly [field: string]: Json };

/** The directives as values of our own, or what is wrong with them. */
export function readDirectives(wanted: unknown, limits: JsonLimits): readonly Directive[] | string {
  if (wanted === undefined) return [];
  const problem = checkJson(wanted, limits);
  if (problem !== undefined) return jsonProblemWords('what the agent asks for', problem);
  if (!Array.isArray(wanted)) return 'what the agent asks for is no list of directives';
  const delegated = (wanted as readonly Json[]).filter(
    (one) => isObject(one) && one['kind'] === 'delegate',
  ).length;
  const others = wanted.length - delegated;
  if (delegated > MAX_DELEGATED) return tooMany(delegated, MAX_DELEGATED);
  if (others > MAX_OTHERS) return tooMany(others, MAX_OTHERS);
  const directives: Directive[] = [];
  for (const one of JSON.parse(JSON.stringify(wanted)) as readonly Json[]) {
    const directive = readOne(one);
    if (typeof directive === 'string') return directive;
    directives.push(directive);
  }
  return directives;
}

function tooMany(wanted: number, allowed: number): string {
  return `the agent asks for ${wanted} things at once, and ${allowed} are allowed`;
}

function readOne(directive: Json): Directive | string {
  const { kind, ...fields } = isObject(directive) ? directive : { kind: null };
  if (kind === 'add_items') return readAddItems(fields);
  if (kind === 'publish') return readPublish(fields);
  if (kind === 'spawn') return readSpawn(fields);
  const ask = readAsk(kind, fields);
  if (ask !== undefined) return ask;
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

function readSpawn({ tasks }: Loose): Directive | string {
  if (!Array.isArray(tasks)) return 'a directive spawn needs `tasks`, a list';
  const read: SpawnedTask[] = [];
  for (const task of tasks as readonly Json[]) {
    const one = isObject(task) ? readTask(task) : 'a task that is spawned is an object with an `id`';
    if (typeof one === 'string') return one;
    read.push(one);
  }
  return { kind: 'spawn', tasks: read };
}

function readTask({ id, agent, requires, input, dependsOn, timeoutMs, retryPolicy, ...more }: Loose) {
  const wrong = (what: string): string =>
    `the task ${JSON.stringify(id ?? null).slice(0, 140)} cannot be spawned: ${what}`;
  if (typeof id !== 'string') return wrong('its `id` is no text');
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) return wrong(`it has \`${unknown}\`, which is no key of such a task`);
  if (agent !== undefined && typeof agent !== 'string') return wrong('its `agent` is no text');
  if (requires !== undefined && !isTexts(requires)) return wrong('its `requires` is no list of texts');
  if (dependsOn !== undefined && !isTexts(dependsOn)) return wrong('its `dependsOn` is no list of texts');
  if (timeoutMs !== undefined && !isDuration(timeoutMs))
    return wrong('its `timeoutMs` is no whole number of milliseconds above 0');
  const policy = RETRY_POLICY_NAMES.find((name) => name === retryPolicy);
  if (retryPolicy !== undefined && policy === undefined)
    return wrong('its `retryPolicy` is none that there is');
  return {
    id,
    ...(agent === undefined ? {} : { agent }),
    ...(requires === undefined ? {} : { requires }),
    ...(input === undefined ? {} : { input }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(policy === undefined ? {} : { retryPolicy: policy }),
  };
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isDuration(value: Json): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isObject(value: Json): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
