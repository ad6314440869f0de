/** `cantata run FILE` at a service: registers the workflow there, starts it, and shows it to its end. */
import { createHint } from '../assemble/hint.ts';
import { registerWorkflow } from '../beside/register.ts';
import type { RunOptions } from '../commands/run.ts';
import type { ExitCode } from '../exit.ts';
import { lookOn } from '../follow/look-on.ts';
import { type Host, learnPatterns, projectOf } from '../host.ts';
import { readInput } from '../input.ts';
import { requireWorkflow } from '../workflow-file.ts';
import type { Remote } from './connect.ts';
import { createRemoteStore } from './store.ts';
import { createRemoteTeller } from './teller.ts';

/** Which agents are bound there is not known here. */
export async function runAt(
  { client }: Remote,
  host: Host,
  file: string,
  options: RunOptions,
): Promise<ExitCode> {
  await learnPatterns(projectOf(host, options, file));
  const { workflow } = requireWorkflow(host, file);
  const input = readInput(host.cwd, options);
  const hint = await createHint(host, options, file);
  const store = createRemoteStore(client);
  const { workflowId, version } = await registerWorkflow(
    createRemoteTeller(client, store),
    store,
    file,
    workflow,
  );
  const { timeout, retryPolicy } = options;
  const { execution_id: executionId } = await client.workflows.execute(workflowId, {
    input_data: input as Readonly<Record<string, unknown>>,
    version,
    execution_options: {
      ...(timeout === undefined ? {} : { timeout: timeout / 1_000 }),
      ...(retryPolicy === undefined ? {} : { retry_policy: retryPolicy }),
    },
  });
  return lookOn({ host, store, executionId, hint, options });
}
