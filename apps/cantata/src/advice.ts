/** What to do about an error, for somebody at a terminal: the line of help that it has everywhere, and the command. */
import { ERROR_CODES, type ErrorCode } from '@cantata/core';

const COMMANDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  execution_not_found: '`cantata list` shows the ids.',
  task_not_found: '`cantata status` shows them.',
  switch_refused: '`cantata patterns` lists them.',
  schedule_missing: '`cantata schedule set` does that.',
  checkpoint_not_found: '`cantata events` shows them.',
  upgrade_refused: '`cantata upgrade --dry-run` is one.',
  not_completed: '`cantata status` shows it.',
  parked: '`cantata cancel` does.',
};

/** Undefined for a code of somebody else's. */
export function adviceOn(code: string): string | undefined {
  return Object.hasOwn(ERROR_CODES, code) ? adviceOf(code as ErrorCode) : undefined;
}

export function adviceOf(code: ErrorCode): string {
  const command = COMMANDS[code];
  return command === undefined ? ERROR_CODES[code] : `${ERROR_CODES[code]} ${command}`;
}
