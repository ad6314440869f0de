/** `cantata watch ID`: shows an execution while it goes on, without having a part in it. */
import { createHint } from '../assemble/hint.ts';
import { readingOne } from '../assemble/reading.ts';
import type { ExitCode } from '../exit.ts';
import { lookOn } from '../follow/look-on.ts';
import type { CommonOptions, Host } from '../host.ts';
import { findExecution } from '../ids.ts';

export interface WatchOptions extends CommonOptions {
  readonly quiet?: boolean;
}

export async function watch(host: Host, named: string, options: WatchOptions): Promise<ExitCode> {
  const hint = await createHint(host, options);
  return readingOne(host, options, async (store) => {
    const { executionId } = await findExecution(store, named);
    const begin = (): Promise<string> => Promise.resolve(executionId);
    return lookOn({ host, store, begin, hint, options, role: 'only looks' });
  });
}
