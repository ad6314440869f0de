/** How payloads are written down: plain or encrypted. Adapters store the text as it is and never look inside. */
import type { Json } from '../json.ts';

export interface Codec {
  /** Stored beside each payload, so that a key or a format can be changed without rewriting history. */
  readonly name: string;
  encode(value: Json): string;
  /** @throws CantataError `store_corrupt` when the text was not written by this codec. */
  decode(text: string): Json;
}
