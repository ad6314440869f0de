/** What a server is given. It reads no environment and opens no store of its own. */
import type { PatternLibrary, Store } from '@cantata/core';
import type { Engine, Log } from '@cantata/engine';
import type { Authenticator } from './auth/principal.ts';

export interface ServerSettings {
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
  /** Whether answers are held against the schemas that the OpenAPI document shows: for tests. */
  readonly checksAnswers: boolean;
}

export const DEFAULT_SERVER_SETTINGS = {
  maxBodyBytes: 4 * 1_048_576,
  checksAnswers: false,
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
