/** `cantata pause ID`: what runs may finish, nothing new starts, and the state is written down. */

import { createHint } from '../assemble/hint.ts';
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { shortId } from '../render/text.ts';

export interface ReasonOptions extends CommonOptions {
  readonly reason?: string;
}

export async function pause(host: Host, named: string, options: ReasonOptions): Promise<ExitCode> {
  const hint = await createHint(host, options);
  return telling(host, named, options, async ({ engine, row: { executionId, name } }) => {
    const checkpoint = await engine.pause(executionId, operator(), options.reason);
    const resume = hint.drive(`resume ${shortId(executionId)}`);
    if (options.json === true) {
      printJson(host, { execution_id: executionId, status: 'paused', checkpoint_id: checkpoint, resume });
      return EXIT.ok;
    }
    host.out.line(
      `${host.out.paint.yellow('paused')}  ${name} ${shortId(executionId)}; what runs may finish, nothing new starts`,
    );
    host.out.line(`  ${resume}`);
    return EXIT.ok;
  });
}
