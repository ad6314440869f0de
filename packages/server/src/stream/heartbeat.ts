/** Finds out which readers are gone without a word, and looks after the others. One timer for all. */
import type { WebSocket, WebSocketServer } from 'ws';
import { readerOf } from './reader.ts';

export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  /** Pinged, and not heard of since. */
  readonly #silent = new WeakSet<WebSocket>();

  constructor(server: WebSocketServer, everyMs: number) {
    server.on('connection', (client: WebSocket) => {
      client.on('pong', () => void this.#silent.delete(client));
    });
    this.#timer = setInterval(() => this.#beat(server), everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat({ clients }: WebSocketServer): void {
    const now = Date.now();
    for (const client of clients) {
      if (this.#silent.has(client)) client.terminate();
      else {
        this.#silent.add(client);
        readerOf(client)?.beat(now);
        client.ping();
      }
    }
  }
}
