/** The variables of the environment: what holds, where it came from, and what nobody heeds. */
import { closestTo } from '@cantata/definition';
import type { Configuration } from '../configuration/environment.ts';
import { VARIABLES } from '../configuration/variables.ts';
import { EXIT } from '../exit.ts';
import type { CommonOptions, Host } from '../host.ts';
import { readablePath } from '../paths.ts';
import type { Finding } from './finding.ts';

/** One variable, as the doctor shows it. */
export interface Held {
  readonly name: string;
  readonly value: string;
  /** `environment`, `default`, or what came before both. */
  readonly source: string;
}

/** What is wrong: nothing is executed until it is right. */
export function checkEnvironment({ configured, unknown }: Configuration): readonly Finding[] {
  const wrong = configured.flatMap(({ problem }): readonly Finding[] =>
    problem === undefined
      ? []
      : [{ state: 'fail', subject: 'environment', text: problem, exit: EXIT.invalid }],
  );
  const known = Object.values(VARIABLES).map(({ name }) => name);
  const stray = unknown.map((name): Finding => {
    const meant = closestTo(name, known);
    const text = `${name} is no variable of Cantata and changes nothing`;
    return { state: 'warn', subject: 'environment', text, ...(meant && { help: `Did you mean ${meant}?` }) };
  });
  return [...wrong, ...stray];
}

/** In the order of the table. `dataDir`: where the data are in the end. */
export function heldOf({ configuration, environment, cwd }: Host, options: CommonOptions, dataDir: string) {
  return configuration.configured.map(({ variable: { name }, shown, source }): Held => {
    if (name !== VARIABLES.dataDir.name) return { name, value: shown, source };
    const value = readablePath(cwd, dataDir);
    if (options.data !== undefined) return { name, value, source: '--data' };
    if (environment.databaseFile !== undefined) return { name, value, source: VARIABLES.databaseFile.name };
    if (source === 'environment') return { name, value, source };
    return { name, value, source: 'the project' };
  });
}
