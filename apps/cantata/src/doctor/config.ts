/** The configuration of the project: whether it is there, loads, and what it binds. */
import { listing } from '@cantata/core';
import type { Project } from '../assemble/project.ts';
import { failureOf } from '../failure.ts';
import { readablePath } from '../paths.ts';
import type { Finding } from './finding.ts';

const MAX_TYPES = 10;

export async function checkConfig(project: Project, cwd: string): Promise<Finding> {
  const subject = 'config';
  if (project.configFile === undefined) {
    const text = 'no cantata.config.ts here or above';
    return {
      state: 'warn',
      subject,
      text,
      help: 'Nothing can be run without one; `cantata init` writes one.',
    };
  }
  const file = readablePath(cwd, project.configFile);
  try {
    const types = Object.keys((await project.config())?.agents ?? {});
    if (types.length === 0) return { state: 'warn', subject, text: `${file} binds no agent type` };
    return { state: 'ok', subject, text: `${file} binds ${listing(types, MAX_TYPES)}` };
  } catch (error) {
    const { message, exit } = failureOf(error);
    return { state: 'fail', subject, text: message, help: 'Nothing can be run until it loads.', exit };
  }
}
