/**
 * The door of the engine: what somebody outside tells an execution has the shape that the law relies on. Whether it makes
 * sense there, the law says.
 */
import { CantataError, type ExecutionCommand } from '@cantata/core';

/** What a value must be, in words, unless it is. */
type Check = (value: unknown) => string | undefined;
type Fields = Readonly<Record<string, Check>>;

/** Commands that come from outside. All others are said by the engine itself. */
type Outside = Exclude<
  ExecutionCommand['type'],
  `turn.${string}` | `child.${string}` | `resource.${string}` | 'timer' | 'start'
>;

const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text');
const words: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
const index: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'a whole number from 0 on';
const texts: Check = (value) =>
  Array.isArray(value) && value.every((one) => text(one) === undefined) ? undefined : 'a list of texts';
const values: Check = (value) => (Array.isArray(value) ? undefined : 'a list');
const given: Check = (value) => (value === undefined ? 'given' : undefined);
const object: Check = (value) => (isObject(value) ? undefined : 'an object');
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    names.includes(value as string) ? undefined : `one of ${names.join(', ')}`;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const shaped =
  (fields: Fields): Check =>
  (value) => {
    if (!isObject(value)) return 'an object';
    const wrong = firstWrong(value, fields);
    return wrong && `an object whose ${wrong}`;
  };

const byHand = { by: words, reason: optional(words) };
const item = { task: text, item: optional(index) };
const step = shaped({ ...item, activation: optional(index) });
const reference = shaped({ id: text, name: text, version: text, digest: text });

const SHAPES: Readonly<Record<Outside, Fields>> = {
  pause: { checkpoint: text, ...byHand },
  resume: { by: words },
  cancel: byHand,
  checkpoint: { checkpoint: text, cause: text },
  retry: { tasks: texts, key: oneOf('same', 'new'), ...byHand },
  upgrade: { workflow: reference, running: oneOf('refuse', 'stop'), ...byHand },
  'task.cancel': { ...item, extent: oneOf('task', 'region'), ...byHand },
  'task.complete': { ...item, output: given, ...byHand },
  'task.fail': { ...item, ...byHand },
  'task.skip': { task: text, ...byHand },
  'task.reassign': { ...item, to: text, ...byHand },
  'items.add': { task: text, items: values, ...byHand },
  'pattern.switch': { ...item, to: text, options: optional(object), ...byHand },
  'compensation.retry': { by: words, step: optional(step) },
  'compensation.skip': { by: words, step, reason: words },
  signal: { signal: text, data: given, id: text, by: words },
  'event.publish': { topic: text, data: given, id: text, by: words },
  'human.answer': { ...item, decision: oneOf('approved', 'rejected'), id: text, ...byHand },
};

/** @throws CantataError `input_invalid` for what no execution may be told from outside, or not in this form. */
export function requireShape(command: { readonly type: string }): void {
  if (command.type === 'continue') return;
  const fields = (SHAPES as Readonly<Record<string, Fields | undefined>>)[command.type];
  if (fields === undefined || !Object.hasOwn(SHAPES, command.type))
    throw new CantataError('input_invalid', `an execution cannot be told ${command.type}`);
  const wrong = firstWrong(command, fields);
  if (wrong !== undefined)
    throw new CantataError('input_invalid', `${command.type} is not what it must be: its ${wrong}`);
}

function firstWrong(value: object, fields: Fields): string | undefined {
  for (const [name, check] of Object.entries(fields)) {
    const expected = check((value as Readonly<Record<string, unknown>>)[name]);
    if (expected !== undefined) return `${name} must be ${expected}`;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
