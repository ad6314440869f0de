/** `cantata signal ID NAME [JSON]`, `cantata signal --key KEY NAME [JSON]`: tells an execution what a task of it waits for. */
import type { Json } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import { telling, withEngine } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { readJson } from '../input.ts';
import { clean, shortId } from '../render/text.ts';

export interface SignalOptions extends CommonOptions {
  /** By which it is known when it is sent twice. */
  readonly id?: string;
}

export interface KeyOptions extends SignalOptions {
  readonly key: string;
  /** How long it is kept where nobody waits for it yet. */
  readonly keep?: number;
}

export function signal(
  host: Host,
  named: string,
  name: string,
  given: string | undefined,
  options: SignalOptions,
): Promise<ExitCode> {
  const data = dataOf(host, given);
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    await engine.signal(executionId, { signal: name, data, by: operator(), ...idOf(options) });
    if (options.json === true) printJson(host, { execution_id: executionId, signal: name });
    else host.out.line(`${host.out.paint.green('sent')}  ${clean(name)} to ${shortId(executionId)}`);
    return EXIT.ok;
  });
}

/** To whichever execution waits for it under a key. */
export function signalKey(
  host: Host,
  name: string,
  given: string | undefined,
  options: KeyOptions,
): Promise<ExitCode> {
  const data = dataOf(host, given);
  const { key, keep } = options;
  return withEngine(host, options, async ({ engine }) => {
    const kept = keep === undefined ? {} : { keepMs: keep };
    await engine.signalKey(key, { signal: name, data, by: operator(), ...idOf(options), ...kept });
    if (options.json === true) printJson(host, { key, signal: name });
    else host.out.line(`${host.out.paint.green('sent')}  ${clean(name)} under ${clean(key)}`);
    return EXIT.ok;
  });
}

function dataOf(host: Host, given: string | undefined): Json {
  return given === undefined ? null : readJson(host.cwd, given, 'the data');
}

function idOf({ id }: SignalOptions): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
