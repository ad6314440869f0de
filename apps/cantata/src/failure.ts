/** What went wrong, as the command says it: a code, a sentence, what to do, and the code to exit with. */
import { CantataError, ERROR_CODES, type ErrorCode, type Json } from '@cantata/core';
import type { Problem } from '@cantata/definition';
import { ServiceError } from '@cantata/sdk/client';
import { adviceOf, adviceOn } from './advice.ts';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { clean, cleanLines } from './render/text.ts';
import type { Terminal } from './terminal.ts';

export interface FailureOptions {
  readonly exit?: ExitCode;
  /** What to do about it, a line each. */
  readonly help?: readonly string[];
  readonly problems?: readonly FileProblem[];
  readonly cause?: unknown;
}

export interface FileProblem extends Problem {
  readonly file: string;
}

/** Thrown by commands; printed in one place. */
export class Failure extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly help: readonly string[];
  readonly problems: readonly FileProblem[];

  constructor(code: string, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.exit = options.exit ?? EXIT.failed;
    this.help = options.help ?? [];
    this.problems = options.problems ?? [];
  }
}

/** For what was typed. */
export function usage(message: string, ...help: readonly string[]): Failure {
  return new Failure('usage', message, { exit: EXIT.invalid, help });
}

/** Whatever was thrown, as a failure. An error nobody foresaw is a bug, and says so. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof CantataError) {
    const { code, message } = thrown;
    return new Failure(code, message, { exit: exitOf(code), help: [adviceOf(code)], cause: thrown });
  }
  if (thrown instanceof ServiceError) return failureOfService(thrown);
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const help = ['This is a bug in Cantata. CANTATA_DEBUG=1 shows where it happened; please report it.'];
  return new Failure('bug', message, { help, cause: thrown });
}

/** What an engine refused, be it that of this process or of a service. */
export function refusalOf(error: unknown): CantataError | undefined {
  if (error instanceof CantataError) return error;
  if (!(error instanceof ServiceError) || !Object.hasOwn(ERROR_CODES, error.code)) return undefined;
  const { code, message, data, cause = error } = error;
  return new CantataError(code as ErrorCode, message, { detail: data as Json, cause });
}

/** What a service refuses means the same as here; what cannot be reached is like data that are out of reach. */
function failureOfService(error: ServiceError): Failure {
  const { code, message, title } = error;
  const refusal = refusalOf(error);
  const exit = refusal === undefined ? EXIT.store : exitOf(refusal.code);
  const advice = adviceOn(code) ?? title;
  return new Failure(code, message, { exit, help: advice === undefined ? [] : [advice], cause: error });
}

export interface FailureStyle {
  readonly json: boolean;
  readonly stacks: boolean;
}

export function printFailure(failure: Failure, to: Terminal, style: FailureStyle): void {
  const { code, message, help, problems } = failure;
  if (style.json) {
    const found = problems.length === 0 ? {} : { problems };
    to.line(
      JSON.stringify({ error: { code, message, help: help.join(' '), ...found }, exit_code: failure.exit }),
    );
    return;
  }
  const { bold, dim, red } = to.paint;
  // The words of an agent or a configuration may be in it: they are text here, not orders to the terminal.
  to.line(`${red(bold('error'))} ${red(code)}: ${clean(message)}`);
  for (const line of help) to.line(`  ${dim(clean(line))}`);
  if (style.stacks) for (const line of cleanLines(stackOf(failure))) to.line(dim(line));
}

function stackOf(failure: Failure): string {
  return [failure, failure.cause]
    .map((error) => (error instanceof Error ? `${error.stack}\n` : ''))
    .join('')
    .trimEnd();
}
