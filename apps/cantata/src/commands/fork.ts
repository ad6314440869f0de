/** `cantata fork ID`: a new execution that goes on where another one has come to, shown to its end. */
import { operator } from '../assemble/owner.ts';
import type { ExitCode } from '../exit.ts';
import { type DriveOptions, driveOn } from '../follow/drive-on.ts';
import type { Host } from '../host.ts';
import { type InputOptions, readInput, readJson } from '../input.ts';

export interface ForkOptions extends DriveOptions, InputOptions {
  readonly from?: string;
  readonly checkpoint?: string;
  readonly taskInput?: string;
}

export async function fork(host: Host, named: string, options: ForkOptions): Promise<ExitCode> {
  const { from, checkpoint, input, set, taskInput } = options;
  const given = input === undefined && set === undefined ? {} : { input: readInput(host.cwd, options) };
  const forTask = taskInput === undefined ? {} : { taskInput: readJson(host.cwd, taskInput, '--task-input') };
  const point = {
    ...(from === undefined ? {} : { from }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  return driveOn(host, named, options, (engine, { executionId }) =>
    engine.fork(executionId, { ...point, ...given, ...forTask, by: operator() }),
  );
}
