/**
 * Somebody who reads a stream as server-sent events. One that reads too slowly is held back, and cut off when it does not
 * catch up: what it had last it says by itself when it comes again.
 */
import { PassThrough } from 'node:stream';
import type { CantataError } from '@cantata/core';
import type { ServerSettings } from '../parts.ts';
import { problemOf } from '../problems/problem.ts';
import type { Written } from './messages.ts';
import { expiredError } from './refusal.ts';
import type { Channel, LiveMessage, Opened } from './stream.ts';

export interface EventReaderParts {
  readonly settings: Pick<ServerSettings, 'maxWaitingBytes' | 'slowReaderMs' | 'heartbeatMs'>;
  /** Of its token: milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly instance: string;
  readonly requestId: string;
}

export class EventReader implements Channel {
  /** What is sent. */
  readonly body: PassThrough;
  readonly #parts: EventReaderParts;
  readonly #beats: NodeJS.Timeout;
  #opened: Opened | undefined;

  constructor(parts: EventReaderParts) {
    this.#parts = parts;
    this.body = new PassThrough({ highWaterMark: parts.settings.maxWaitingBytes });
    this.#beats = setInterval(() => this.#beat(), parts.settings.heartbeatMs);
    this.body.on('close', () => this.#close());
    // Whoever listens knows at once that they are heard, though nothing may happen for a while.
    this.body.write(': open\n\n');
  }

  /** What it reads. */
  reads(opened: Opened): void {
    this.#opened = opened;
    if (this.body.destroyed) opened.close();
  }

  send(messages: readonly Written[]): void | Promise<void> {
    return this.#write(messages.map(frame).join('')) ? undefined : this.#drained();
  }

  sendLive(message: LiveMessage): void {
    // Dropped before anything else is held back.
    if (!this.body.writableNeedDrain)
      this.#write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  end(error: CantataError | undefined): void {
    if (this.body.writableEnded) return;
    this.body.end(error === undefined ? '' : this.#errorFrame(error));
    this.#opened?.close();
    // Nobody waits for one who does not even take that.
    setTimeout(() => this.body.destroy(), this.#parts.settings.slowReaderMs).unref();
  }

  /** Whether there is room for more. What comes after the end is for nobody. */
  #write(text: string): boolean {
    return this.body.writable ? this.body.write(text) : true;
  }

  /** So that proxies keep the connection, and who is told nothing for long knows where they stand: an id alone is no event. */
  #beat(): void {
    const { expiresAt } = this.#parts;
    if (Date.now() >= expiresAt) this.end(expiredError());
    else if (!this.body.writableNeedDrain)
      this.#write(this.#opened === undefined ? ': alive\n\n' : `id: ${this.#opened.cursor}\n\n`);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.body.destroy(), this.#parts.settings.slowReaderMs);
      const done = (): void => {
        clearTimeout(late);
        this.body.off('drain', done).off('close', done);
        resolve();
      };
      this.body.on('drain', done).on('close', done);
    });
  }

  #close(): void {
    clearInterval(this.#beats);
    this.#opened?.close();
  }

  #errorFrame(error: CantataError): string {
    const { instance, requestId } = this.#parts;
    return `event: stream.error\ndata: ${JSON.stringify(problemOf(error, { instance, requestId }))}\n\n`;
  }
}

function frame({ cursor, type, text }: Written): string {
  return `id: ${cursor}\nevent: ${type}\ndata: ${text}\n\n`;
}
