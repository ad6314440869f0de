/** What a list must be: how long, of what, and whether anything may stand in it twice. */

import type { Json } from '@cantata/core';
import { isList } from '../../shape/reader.ts';
import { fingerprint } from '../equal.ts';
import type { Keyword } from '../keywords.ts';
import type { Compiled, Rule, Run } from '../run.ts';
import { alternativesOf, countOf, wrong } from './values.ts';

export const LISTS: Readonly<Record<string, Keyword>> = {
  minItems(value, at) {
    const min = countOf(value, at);
    if (min === undefined) return undefined;
    return onLists(
      (list, run) =>
        list.length >= min || run.fail(`should have at least ${min} entries, but has ${list.length}`),
    );
  },

  maxItems(value, at) {
    const max = countOf(value, at);
    if (max === undefined) return undefined;
    return onLists(
      (list, run) =>
        list.length <= max || run.fail(`should have at most ${max} entries, but has ${list.length}`),
    );
  },

  uniqueItems(value, at) {
    if (typeof value !== 'boolean') return wrong(value, at, 'true or false');
    if (!value) return undefined;
    return onLists((list, run) => {
      const first = new Map<string, number>();
      for (const [index, item] of list.entries()) {
        const key = fingerprint(item, run);
        const before = first.get(key);
        if (before !== undefined) return run.fail(`is the same as entry ${before}`, index);
        first.set(key, index);
      }
      return true;
    });
  },

  prefixItems(value, at, _, compiler) {
    const schemas = alternativesOf(value, at, compiler);
    return schemas === undefined ? undefined : prefix(schemas);
  },

  /** In draft-07 it may be a list, and then means what `prefixItems` does. */
  items(value, at, { prefixItems }, compiler) {
    if (isList(value)) {
      return prefixItems === undefined
        ? prefix(value.map((one, index) => compiler.compile(one, at.child(index))))
        : wrong(value, at, 'a schema');
    }
    return rest(compiler.compile(value, at), isList(prefixItems ?? null) ? (prefixItems as []).length : 0);
  },

  additionalItems(value, at, { items = null }, compiler) {
    const schema = compiler.compile(value, at);
    return isList(items) ? rest(schema, items.length) : undefined;
  },

  contains(value, at, { minContains, maxContains }, compiler) {
    const schema = compiler.compile(value, at);
    const min = typeof minContains === 'number' ? minContains : 1;
    const max = typeof maxContains === 'number' ? maxContains : Number.POSITIVE_INFINITY;
    return onLists((list, run) => {
      const count = list.filter((item) => run.wouldFit(schema, item)).length;
      if (count < min)
        return run.fail(`should contain at least ${min} of what is asked for, but has ${count}`);
      return count <= max || run.fail(`should contain at most ${max} of what is asked for, but has ${count}`);
    });
  },

  minContains: readWithContains,
  maxContains: readWithContains,
};

function readWithContains(...[value, at]: Parameters<Keyword>): undefined {
  countOf(value, at);
}

function prefix(schemas: readonly Compiled[]): Rule {
  return onLists((list, run) =>
    all(schemas.slice(0, list.length), (schema, i) => run.fitsAt(i, schema, list[i] as Json)),
  );
}

function rest(schema: Compiled, from: number): Rule {
  return onLists((list, run) => {
    let fits = true;
    for (let i = from; i < list.length; i++) fits = run.fitsAt(i, schema, list[i] as Json) && fits;
    return fits;
  });
}

/** Asks each of them, even if one says no: every reason is told. */
function all<T>(list: readonly T[], holds: (one: T, index: number) => boolean): boolean {
  return list.map(holds).every(Boolean);
}

function onLists(rule: (value: readonly Json[], run: Run) => boolean): Rule {
  return (value, run) => !isList(value) || rule(value, run);
}
