/** `cantata publish ID TOPIC [JSON]`: an event for every task of an execution that needs one like it. */
import type { Json } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Host, printJson } from '../host.ts';
import { readJson } from '../input.ts';
import { clean, shortId } from '../render/text.ts';
import type { SignalOptions } from './signal.ts';

export function publish(
  host: Host,
  named: string,
  topic: string,
  given: string | undefined,
  options: SignalOptions,
): Promise<ExitCode> {
  const data: Json = given === undefined ? null : readJson(host.cwd, given, 'the data');
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    const id = options.id === undefined ? {} : { id: options.id };
    await engine.publish(executionId, { topic, data, by: operator(), ...id });
    if (options.json === true) printJson(host, { execution_id: executionId, topic });
    else host.out.line(`${host.out.paint.green('published')}  ${clean(topic)} to ${shortId(executionId)}`);
    return EXIT.ok;
  });
}
