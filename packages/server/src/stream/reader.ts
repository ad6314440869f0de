/** A WebSocket that reads a stream. One that reads too slowly is held back, and closed when it does not catch up. */
import type { Duplex } from 'node:stream';
import type { CantataError } from '@cantata/core';
import type { WebSocket } from 'ws';
import type { Access } from '../access.ts';
import type { ServerParts, ServerSettings } from '../parts.ts';
import type { Written } from './messages.ts';
import { closeCodeOf, closeReasonOf, expiredError, SLOW_READER } from './refusal.ts';
import type { StreamRequest } from './request.ts';
import { type Channel, type LiveMessage, type Opened, openStream } from './stream.ts';

export interface Reading {
  readonly parts: ServerParts;
  readonly settings: Pick<ServerSettings, 'maxWaitingBytes' | 'slowReaderMs'>;
  readonly access: Access;
  readonly workflow: string;
  readonly request: StreamRequest;
  /** What carries the WebSocket. */
  readonly socket: Duplex;
}

export class Reader implements Channel {
  readonly #client: WebSocket;
  readonly #socket: Duplex;
  readonly #settings: Reading['settings'];
  /** Of its token: milliseconds since the epoch. */
  readonly #expiresAt: number;
  #opened: Opened | undefined;
  /** What the client was last told to be its place. */
  #told = '';

  /** @throws CantataError as `openStream` */
  static async open(client: WebSocket, reading: Reading): Promise<void> {
    const { parts, access, workflow, request } = reading;
    const reader = new Reader(client, reading);
    const opened = await openStream(parts, access, workflow, request, reader);
    reader.#opened = opened;
    readers.set(client, reader);
    client.on('close', () => opened.close());
    if (client.readyState === client.CLOSED) opened.close();
    else if (request.wantsPosition) reader.#tellPlace();
  }

  private constructor(client: WebSocket, { socket, settings, access }: Reading) {
    this.#client = client;
    this.#socket = socket;
    this.#settings = settings;
    this.#expiresAt = access.principal.expiresAt ?? Infinity;
  }

  send(messages: readonly Written[]): void | Promise<void> {
    const client = this.#client;
    // Written together: of what is told to many, the calls of the system are most of the cost.
    this.#socket.cork();
    for (const { text } of messages) client.send(text);
    this.#socket.uncork();
    this.#told = messages.at(-1)?.cursor ?? this.#told;
    return client.bufferedAmount <= this.#settings.maxWaitingBytes ? undefined : this.#drained();
  }

  sendLive(frame: LiveMessage): void {
    // Dropped long before anything else is held back.
    if (this.#client.bufferedAmount <= this.#settings.maxWaitingBytes / 4)
      this.#client.send(JSON.stringify(frame));
  }

  end(error: CantataError | undefined): void {
    if (error === undefined) this.#leave(1_000);
    else this.#leave(closeCodeOf(error), closeReasonOf(error));
  }

  /** Now and then: whether it may still read, and where it stands. */
  beat(now: number): void {
    if (now < this.#expiresAt) this.#tellPlace();
    else this.end(expiredError());
  }

  /** For a client that is told nothing for long: what was not meant for it counts as well. */
  #tellPlace(): void {
    const cursor = this.#opened?.cursor;
    if (cursor === undefined || cursor === this.#told) return;
    this.#told = cursor;
    this.#client.send(JSON.stringify({ type: 'stream.position', cursor }));
  }

  /** Nothing is read any more for one who is told to go. */
  #leave(code: number, reason?: string): void {
    this.#client.close(code, reason);
    this.#opened?.close();
  }

  #drained(): Promise<void> {
    const client = this.#client;
    const { maxWaitingBytes, slowReaderMs } = this.#settings;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const reason = `slow_reader: more than ${maxWaitingBytes} bytes waited for ${slowReaderMs} ms; go on with your cursor`;
        this.#leave(SLOW_READER, reason);
        // What waits stands before the close frame; one who reads it all after all is told why.
        setTimeout(() => client.terminate(), slowReaderMs).unref();
        resolve();
      }, slowReaderMs);
      // Called when it, and so everything before it, was taken.
      client.ping(undefined, undefined, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

const readers = new WeakMap<WebSocket, Reader>();

export function readerOf(client: WebSocket): Reader | undefined {
  return readers.get(client);
}
