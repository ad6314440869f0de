/** Lines out of a stream of bytes, with a bound on all of them together. */
import { ProtocolError } from './message.ts';

export class Lines {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #bytes = 0;
  #rest = '';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that are whole now, without empty ones. @throws ProtocolError above the bound */
  add(chunk: Uint8Array): readonly string[] {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#maxBytes)
      throw new ProtocolError(`the agent sent more than ${this.#maxBytes} bytes`);
    const parts = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = parts.pop() as string;
    return parts.map((line) => line.trim()).filter((line) => line !== '');
  }

  /** What stands behind the last line break. */
  end(): readonly string[] {
    const last = (this.#rest + this.#decoder.decode()).trim();
    this.#rest = '';
    return last === '' ? [] : [last];
  }
}
