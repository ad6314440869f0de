/** Command lines for people to copy: they must find the same project from the folder they are read in. */
import { type CommonOptions, type Host, projectOf } from '../host.ts';
import { typedPath } from '../paths.ts';
import { dataDirOf } from './reading.ts';

export interface Hint {
  /** For commands that only need the data: `status 0192…`. */
  look(rest: string): string;
  /** For those that run agents too: `resume 0192…`. */
  drive(rest: string): string;
}

export async function createHint(host: Host, options: CommonOptions, workflow?: string): Promise<Hint> {
  const { cwd, environment } = host;
  if (options.server !== undefined) {
    const there = ['--server', options.server];
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
