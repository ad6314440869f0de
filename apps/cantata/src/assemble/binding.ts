/** The configuration that performing needs. */

import { join } from 'node:path';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readablePath } from '../paths.ts';
import type { Binding } from '../workflow-file.ts';
import { CONFIG_NAME, type Project } from './project.ts';

/** @throws Failure when there is no configuration: nothing could be performed. */
export async function requireBinding(project: Project, cwd: string): Promise<Binding> {
  const config = await project.config();
  if (config !== undefined && project.configFile !== undefined) return { config, file: project.configFile };
  throw new Failure(
    'config_invalid',
    `there is no cantata.config.ts in ${readablePath(cwd, project.folder)} or above`,
    {
      exit: EXIT.invalid,
      help: [
        'It binds agent types to code. `cantata init` writes one; `--config FILE` names one that lies elsewhere.',
      ],
    },
  );
}

/** The configuration, or one that binds nothing: agents may be elsewhere. @throws CantataError `config_invalid`. */
export async function unbound(project: Project): Promise<Binding> {
  const config = await project.config();
  return { config: config ?? { agents: {} }, file: project.configFile ?? join(project.folder, CONFIG_NAME) };
}
