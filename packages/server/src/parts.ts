/** What a server is given. It reads no environment and opens no store of its own. */
import type { PatternLibrary, Store } from '@cantata/core';
import type { Engine, Log } from '@cantata/engine';
import type { Authenticator } from './auth/principal.ts';
import type { RateLimit } from './front-door/rate-limit.ts';

export interface ServerSettings {
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
  /** Largest headers of a request, in bytes. */
  readonly maxHeaderBytes: number;
  /** How long the headers of a request may take to come, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take to come, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How long the store may take to answer before the server says that it is not ready. */
  readonly readyTimeoutMs: number;
  /** How long a server that closes waits for who is still connected. */
  readonly farewellMs: number;
  /** Connections at a time, those of streams included; more are refused. */
  readonly maxConnections: number;
  /** Of whom browsers may call from their pages, exactly: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** How many requests each caller may send. Undefined: as many as they like. */
  readonly rateLimit: RateLimit | undefined;
  /** Whether answers are held against the schemas that the OpenAPI document shows: for tests. */
  readonly checksAnswers: boolean;
  /** Bytes that may wait for a reader of a stream before it gets no more. */
  readonly maxWaitingBytes: number;
  /** For a reader to take what waits; then it is sent away. */
  readonly slowReaderMs: number;
  /** For whoever opens a WebSocket without a header to say who they are. */
  readonly introductionMs: number;
  /** How often readers are asked whether they are still there, and told where they stand. */
  readonly heartbeatMs: number;
  /** Readers at a time, over WebSocket. */
  readonly maxReaders: number;
}

export const DEFAULT_SERVER_SETTINGS = {
  maxBodyBytes: 4 * 1_048_576,
  maxHeaderBytes: 16 * 1_024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  readyTimeoutMs: 2_000,
  farewellMs: 2_000,
  maxConnections: 20_000,
  allowedOrigins: [],
  rateLimit: undefined,
  checksAnswers: false,
  maxWaitingBytes: 256 * 1_024,
  slowReaderMs: 30_000,
  introductionMs: 10_000,
  heartbeatMs: 30_000,
  maxReaders: 20_000,
} as const satisfies ServerSettings;

export interface ServerParts {
  readonly engine: Engine;
  readonly store: Store;
  /** Where the patterns of documents that are registered are found. */
  readonly patterns: PatternLibrary;
  readonly authenticator: Authenticator;
  readonly log: Log;
  /** Of the program. */
  readonly version: string;
  readonly settings?: Partial<ServerSettings>;
}
