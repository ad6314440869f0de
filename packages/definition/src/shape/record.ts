/** A mapping whose keys are names that the writer of the document chose. */
import type { Json } from '@cantata/core';
import { isMapping, type Reader, readPart, reportType } from './reader.ts';

export interface Entry<T> {
  readonly name: string;
  /** Undefined if it could not be read. The name exists all the same. */
  readonly value: T | undefined;
}

export interface RecordShape<T> {
  /** In the plural: `agent groups`. */
  readonly name: string;
  readonly key: Reader<string>;
  readonly item: Reader<T>;
  readonly max: number;
  readonly emptyHint: string;
  /** What to do when it is not a mapping. */
  readonly hint: string;
}

/** In the order of the document. */
export function record<T>(shape: RecordShape<T>): Reader<readonly Entry<T>[]> {
  return {
    expects: `a mapping of ${shape.name} by name`,
    schema: {
      type: 'object',
      propertyNames: shape.key.schema,
      additionalProperties: shape.item.schema,
      minProperties: 1,
      maxProperties: shape.max,
    },
    read(value, at) {
      if (!isMapping(value)) return reportType(value, at, this.expects, shape.hint);
      const names = Object.keys(value);
      if (names.length === 0)
        return at.report('empty', `${at.label} has no entries`, { hint: shape.emptyHint });
      if (names.length > shape.max) {
        return at.report(
          'too_many',
          `${at.label} has ${names.length} entries; at most ${shape.max} are allowed`,
        );
      }
      return names.map((name) => {
        const place = at.child(name);
        shape.key.read(name, place.atKey());
        return { name, value: readPart(shape.item, value[name] as Json, place) };
      });
    },
  };
}
