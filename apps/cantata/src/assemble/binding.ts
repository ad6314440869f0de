/** The configuration that performing needs. */
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readablePath } from '../paths.ts';
import type { Binding } from '../workflow-file.ts';
import type { Project } from './project.ts';

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
