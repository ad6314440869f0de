/** What an agent throws to say whether another attempt makes sense. Everything else is left to the retry policy. */
import type { Json } from '@cantata/core';

export interface AgentErrorOptions {
  /** For machines: stable, lower case, words joined by underscores. `agent_error` if not given. */
  readonly code?: string;
  /** JSON that helps whoever looks into it; recorded with the error. */
  readonly detail?: Json;
  readonly cause?: unknown;
}

/**
 * A registered symbol instead of `instanceof`: an agent may load another copy of this package than the command
 * that runs it, and its errors must mean the same there.
 */
const MARK = Symbol.for('cantata.sdk.agent-error');

type RetryWish = 'never' | 'wanted';

abstract class AgentError extends Error {
  readonly code: string;
  readonly detail: Json | undefined;
  abstract readonly [MARK]: RetryWish;

  constructor(message: string, options: AgentErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? 'agent_error';
    this.detail = options.detail;
  }
}

/** No attempt can succeed: the task fails at once, whatever its retry policy says. */
export class TerminalError extends AgentError {
  override readonly name = 'TerminalError';
  readonly [MARK] = 'never';
}

/** Another attempt may succeed: the task is tried again as long as its retry policy has attempts left. */
export class RetryableError extends AgentError {
  override readonly name = 'RetryableError';
  readonly [MARK] = 'wanted';
}

/** What a marked error asks for; undefined for any other error. */
export function retryWish(error: Error): RetryWish | undefined {
  return (error as { readonly [MARK]?: RetryWish })[MARK];
}
