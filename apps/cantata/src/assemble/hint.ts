/** Command lines for people to copy: they must find the same project from the folder they are read in. */
import { resolve } from 'node:path';
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { typedPath } from '../paths.ts';
import { connect } from '../remote/connect.ts';
import { dataDirOf } from './reading.ts';

export interface Hint {
  /** For commands that only need the data: `status 0192…`. */
  look(rest: string): string;
  /** For those that run agents too: `resume 0192…`. */
  drive(rest: string): string;
}

export async function createHint(host: Host, options: CommonOptions, workflow?: string): Promise<Hint> {
  const { cwd, environment } = host;
  if (connect(host, options) !== undefined) {
    const there = [
      ...(options.server === undefined ? [] : ['--server', options.server]),
      ...(options.tokenFile === undefined
        ? []
        : ['--token-file', typedPath(cwd, resolve(cwd, options.tokenFile))]),
    ];
    const of = (rest: string): string => [environment.command, rest, ...there].join(' ');
    return { look: of, drive: of };
  }
  const meant = projectOf(host, options, workflow);
  const quiet = { err: { ...host.err, line: () => undefined } };
  const dataDir = await dataDirOf(meant, quiet);
  const needsData = (await dataDirOf(projectOf(host, {}), quiet)) !== dataDir;
  const data = needsData ? ['--data', typedPath(cwd, dataDir)] : [];
  const found = projectOf(host, needsData ? { data: dataDir } : {}).configFile;
  const config =
    meant.configFile === undefined || meant.configFile === found
      ? []
      : ['--config', typedPath(cwd, meant.configFile)];
  return {
    look: (rest) => [environment.command, rest, ...data].join(' '),
    drive: (rest) => [environment.command, rest, ...data, ...config].join(' '),
  };
}
