/** `cantata signal ID NAME [JSON]`: tells an execution something that a task of it waits for. */
import type { Json } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { readJson } from '../input.ts';
import { clean, shortId } from '../render/text.ts';

export interface SignalOptions extends CommonOptions {
  /** By which it is known when it is sent twice. */
  readonly id?: string;
}

export function signal(
  host: Host,
  named: string,
  name: string,
  given: string | undefined,
  options: SignalOptions,
): Promise<ExitCode> {
  const data: Json = given === undefined ? null : readJson(host.cwd, given, 'the data');
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    const id = options.id === undefined ? {} : { id: options.id };
    await engine.signal(executionId, { signal: name, data, by: operator(), ...id });
    if (options.json === true) printJson(host, { execution_id: executionId, signal: name });
    else host.out.line(`${host.out.paint.green('sent')}  ${clean(name)} to ${shortId(executionId)}`);
    return EXIT.ok;
  });
}
