/** Which project a command is about: its folder, its configuration and where its data lies. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '@cantata/sdk';
import { usage } from '../failure.ts';
import { loadConfig } from './config.ts';

export const CONFIG_NAME = 'cantata.config.ts';
const CONFIG_NAMES = [CONFIG_NAME, 'cantata.config.mts', 'cantata.config.js', 'cantata.config.mjs'];
export const DATA_DIR = '.cantata';
export const DATABASE = 'cantata.db';

export interface ProjectOptions {
  readonly cwd: string;
  /** The workflow file, where one was named: its project is meant, not that of the working folder. */
  readonly workflow?: string | undefined;
  /** `--config`. */
  readonly config?: string | undefined;
  /** `--data` or CANTATA_DATA. */
  readonly dataDir?: string | undefined;
}

export interface Project {
  /** The folder of the configuration, or the working folder where there is none. */
  readonly folder: string;
  /** Undefined when none was found. */
  readonly configFile: string | undefined;
  /** Loads the configuration once. @throws CantataError `config_invalid`. */
  readonly config: () => Promise<Config | undefined>;
  readonly dataDir: () => Promise<string>;
}

export function findProject(options: ProjectOptions): Project {
  const configFile = options.config === undefined ? findConfig(options) : named(options.cwd, options.config);
  const folder = configFile === undefined ? options.cwd : dirname(configFile);
  let loaded: Promise<Config | undefined> | undefined;
  const config = (): Promise<Config | undefined> => {
    loaded ??= configFile === undefined ? Promise.resolve(undefined) : loadConfig(configFile);
    return loaded;
  };
  const dataDir = async (): Promise<string> =>
    options.dataDir === undefined
      ? resolve(folder, (await config())?.dataDir ?? DATA_DIR)
      : resolve(options.cwd, options.dataDir);
  return { folder, configFile, config, dataDir };
}

/** Whether a file of this name is a configuration, if nobody says otherwise. */
export function isConfigName(name: string): boolean {
  return CONFIG_NAMES.includes(name);
}

/** Upward from the workflow, then from the data, then from the working folder: the nearest to what was named. */
function findConfig({ cwd, workflow, dataDir }: ProjectOptions): string | undefined {
  const starts = [
    ...(workflow === undefined ? [] : [dirname(resolve(cwd, workflow))]),
    ...(dataDir === undefined ? [] : [resolve(cwd, dataDir)]),
    cwd,
  ];
  for (const start of starts) {
    const found = upward(start);
    if (found !== undefined) return found;
  }
  return undefined;
}

function upward(folder: string): string | undefined {
  const found = CONFIG_NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  return dirname(folder) === folder ? undefined : upward(dirname(folder));
}

function named(cwd: string, config: string): string {
  const file = resolve(cwd, config);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  throw usage(`there is no configuration ${config}`);
}
