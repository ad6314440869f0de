/** What a client is told once, and what each call may be told. */

export interface ClientOptions {
  /** `http://127.0.0.1:8002`, with a path where a proxy adds one. */
  readonly server: string;
  /** A JSON Web Token. */
  readonly token?: string | undefined;
  /** Asked before each request, for tokens that run out. */
  readonly tokenFrom?: (() => string | Promise<string>) | undefined;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** For each try of a request, in milliseconds. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is sent again that may succeed then. Default: 4. */
  readonly retries?: number | undefined;
  /** The longest time between two tries, unless the server asks for more (a minute at most). Default: 10,000. */
  readonly maxBackoffMs?: number | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of a POST: by which the server knows the same request again. A random UUID unless given. */
  readonly idempotencyKey?: string | undefined;
}

export const DEFAULTS = { timeoutMs: 60_000, retries: 4, maxBackoffMs: 10_000 } as const;

/** @throws TypeError where it is no URL. */
export function addressOf(server: string): URL {
  const url = new URL(server);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`${server} is no address of a server: it begins with http:// or https://`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

/** @throws whatever `tokenFrom` throws. */
export async function tokenOf({ token, tokenFrom }: ClientOptions): Promise<string | undefined> {
  return tokenFrom === undefined ? token : tokenFrom();
}
