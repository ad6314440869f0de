/** `lock:`, `quota:` and `rate_limit:`: what an item of a task must have before it is served. */
import { MAX_RATE_LIMIT, type Needs, type QuotaNeed, type RateNeed } from '@cantata/core';
import { defineTemplate, type TemplateDraft, template } from '../expressions/template.ts';
import { LIMITS } from '../limits.ts';
import { list } from '../shape/list.ts';
import { type Draft, object, optional, required } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { isList, type Reader } from '../shape/reader.ts';
import { text, wholeNumber } from '../shape/scalars.ts';
import { quote } from '../shape/words.ts';
import { duration } from '../units/duration.ts';
import { certain, certainList } from './certain.ts';

/** What executions share goes by a name that may be computed. */
export const sharedName: Reader<TemplateDraft> = {
  expects: 'a name, which may hold `${…}`',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.expressionLength },
  read(value, at) {
    const read = text.read(value, at);
    if (read === undefined) return undefined;
    if (read.includes('${') || read.length <= LIMITS.nameLength) return template.read(read, at);
    return at.report('name_invalid', `${at.label} has ${read.length} characters`, {
      hint: `a name has at most ${LIMITS.nameLength}`,
    });
  },
};

/** One, or a list of them. */
function oneOrMore<T>(name: string, one: Reader<T>): Reader<readonly (T | undefined)[]> {
  const many = list({ name, item: one, min: 1, max: LIMITS.locks, emptyHint: 'name one, or remove the key' });
  return {
    expects: `${one.expects}, or a list of them`,
    schema: { anyOf: [one.schema, many.schema] },
    read: (value, at) => (isList(value) ? many.read(value, at) : [one.read(value, at)]),
  };
}

export const lock = oneOrMore('locks', sharedName);

const QUOTA = {
  name: required(sharedName, 'Its name, shared by all who name it; may hold `${…}`.'),
  limit: required(wholeNumber(1, LIMITS.quota), 'How much there is in all.'),
  count: optional(wholeNumber(1, LIMITS.quota), 'How much of it an item takes. Default: 1.'),
};
type QuotaDraft = Draft<typeof QUOTA>;

const quotaFields = object({ name: 'a quota', fields: QUOTA, example: '{ name: gpus, limit: 4 }' });

const oneQuota: Reader<QuotaDraft> = {
  ...quotaFields,
  read(value, at: Place) {
    const draft = quotaFields.read(value, at);
    const { limit, count } = draft ?? {};
    if (limit !== undefined && count !== undefined && count > limit) {
      const message = `${count} are taken at once, and there are ${limit}: the task could never start`;
      at.child('count').report('value_out_of_range', message, {
        hint: `raise ${quote('limit')}, or take fewer`,
      });
    }
    return draft;
  },
};

export const quota = oneOrMore('quotas', oneQuota);

const RATE = {
  limit: required(wholeNumber(1, MAX_RATE_LIMIT), 'How many attempts may begin.'),
  per: required(duration, 'In any stretch of so long: `1s`, `1m`, `1h`.'),
  key: optional(sharedName, 'Shared by all who name it; may hold `${…}`. Default: the task alone.'),
};

export const rateLimit = object({ name: 'a rate limit', fields: RATE, example: '{ limit: 10, per: 1m }' });

export interface NeedsDraft {
  readonly lock?: readonly (TemplateDraft | undefined)[] | undefined;
  readonly quota?: readonly (QuotaDraft | undefined)[] | undefined;
  readonly rate_limit?: Draft<typeof RATE> | undefined;
  readonly wait?: { readonly correlate?: TemplateDraft | undefined } | undefined;
}

/** Everything in them that is computed, for each item. */
export function templatesOfNeeds({
  lock: locks = [],
  quota: quotas = [],
  rate_limit: rate,
  wait,
}: NeedsDraft): readonly TemplateDraft[] {
  const names = [...locks, ...quotas.map((one) => one?.name), rate?.key, wait?.correlate];
  return names.filter((name) => name !== undefined);
}

export function defineNeeds(draft: NeedsDraft, task: string): { readonly needs?: Needs } {
  const { lock: locks, quota: quotas, rate_limit: rate, wait: { correlate: key } = {} } = draft;
  if ([locks, quotas, rate, key].every((need) => need === undefined)) return {};
  const needs: Needs = {
    locks: certainList(locks ?? []).map((name) => defineTemplate(name, `\`lock\` of task \`${task}\``)),
    quotas: certainList(quotas ?? []).map((one) => defineQuota(one, task)),
    ...(rate === undefined ? {} : { rate: defineRate(rate, task) }),
    ...(key === undefined ? {} : { key: defineTemplate(key, `\`wait.correlate\` of task \`${task}\``) }),
  };
  return { needs };
}

function defineQuota({ name, limit, count = 1 }: QuotaDraft, task: string): QuotaNeed {
  return {
    name: defineTemplate(certain(name), `\`quota\` of task \`${task}\``),
    limit: certain(limit),
    count,
  };
}

function defineRate({ limit, per, key }: Draft<typeof RATE>, task: string): RateNeed {
  const named = key === undefined ? {} : { key: defineTemplate(key, `\`rate_limit\` of task \`${task}\``) };
  return { limit: certain(limit), perMs: certain(per), ...named };
}
