/** What every command is given: where it writes, where it stands, what the environment and the common options say. */
import { findProject, type Project } from './assemble/project.ts';
import type { Environment } from './environment.ts';
import type { Terminal } from './terminal.ts';

export interface Host {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly environment: Environment;
  readonly cwd: string;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly data?: string;
  readonly config?: string;
  readonly verbose?: boolean;
}

export function projectOf(host: Host, { data, config }: CommonOptions, workflow?: string): Project {
  const dataDir = data ?? host.environment.dataDir;
  return findProject({ cwd: host.cwd, config, dataDir, workflow });
}

/** Where lists and events go; `--json` makes it one object or line for programs. */
export function printJson(host: Host, value: unknown): void {
  host.out.line(JSON.stringify(value, null, host.out.writer.isTTY === true ? 2 : undefined));
}
