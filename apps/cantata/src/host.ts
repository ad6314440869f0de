/** What every command is given: where it writes, where it stands, what the environment and the common options say. */
import { dirname } from 'node:path';
import type { KnownPatterns } from './assemble/patterns.ts';
import { findProject, type Project } from './assemble/project.ts';
import type { Configuration, Environment } from './configuration/environment.ts';
import type { Terminal } from './terminal.ts';

export interface Host {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly environment: Environment;
  /** Where each value of the environment comes from, and what is wrong with it. */
  readonly configuration: Configuration;
  readonly cwd: string;
  /** Those of the configuration are known once it is loaded. */
  readonly patterns: KnownPatterns;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly data?: string;
  readonly config?: string;
  readonly verbose?: boolean;
  /** Of a service, in place of the data of this machine. */
  readonly server?: string;
  readonly tokenFile?: string;
}

export function projectOf(host: Host, { data, config }: CommonOptions, workflow?: string): Project {
  const { databaseFile, dataDir: named } = host.environment;
  const dataDir = data ?? (databaseFile === undefined ? named : dirname(databaseFile));
  const project = findProject({ cwd: host.cwd, config, dataDir, workflow });
  const loaded = async (): ReturnType<Project['config']> => {
    const found = await project.config();
    host.patterns.learn(found?.patterns ?? []);
    return found;
  };
  return { ...project, config: loaded };
}

/** Where lists and events go; `--json` makes it one object or line for programs. */
export function printJson(host: Host, value: unknown): void {
  host.out.line(JSON.stringify(value, null, host.out.writer.isTTY === true ? 2 : undefined));
}

/**
 * A configuration that does not load keeps nobody from looking; what it is about then may have a pattern that nobody knows,
 * and the command that loads it for its own sake says why.
 */
export async function learnPatterns(project: Project): Promise<void> {
  await project.config().catch(() => undefined);
}
