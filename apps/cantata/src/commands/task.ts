/** `cantata task add|complete|fail|skip|reassign ID TASK`: what an operator does to a task by hand. */
import { type AtItem, type Json, type Operation, placeOfLabel, taskLabel } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { readJson } from '../input.ts';
import { clean, shortId } from '../render/text.ts';
import type { ReasonOptions } from './pause.ts';

export interface CompleteOptions extends ReasonOptions {
  /** JSON, `@file` or `-`. */
  readonly output?: string;
}

export interface AddOptions extends ReasonOptions {
  /** JSON, `@file` or `-`. */
  readonly items: string;
}

export interface ReassignOptions extends ReasonOptions {
  readonly to: string;
}

export function complete(
  host: Host,
  named: string,
  place: string,
  options: CompleteOptions,
): Promise<ExitCode> {
  const output: Json = options.output === undefined ? null : readJson(host.cwd, options.output, '--output');
  return byHand(host, named, options, 'completed', { type: 'task.complete', ...placeOfLabel(place), output });
}

export function fail(host: Host, named: string, place: string, options: ReasonOptions): Promise<ExitCode> {
  return byHand(host, named, options, 'failed', { type: 'task.fail', ...placeOfLabel(place) });
}

export function skip(host: Host, named: string, place: string, options: ReasonOptions): Promise<ExitCode> {
  const { task, item } = placeOfLabel(place);
  if (item !== undefined)
    throw usage(`only a whole task is skipped; cantata cancel --task "${place}" ends one item`);
  return byHand(host, named, options, 'skipped', { type: 'task.skip', task });
}

export function add(host: Host, named: string, task: string, options: AddOptions): Promise<ExitCode> {
  const items = readJson(host.cwd, options.items, '--items');
  if (!Array.isArray(items)) throw usage(`--items is a list, as in --items '["tea", "coffee"]'`);
  return byHand(host, named, options, 'added', { type: 'items.add', task, items });
}

export function reassign(
  host: Host,
  named: string,
  place: string,
  options: ReassignOptions,
): Promise<ExitCode> {
  const { to } = options;
  return byHand(host, named, options, 'reassigned', { type: 'task.reassign', ...placeOfLabel(place), to });
}

/** Tells the execution, and says that it was told. `status` is what becomes of the task. */
export function byHand(
  host: Host,
  named: string,
  options: ReasonOptions,
  status: string,
  operation: Operation & AtItem,
): Promise<ExitCode> {
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    const { reason } = options;
    await engine.operate(
      executionId,
      { ...operation, ...(reason === undefined ? {} : { reason }) },
      operator(),
    );
    const task = taskLabel(operation.task, operation.item);
    if (options.json === true) printJson(host, { execution_id: executionId, task_id: task, status });
    else host.out.line(`${host.out.paint.yellow(status)}  ${clean(task)} of ${shortId(executionId)}`);
    return EXIT.ok;
  });
}
