/**
 * Public keys at a URL. They are fetched when the first token comes, when they are old, and when a token names a key that
 * is not there (it may be new: rotation). Whoever sends tokens has no say in how often:
 *
 * K1 Two attempts are `RETRY_AFTER_MS` apart, or more, whatever came of the first. One attempt is made at a time, and all
 *    who need it wait for the same.
 * K2 An attempt ends: after `TIMEOUT_MS`, or with the byte after `MAX_BYTES`.
 * K3 Keys that were had are good for `USABLE_MS` while no others are to be had; after that nobody is believed.
 */
import { CantataError } from '@cantata/core';
import type { Log } from '@cantata/engine';
import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { MAX_KEYS } from './given-keys.ts';
import { misconfigured } from './settings.ts';

const RETRY_AFTER_MS = 10_000;
const FRESH_MS = 600_000;
const USABLE_MS = 3_600_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1_024;

export interface FetchedKeysParts {
  readonly log: Log;
  /** Milliseconds. */
  readonly now: () => number;
}

interface Fetched {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}

/** @throws CantataError `config_invalid`: no URL of http or https, or one with a password in it. */
export function fetchedKeys(address: string, parts: FetchedKeysParts): JWTVerifyGetKey {
  const keys = new FetchedKeys(urlOf(address), parts);
  return (header, token) => keys.find(header, token);
}

class FetchedKeys {
  readonly #url: URL;
  readonly #parts: FetchedKeysParts;
  #fetched: Fetched | undefined;
  #triedAt = -Infinity;
  #hasFailed = false;
  #underway: Promise<void> | undefined;

  constructor(url: URL, parts: FetchedKeysParts) {
    this.#url = url;
    this.#parts = parts;
  }

  async find(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> {
    if (this.#age() > FRESH_MS) {
      const attempt = this.#attempt();
      // While the server of the keys is away, nobody waits for it who can do without.
      if (!(this.#hasFailed && this.#age() <= USABLE_MS)) await attempt;
    }
    const before = this.#usable();
    try {
      return await before.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#attempt();
      const after = this.#usable();
      if (after === before) throw error;
      return after.find(header, token);
    }
  }

  #age(): number {
    return this.#fetched === undefined ? Infinity : this.#parts.now() - this.#fetched.at;
  }

  #usable(): Fetched {
    if (this.#fetched !== undefined && this.#age() <= USABLE_MS) return this.#fetched;
    throw new CantataError('keys_unavailable', 'no token can be checked: its keys cannot be had now', {
      retryable: true,
    });
  }

  /** Never rejects. Resolves at once where it is too early for another one. */
  #attempt(): Promise<void> {
    const now = this.#parts.now();
    if (this.#underway === undefined && now - this.#triedAt < RETRY_AFTER_MS) return Promise.resolve();
    this.#underway ??= this.#fetch().finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  async #fetch(): Promise<void> {
    const { log, now } = this.#parts;
    this.#triedAt = now();
    try {
      this.#fetched = { find: createLocalJWKSet(await download(this.#url)), at: now() };
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      // Without the query, which may be what opens it.
      const url = this.#url.origin + this.#url.pathname;
      log('warn', 'the keys of tokens cannot be fetched', { url, reason: reasonOf(error) });
    }
  }
}

async function download(url: URL): Promise<JSONWebKeySet> {
  const answer = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Where the keys are is for the operator to say.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new Error(`the answer is ${answer.status}`);
  }
  const read = JSON.parse(await boundedText(answer)) as JSONWebKeySet;
  if (!Array.isArray(read?.keys)) throw new Error('it is no JWK set');
  if (read.keys.length > MAX_KEYS) throw new Error(`it has ${read.keys.length} keys, more than ${MAX_KEYS}`);
  return read;
}

async function boundedText({ body }: { readonly body: AsyncIterable<Uint8Array> | null }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What fetch throws says little; its cause says more. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function urlOf(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw misconfigured('the address of the keys is no URL of http or https');
  if (url.username === '' && url.password === '') return url;
  throw misconfigured('the address of the keys has a password in it; public keys need none');
}
