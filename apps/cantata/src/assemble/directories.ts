/** Which agents an engine may hand work to: those of a configuration, or nobody. */
import type { AgentDirectory, AgentOutcome, CancelSignal } from '@cantata/core';
import { agentDirectory } from '@cantata/sdk';
import { readablePath } from '../paths.ts';
import type { Binding } from '../workflow-file.ts';

export function directoryOf({ config, file }: Binding, cwd: string): AgentDirectory {
  return agentDirectory(config, readablePath(cwd, file));
}

/**
 * For commands that open an engine to tell an execution something and leave: work that is ready waits for the process
 * that resumes it.
 */
export const NOBODY: AgentDirectory = {
  where: 'nowhere',
  find: () => ({ perform: (_, { signal }) => untilStopped(signal) }),
};

function untilStopped(signal: CancelSignal): Promise<AgentOutcome> {
  const stopped: AgentOutcome = {
    kind: 'failed',
    error: { code: 'agent_aborted', message: 'nobody works here' },
  };
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(stopped)));
}
