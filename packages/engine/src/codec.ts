/** The plain codec: payloads as JSON text. */
import { CantataError, type Codec, type Json } from '@cantata/core';

export const plainCodec: Codec = {
  name: 'json',
  encode: (value) => JSON.stringify(value),
  decode(text) {
    try {
      return JSON.parse(text) as Json;
    } catch (cause) {
      throw new CantataError('store_corrupt', 'a stored payload is not JSON', { cause });
    }
  },
};
