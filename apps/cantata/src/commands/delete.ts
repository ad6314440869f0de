/** `cantata delete ID`: what has ended goes whole, and a line stays that says so. Without `--yes` only what it would be. */
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Host, printJson } from '../host.ts';
import { shortId } from '../render/text.ts';
import type { ReasonOptions } from './pause.ts';

export interface DeleteOptions extends ReasonOptions {
  readonly yes?: boolean;
}

export async function deleteExecution(host: Host, named: string, options: DeleteOptions): Promise<ExitCode> {
  return telling(host, named, options, async ({ engine, row: { executionId, name, status } }) => {
    const isDone = options.yes === true;
    if (isDone) await engine.delete(executionId, operator(), options.reason);
    if (options.json === true) printJson(host, { execution_id: executionId, status, deleted: isDone });
    else if (isDone) host.out.line(`${host.out.paint.yellow('deleted')}  ${name} ${shortId(executionId)}`);
    else
      host.out.line(
        `${name} ${shortId(executionId)} is ${status}; with --yes its log, checkpoints and values are deleted for good`,
      );
    return EXIT.ok;
  });
}
