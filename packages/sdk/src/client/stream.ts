/**
 * What happens, as it happens, over WebSocket. A connection that breaks is made again behind the last message that was
 * seen, so that each message is seen exactly once.
 *
 * Memory is bounded: when more than `MOST_WAITING` messages wait for whoever reads, the connection is closed, and made
 * again behind them once they are read.
 */
import { backoffMs, pause } from './backoff.ts';
import type { Connection } from './connection.ts';
import { DEFAULTS, tokenOf } from './options.ts';
import { errorOf, isProblem, ServiceError } from './service-error.ts';
import type { AnyObject } from './types.ts';

export interface StreamOptions {
  /** Id or name. */
  readonly workflow: string;
  /** Only of this one; from its beginning unless said otherwise. */
  readonly executionId?: string | undefined;
  /** Go on behind the message that had it. */
  readonly cursor?: string | undefined;
  /** Where to begin without a cursor. Default: `now`, and `start` where an execution is named. */
  readonly from?: 'start' | 'now' | undefined;
  readonly types?: readonly string[] | undefined;
  /** `all`: every published event under its own name, besides. */
  readonly events?: 'all' | undefined;
  /** What agents say while they work, besides: without cursor, and not again after a connection broke. */
  readonly live?: boolean | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** How often in a row a connection is tried that brings nothing. Default: 10. */
  readonly reconnects?: number | undefined;
  /**
   * `made`: from its cursor on, or from now on, nothing is missed any more. `lost`: it broke, or could not be made, and is
   * tried again.
   */
  readonly onConnection?: ((state: 'made' | 'lost') => void) | undefined;
}

export interface StreamMessage {
  readonly type: string;
  readonly workflow_id: string;
  readonly execution_id: string;
  readonly data: AnyObject;
  /** ISO 8601; none of live frames. */
  readonly timestamp?: string;
  /** Of the event in its execution; none of live frames. */
  readonly sequence?: number;
  /** To go on behind this message; none of live frames. */
  readonly cursor?: string;
}

const MOST_WAITING = 10_000;
const RECONNECTS = 10;
/** Of the service: statuses of HTTP, which do not change by trying again, stand behind 4000. */
const REFUSED = { first: 4_400, last: 4_499 } as const;

/** Where the stream stands: all that was to be told before it was told. */
export const POSITION = 'stream.position';

/**
 * Ends without an error when the signal is aborted.
 * @throws ServiceError `cursor_too_old` where what followed is not kept any more; `unreachable` after too many tries;
 * what the service refuses.
 */
export async function* stream(connection: Connection, options: StreamOptions): AsyncGenerator<StreamMessage> {
  for await (const frame of frames(connection, options)) if (frame.type !== POSITION) yield frame;
}

/** The same with its positions: one as soon as each connection stands, and now and then. */
export async function* frames(connection: Connection, options: StreamOptions): AsyncGenerator<StreamMessage> {
  const { signal, onConnection, reconnects = RECONNECTS } = options;
  const { maxBackoffMs = DEFAULTS.maxBackoffMs } = connection.options;
  let { cursor } = options;
  let inVain = 0;
  const isAborted = (): boolean => signal?.aborted === true;
  while (!isAborted()) {
    const token = await tokenOf(connection.options);
    const began = performance.now();
    const socket = new Line(urlOf(connection.address, { ...options, cursor }), token, signal);
    let isMade = false;
    try {
      for (;;) {
        const frame = await socket.next();
        if (frame === undefined) break;
        if (!isMade) onConnection?.('made');
        isMade = true;
        // A service that lets in and breaks off at once says where it stands, and brings nothing by that.
        if (frame.type !== POSITION || performance.now() - began > maxBackoffMs) inVain = 0;
        cursor = frame.cursor ?? cursor;
        yield frame;
      }
    } finally {
      socket.close();
    }
    if (isAborted() || socket.isDone) return;
    const { refusal } = socket;
    if (refusal !== undefined && !refusal.retryable && !(await isRenewed(connection, refusal, token)))
      throw refusal;
    if (socket.wasFull) continue;
    if (inVain >= reconnects) throw refusal ?? unreachable(connection.address, inVain);
    onConnection?.('lost');
    await pause(backoffMs(inVain, maxBackoffMs), signal).catch((error: unknown) => {
      if (!isAborted()) throw error;
    });
    inVain++;
  }
}

/** A token that ran out meanwhile, where there is another one by now. */
async function isRenewed(
  { options }: Connection,
  { status }: ServiceError,
  token: string | undefined,
): Promise<boolean> {
  return status === 401 && (await tokenOf(options)) !== token;
}

function urlOf(address: URL, options: StreamOptions): URL {
  const { workflow, executionId, cursor, from, types, events, live } = options;
  const url = new URL(`./ws/workflows/${encodeURIComponent(workflow)}`, address);
  url.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const query = {
    execution_id: executionId,
    cursor,
    from,
    types: types?.join(','),
    events,
    live: live === true ? '1' : undefined,
    position: '1',
  };
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

function unreachable({ origin }: URL, tries: number): ServiceError {
  const message = `${origin} closed ${tries} connections in a row, or could not be reached`;
  return new ServiceError(message, { code: 'unreachable', status: 0, retryable: true });
}

/** One connection: what it brought, in order, until it is closed. */
class Line {
  /** Why there is no more, where the service said so. */
  refusal: ServiceError | undefined;
  /** The service has no more to say. */
  isDone = false;
  /** Closed from here, because too much waits. */
  wasFull = false;
  readonly #socket: WebSocket;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: StreamMessage[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(url: URL, token: string | undefined, signal: AbortSignal | undefined) {
    this.#socket = new WebSocket(url);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#stop);
    // A browser cannot send a header, so it is the first message that says who this is.
    this.#socket.addEventListener('open', () => {
      if (token !== undefined) this.#socket.send(JSON.stringify({ type: 'authenticate', token }));
    });
    this.#socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end(code, reason));
    this.#socket.addEventListener('error', () => this.#end(0, ''));
  }

  /** Undefined once it is closed and everything was taken. */
  async next(): Promise<StreamMessage | undefined> {
    while (this.#waiting.length === 0 && !this.#isClosed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#signal?.aborted === true ? undefined : this.#waiting.shift();
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#stop();
  }

  readonly #stop = (): void => {
    this.#isClosed = true;
    this.#socket.close();
    this.#wake?.();
  };

  #hear(text: string): void {
    if (this.#isClosed) return;
    const frame = JSON.parse(text) as StreamMessage & { readonly problem?: unknown };
    if (frame.type === 'stream.error') {
      if (isProblem(frame.problem)) this.refusal = errorOf(frame.problem);
      return;
    }
    this.#waiting.push(frame);
    this.#wake?.();
    if (this.#waiting.length < MOST_WAITING) return;
    this.wasFull = true;
    this.#stop();
  }

  #end(code: number, reason: string): void {
    this.isDone ||= code === 1_000 && !this.#isClosed;
    if (code >= REFUSED.first && code <= REFUSED.last) {
      const [, named = 'refused', said = reason] = /^([a-z_]+): (.*)$/.exec(reason) ?? [];
      const retryable = code === 4_429;
      this.refusal ??= new ServiceError(said, { code: named, status: code - 4_000, retryable });
    }
    this.#isClosed = true;
    this.#wake?.();
  }
}
