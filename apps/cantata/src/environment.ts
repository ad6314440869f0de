/** What the environment says, read once. Nothing else looks at it. */
import { usage } from './failure.ts';
import type { Display } from './terminal.ts';

export interface Environment extends Display {
  /** CANTATA_DATA: where executions are kept, instead of beside the configuration. */
  readonly dataDir: string | undefined;
  /** CANTATA_DEBUG: stacks of errors and every line of the engine's log. */
  readonly debug: boolean;
  /** How the command was called: `npx cantata` where npm started it. */
  readonly command: string;
  /** CANTATA_MAX_PAGES: upper bound of the database in pages of 4 KiB. */
  readonly maxPages: number | undefined;
  /** WORKFLOW_TIMEOUT_HOURS: how long a run may take unless it says otherwise. */
  readonly workflowTimeoutMs: number | undefined;
  /** SAGA_COMPENSATION_TIMEOUT_SECONDS: how long undoing what a run did may take. */
  readonly compensationTimeoutMs: number | undefined;
  /** STALL_TIMEOUT_MINUTES: how long an agent may be at work before `why` warns of it. */
  readonly stallTimeoutMs: number | undefined;
  /** CHECKPOINT_INTERVAL_MINUTES: how often the state of a run is written down whole. */
  readonly checkpointIntervalMs: number | undefined;
}

export type Variables = Readonly<Record<string, string | undefined>>;

export function readEnvironment(variables: Variables): Environment {
  const on = (name: string): boolean => !['', '0', 'false', undefined].includes(variables[name]);
  const positive = (name: string, unit = 1): number | undefined => {
    const written = variables[name];
    if (written === undefined || written === '') return undefined;
    const value = Number(written);
    if (value > 0) return value * unit;
    throw usage(`${name} is ${JSON.stringify(written)}, which is not a number above 0`);
  };
  return {
    dataDir: variables['CANTATA_DATA'] || undefined,
    debug: on('CANTATA_DEBUG'),
    // NO_COLOR counts whatever it says, as long as it says something.
    colours: variables['NO_COLOR'] ? 'never' : on('FORCE_COLOR') ? 'always' : 'on a terminal',
    dumbTerminal: variables['TERM'] === 'dumb',
    plainSymbols: variables['TERM'] === 'linux' || isAsciiLocale(variables),
    command: variables['npm_command'] === undefined ? 'cantata' : 'npx cantata',
    maxPages: positive('CANTATA_MAX_PAGES'),
    workflowTimeoutMs: positive('WORKFLOW_TIMEOUT_HOURS', 3_600_000),
    compensationTimeoutMs: positive('SAGA_COMPENSATION_TIMEOUT_SECONDS', 1_000),
    stallTimeoutMs: positive('STALL_TIMEOUT_MINUTES', 60_000),
    checkpointIntervalMs: positive('CHECKPOINT_INTERVAL_MINUTES', 60_000),
  };
}

/** The first of the three that says something decides (POSIX); where none does, nothing is known, and most can do more. */
function isAsciiLocale(variables: Variables): boolean {
  const locale = variables['LC_ALL'] || variables['LC_CTYPE'] || variables['LANG'] || '';
  return /^(C|POSIX)$/.test(locale) || (/\./.test(locale) && !/\.utf-?8(@|$)/i.test(locale));
}
