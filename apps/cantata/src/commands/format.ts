/** `cantata format FILE...`: workflows in the style of the language, in place. What they mean does not change. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatDefinition } from '@cantata/definition';
import { EXIT, type ExitCode } from '../exit.ts';
import type { FileProblem } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { inFile } from '../inspection.ts';
import { problemLines } from '../render/problems.ts';
import { count } from '../render/text.ts';
import { readWorkflowText, workflowFile } from '../workflow-file.ts';

export interface FormatOptions extends CommonOptions {
  readonly check?: boolean;
}

interface Outcome {
  readonly file: string;
  /** The text it should have; undefined if it cannot be formatted. */
  readonly text: string | undefined;
  readonly changes: boolean;
  readonly problems: readonly FileProblem[];
}

export function format(host: Host, files: readonly string[], options: FormatOptions): ExitCode {
  // All are read before the first is written.
  const outcomes = files.map((named) => outcomeOf(host.cwd, workflowFile(host.cwd, named)));
  const changed = outcomes.filter(({ changes }) => changes);
  if (options.check !== true) {
    for (const { file, text = '' } of changed) writeFileSync(resolve(host.cwd, file), text);
  }
  if (options.json === true) printJson(host, outcomes.map(asJson));
  else printReport(host, outcomes, options.check === true ? 'would change' : 'formatted');
  const isRefused = outcomes.some(({ text }) => text === undefined);
  return isRefused || (options.check === true && changed.length > 0) ? EXIT.invalid : EXIT.ok;
}

function outcomeOf(cwd: string, file: string): Outcome {
  const before = readWorkflowText(cwd, file);
  const formatted = formatDefinition(before);
  if (formatted.kind === 'refused') {
    return { file, text: undefined, changes: false, problems: inFile(formatted.problems, file) };
  }
  return { file, text: formatted.text, changes: formatted.text !== before, problems: [] };
}

function printReport({ out }: Host, outcomes: readonly Outcome[], did: string): void {
  for (const line of problemLines(
    outcomes.flatMap(({ problems }) => problems),
    out,
  ))
    out.line(line);
  for (const { file, changes } of outcomes) if (changes) out.line(`${did}  ${file}`);
  const left = outcomes.filter(({ text, changes }) => text !== undefined && !changes).length;
  if (left > 0) out.line(out.paint.dim(`${count(left, 'file')} as it should be`));
}

function asJson({ file, text, changes, problems }: Outcome): object {
  return {
    file,
    status: text === undefined ? 'refused' : changes ? 'changed' : 'unchanged',
    problems: problems.map(({ file: _, ...problem }) => problem),
  };
}
