/** A list of values of one kind. */
import type { JsonObject } from '@cantata/core';
import { isList, type Reader, readPart, reportType } from './reader.ts';
import { quote } from './words.ts';

export interface ListShape<T> {
  /** In the plural: `task ids`. */
  readonly name: string;
  readonly item: Reader<T>;
  readonly max: number;
  readonly min?: 0 | 1;
  /** Whether an entry may stand in it twice. Default: no. */
  readonly repeats?: boolean;
  /** Why it must not be empty, or what to write instead. */
  readonly emptyHint?: string;
  /** What to do when it is not a list. */
  readonly hint?: string;
}

/** Entries that could not be read, or are there a second time, are undefined in the result; positions are kept. */
export function list<T>(shape: ListShape<T>): Reader<readonly (T | undefined)[]> {
  return {
    expects: `a list of ${shape.name}`,
    schema: schemaOf(shape),
    read(value, at) {
      if (!isList(value)) {
        const wrap = typeof value === 'string' && value !== '' ? `write ${quote(`[${value}]`)}` : undefined;
        return reportType(value, at, this.expects, shape.hint ?? wrap);
      }
      if (value.length > shape.max) {
        return at.report(
          'too_many',
          `${at.label} has ${value.length} entries; at most ${shape.max} are allowed`,
        );
      }
      if (value.length === 0 && shape.min === 1) {
        return at.report('empty', `${at.label} has no entries`, { hint: shape.emptyHint });
      }
      const seen = new Set<unknown>();
      return value.map((entry, index) => {
        const place = at.child(index);
        if (shape.repeats !== true && typeof entry === 'string') {
          if (seen.has(entry)) return place.report('listed_twice', `${at.label} lists ${quote(entry)} twice`);
          seen.add(entry);
        }
        return readPart(shape.item, entry, place);
      });
    },
  };
}

function schemaOf({ item, max, min = 0, repeats }: ListShape<unknown>): JsonObject {
  const isOfTexts = item.schema['type'] === 'string' || Array.isArray(item.schema['anyOf']);
  return {
    type: 'array',
    items: item.schema,
    ...(min === 0 ? {} : { minItems: min }),
    maxItems: max,
    ...(isOfTexts && repeats !== true ? { uniqueItems: true } : {}),
  };
}
