/** A reader of a stream, for tests: what it was told, in order, and how it ended. */
import { WebSocket } from 'ws';

export interface Heard {
  readonly type: string;
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, any>>;
  readonly sequence: number;
  readonly cursor: string;
}

export interface ReaderOptions {
  readonly token?: string;
  /** Called with each message. */
  readonly onMessage?: (message: Heard, socket: WebSocket) => void;
}

export interface TestReader {
  readonly messages: readonly Heard[];
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Resolves when a message like this has come. */
  until(matches: (message: Heard) => boolean): Promise<Heard>;
}

export function read(url: string, { token, onMessage }: ReaderOptions = {}): TestReader {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers });
  const messages: Heard[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Heard;
    messages.push(message);
    onMessage?.(message, socket);
    for (const look of waiting) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  opened.catch(() => undefined);
  return {
    messages,
    socket,
    opened,
    closed,
    until: (matches) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = messages.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void closed.then(({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`)));
        look();
      }),
  };
}
