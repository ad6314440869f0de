/** `inputs:` and `output:`: JSON Schemas, read with every mistake in them, and ready to check values. */
import type { Json, JsonObject, Mismatch, Schema } from '@cantata/core';
import { isMapping, type Reader, reportType } from '../shape/reader.ts';
import { compileSchema } from './compile.ts';
import { type Compiled, Run } from './run.ts';

export const schema: Reader<Schema> = {
  expects: 'a JSON Schema such as { type: string }',
  schema: { type: 'object' },
  read(value, at) {
    if (!isMapping(value)) return reportType(value, at, this.expects);
    return new CompiledSchema(value, compileSchema(value, at));
  },
};

/** An input is an object, so that each part of it has a name. */
export const objectSchema: Reader<Schema> = {
  expects: 'a JSON Schema such as { type: object, properties: { topic: { type: string } } }',
  schema: {
    type: 'object',
    required: ['type'],
    properties: { type: { description: 'Always `object`.', const: 'object' } },
  },
  read(value, at) {
    if (!isMapping(value)) return reportType(value, at, this.expects);
    if (value['type'] === 'object') return new CompiledSchema(value, compileSchema(value, at, true));
    const message = `${at.label} should be of type object: each input has a name`;
    const hint = Object.hasOwn(value, 'type')
      ? 'write `type: object`'
      : 'write `type: object`, and the names under `properties:`';
    return at.report('schema_invalid', message, { at: 'key', hint });
  },
};

class CompiledSchema implements Schema {
  readonly source: JsonObject;
  readonly #compiled: Compiled;

  constructor(source: JsonObject, compiled: Compiled) {
    this.source = source;
    this.#compiled = compiled;
  }

  check(value: Json): readonly Mismatch[] {
    return Run.of(this.#compiled, value);
  }
}
