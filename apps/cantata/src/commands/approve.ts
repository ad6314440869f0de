/** `cantata approve ID TASK`: answers what a task asks, with yes and an answer, or with no. */
import { placeOfLabel, taskLabel } from '@cantata/core';
import { operator } from '../assemble/owner.ts';
import { telling } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type Host, printJson } from '../host.ts';
import { readJson } from '../input.ts';
import { clean, shortId } from '../render/text.ts';
import type { ReasonOptions } from './pause.ts';

export interface ApproveOptions extends ReasonOptions {
  /** JSON, `@file` or `-`. */
  readonly output?: string;
  readonly reject?: boolean;
}

export function approve(
  host: Host,
  named: string,
  place: string,
  options: ApproveOptions,
): Promise<ExitCode> {
  const { output, reason, reject = false } = options;
  if (reject && output !== undefined) throw usage('--output goes with a yes; --reason says why not');
  const decision = reject ? 'rejected' : 'approved';
  const said = {
    ...(output === undefined ? {} : { output: readJson(host.cwd, output, '--output') }),
    ...(reason === undefined ? {} : { reason }),
  };
  return telling(host, named, options, async ({ engine, row: { executionId } }) => {
    const at = placeOfLabel(place);
    await engine.answer(executionId, { ...at, ...said, decision, by: operator() });
    const task = taskLabel(at.task, at.item);
    if (options.json === true) printJson(host, { execution_id: executionId, task_id: task, decision });
    else {
      const { green, yellow } = host.out.paint;
      host.out.line(`${(reject ? yellow : green)(decision)}  ${clean(task)} of ${shortId(executionId)}`);
    }
    return EXIT.ok;
  });
}
