/** `on_failure:`: what follows when a task has failed for good. */
import type { OnFailure } from '@cantata/core';
import type { Reader } from '../shape/reader.ts';
import { oneOf } from '../shape/scalars.ts';

const word = oneOf(['fail', 'continue']);

export const onFailure: Reader<OnFailure> = {
  expects: word.expects,
  schema: word.schema,
  read(value, at) {
    const kind = word.read(value, at);
    return kind === undefined ? undefined : { kind };
  },
};
