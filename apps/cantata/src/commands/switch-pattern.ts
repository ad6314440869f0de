/** `cantata patterns switch ID TASK --to NAME`: another pattern goes on in the place of one that is at work. */
import { type Json, type JsonObject, placeOfLabel } from '@cantata/core';
import type { ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import type { Host } from '../host.ts';
import { readJson } from '../input.ts';
import type { ReasonOptions } from './pause.ts';
import { byHand } from './task.ts';

export interface SwitchOptions extends ReasonOptions {
  readonly to: string;
  /** JSON, `@file` or `-`. */
  readonly options?: string;
}

export function switchPattern(
  host: Host,
  named: string,
  place: string,
  given: SwitchOptions,
): Promise<ExitCode> {
  const { to } = given;
  const options = given.options === undefined ? {} : readJson(host.cwd, given.options, '--options');
  if (!isMapping(options)) throw usage(`--options is a mapping, as in --options '{"max_parallel": 3}'`);
  return byHand(host, named, given, 'switched', {
    type: 'pattern.switch',
    ...placeOfLabel(place),
    to,
    options,
  });
}

function isMapping(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
