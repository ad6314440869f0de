/** What an agent asks of its pattern, checked at the door: nothing of it is trusted. */
import { type Ask, CONTEXT_POLICIES, type Json } from '@cantata/core';

type Loose = { readonly [field: string]: Json };

/** The ask as a value of our own, what is wrong with it, or undefined where nothing is called so. */
export function readAsk(kind: Json | undefined, fields: Loose): Ask | string | undefined {
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) return undefined;
  const shape: Readonly<Record<string, Field>> = SHAPES[kind as Ask['kind']];
  for (const [name, field] of Object.entries(shape)) {
    const value = fields[name];
    if (value === undefined && field.isOptional) continue;
    if (value === undefined || !field.fits(value)) return `${kind} needs \`${name}\`, ${field.words}`;
  }
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(shape, name));
  if (unknown !== undefined) return `${kind} has \`${unknown}\`, which is no key of it`;
  return { kind, ...fields } as unknown as Ask;
}

interface Field {
  readonly isOptional?: true;
  readonly words: string;
  fits(value: Json): boolean;
}

const text: Field = { words: 'which is text', fits: (value) => typeof value === 'string' && value !== '' };
/** People read it, and every list of what waits shows it. */
const MAX_PROMPT = 16_384;
const prompt: Field = {
  words: `which is text of at most ${MAX_PROMPT} characters`,
  fits: (value) => text.fits(value) && (value as string).length <= MAX_PROMPT,
};
const anything: Field = { words: 'any JSON', fits: () => true };
const number: Field = { words: 'a finite number', fits: (value) => typeof value === 'number' };
const count: Field = {
  words: 'a whole number of at least 0',
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const texts: Field = {
  words: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};
const policy: Field = {
  words: `one of ${CONTEXT_POLICIES.join(', ')}`,
  fits: (value) => (CONTEXT_POLICIES as readonly Json[]).includes(value),
};

function maybe(field: Field): Field {
  return { ...field, isOptional: true, words: `${field.words}, or nothing` };
}

const reason = maybe(text);

/** Complete: an ask without a shape does not compile. */
const SHAPES: {
  readonly [Kind in Ask['kind']]: Readonly<
    Record<Exclude<keyof Extract<Ask, { kind: Kind }>, 'kind'>, Field>
  >;
} = {
  delegate: { to: text, input: anything, reason, context: maybe(policy) },
  hand_off: { to: text, input: maybe(anything), reason, context: maybe(policy) },
  send: { to: maybe(text), topic: maybe(text), data: anything },
  offer: { work: text, input: anything, requires: maybe(texts) },
  claim: { work: text },
  bid: { work: text, cost: number, note: maybe(text) },
  vote: { choice: text, reason },
  write: { key: text, value: anything, ifVersion: maybe(count) },
  ask_person: { prompt, of: maybe(text), timeoutMs: maybe(count), otherwise: maybe(anything) },
  listen: { signal: maybe(text), timeoutMs: maybe(count), otherwise: maybe(anything) },
  escalate: { reason: text, input: maybe(anything) },
  finish: { output: maybe(anything) },
};
