/** One line of the doctor. */
import type { ExitCode } from '../exit.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  readonly text: string;
  /** What to do about it. */
  readonly help?: string;
  /** With which code the command exits if this is the first that failed. */
  readonly exit?: ExitCode;
}

export function worst(findings: readonly Finding[]): Finding['state'] {
  if (findings.some(({ state }) => state === 'fail')) return 'fail';
  return findings.some(({ state }) => state === 'warn') ? 'warn' : 'ok';
}
