/** What the environment says, read once. Nothing else looks at it. */
import { join } from 'node:path';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import type { Display } from '../terminal.ts';
import { VARIABLES, type Values, type Variable, type VariableKey } from './variables.ts';

export interface Environment extends Values, Display {
  /** How the command was called: `npx cantata` where npm started it. */
  readonly command: string;
  /** Of this user, for all programs. */
  readonly settingsFolder: string | undefined;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** One variable as it was found. */
export interface Configured {
  readonly variable: Variable;
  readonly source: 'environment' | 'default';
  /** What holds, for people; of a secret only that it is set. */
  readonly shown: string;
  /** What is wrong with what was written, in a sentence; never with the value of a secret. */
  readonly problem?: string;
}

export interface Configuration {
  /** Of what is wrong, the default. */
  readonly environment: Environment;
  /** In the order of the table. */
  readonly configured: readonly Configured[];
  /** Names that begin like ours and are none of them: heeded by nobody. */
  readonly unknown: readonly string[];
}

/** Never throws: whoever only looks goes on with the defaults, and everybody else calls {@link requireSound}. */
export function configure(variables: Variables, cwd: string): Configuration {
  const configured: Configured[] = [];
  const values = Object.fromEntries(
    (Object.keys(VARIABLES) as VariableKey[]).map((key) => {
      const variable: Variable = VARIABLES[key];
      const { value, ...found } = read(variable, variables[variable.name], cwd);
      configured.push({ variable, ...found });
      return [key, value];
    }),
  ) as unknown as Values;
  const environment: Environment = {
    ...values,
    colours: values.isColourless ? 'never' : values.isColourful ? 'always' : 'on a terminal',
    dumbTerminal: variables['TERM'] === 'dumb',
    plainSymbols: variables['TERM'] === 'linux' || isAsciiLocale(variables),
    command: variables['npm_command'] === undefined ? 'cantata' : 'npx cantata',
    settingsFolder:
      variables['XDG_CONFIG_HOME'] || (variables['HOME'] ? join(variables['HOME'], '.config') : undefined),
  };
  const unknown = Object.keys(variables).filter((name) => name.startsWith(OWN) && !NAMES.has(name));
  return { environment, configured, unknown: unknown.toSorted() };
}

/** @throws Failure `config_invalid` with everything that is wrong. */
export function requireSound({ configured }: Configuration): void {
  const problems = configured.flatMap(({ problem }) => problem ?? []);
  const [first] = problems;
  if (first === undefined) return;
  const [message, ...lines] =
    problems.length === 1
      ? [first]
      : [`${problems.length} variables of the environment are wrong`, ...problems];
  const help = [...lines, '`cantata doctor` shows what holds and where it came from.'];
  throw new Failure('config_invalid', message, { exit: EXIT.invalid, help });
}

/** What nobody set, and what was set to nothing or to blanks, has its default. */
function read(
  variable: Variable,
  given: string | undefined,
  cwd: string,
): Omit<Configured, 'variable'> & { readonly value: unknown } {
  const { name, unset, allowed, unit, secret } = variable;
  const value = variable.default === undefined ? undefined : variable.read(variable.default, cwd);
  const shown = variable.default === undefined ? unset.replaceAll('`', '') : counted(unset, unit);
  const preset = { source: 'default', shown, value } as const;
  const written = given?.trim() ?? '';
  if (written === '') return preset;
  const own = variable.read(written, cwd);
  const isHidden = secret === true || HAS_PASSWORD.test(written);
  if (own !== undefined)
    return { source: 'environment', shown: isHidden ? 'set' : counted(written, unit), value: own };
  const what = isHidden ? 'is set to what it cannot be' : `is ${JSON.stringify(written)}`;
  return {
    ...preset,
    problem: `${name} ${what}; it may be ${allowed}${unit === undefined ? '' : `, of ${unit}`}`,
  };
}

function counted(value: string, unit: string | undefined): string {
  return unit === undefined ? value : `${value} ${unit}`;
}

/** A URL that says who calls, wherever it stands. */
const HAS_PASSWORD = /\/\/[^/\s]*@/;
const OWN = 'CANTATA_';
const NAMES: ReadonlySet<string> = new Set(Object.values(VARIABLES).map(({ name }) => name));

/** The first of the three that says something decides (POSIX); where none does, nothing is known, and most can do more. */
function isAsciiLocale(variables: Variables): boolean {
  const locale = variables['LC_ALL'] || variables['LC_CTYPE'] || variables['LANG'] || '';
  return /^(C|POSIX)$/.test(locale) || (/\./.test(locale) && !/\.utf-?8(@|$)/i.test(locale));
}
