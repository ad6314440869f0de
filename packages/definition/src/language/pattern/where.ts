/** `where:` of a rule: values by name, which may read each other in whatever order they are written. */
import type { WhereValue } from '@cantata/core';
import type { ConditionDraft } from '../../expressions/condition.ts';
import { defineTemplate, type TemplateDraft } from '../../expressions/template.ts';
import { LIMITS } from '../../limits.ts';
import { taskId } from '../../shape/names.ts';
import { type Entry, record } from '../../shape/record.ts';
import { certain } from '../certain.ts';
import { computed } from './action.ts';

export type WhereDraft = readonly Entry<TemplateDraft>[];

export const where = record<TemplateDraft>({
  name: 'values',
  key: taskId,
  item: computed,
  max: LIMITS.names,
  emptyHint: 'name a value, or remove the key',
  hint: 'write the name of each value as a key, without `- `',
});

/** A text of a document: what it reads of `where`, at the most. */
function readsOf(sources: readonly string[]): readonly string[] {
  return sources.flatMap((source) =>
    [...source.matchAll(/\bwhere\.([A-Za-z0-9_]+)/g)].map(([, name]) => name as string),
  );
}

function readsOfTemplate(draft: TemplateDraft | undefined): readonly string[] {
  return readsOf((draft?.placed ?? []).map(({ expression }) => expression.source));
}

export interface Ordered {
  /** Each after those it reads. */
  readonly order: WhereDraft;
  /** One that reads itself, by way of others or not. */
  readonly circle: string | undefined;
}

/** Stores keep keys in an order of their own: what they stand for must not depend on it. */
export function inOrder(draft: WhereDraft): Ordered {
  const order: Entry<TemplateDraft>[] = [];
  const open = new Set<string>();
  const byName = new Map(draft.map((entry) => [entry.name, entry]));
  let circle: string | undefined;
  const visit = (entry: Entry<TemplateDraft>): void => {
    if (order.includes(entry)) return;
    if (open.has(entry.name)) {
      circle ??= entry.name;
      return;
    }
    open.add(entry.name);
    for (const name of readsOfTemplate(entry.value)) {
      const read = byName.get(name);
      if (read !== undefined) visit(read);
    }
    order.push(entry);
  };
  for (const entry of draft) visit(entry);
  return { order, circle };
}

/** Names that are read and not there. */
export function unknownIn(template: TemplateDraft | undefined, names: readonly string[]): readonly string[] {
  return readsOfTemplate(template).filter((name) => !names.includes(name));
}

export function defineWhere(
  draft: WhereDraft,
  when: ConditionDraft | undefined,
  rule: string,
): readonly WhereValue[] {
  const { order } = inOrder(draft);
  const early = new Set(readsOf(when === undefined ? [] : [when.source]));
  for (const { name, value } of order.toReversed())
    if (early.has(name)) for (const read of readsOfTemplate(value)) early.add(read);
  return order.map(({ name, value }) => ({
    name,
    value: defineTemplate(certain(value), `${rule}: ${name}`),
    isForWhen: early.has(name),
  }));
}
