/** `cantata plan FILE`: what would happen, in which order, by whom; as text, as data, or drawn. */
import { statSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Limits } from '@cantata/core';
import {
  type PlanReport,
  planJson,
  planWith,
  reportOf,
  type Typed,
  typedCpu,
  typedMemory,
} from '@cantata/definition';
import { pastRuns } from '../assemble/past-runs.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, learnPatterns, projectOf } from '../host.ts';
import { typedPath } from '../paths.ts';
import type { PlanFormat } from '../plan-formats.ts';
import { dot } from '../render/plan/dot.ts';
import { MERMAID_MAX_EDGES, mermaid } from '../render/plan/mermaid.ts';
import { svg } from '../render/plan/svg/svg.ts';
import { planLines } from '../render/plan/text/text.ts';
import { bytes } from '../render/text.ts';
import { createTerminal, type Terminal } from '../terminal.ts';
import { requireWorkflow, workflowFile } from '../workflow-file.ts';

export interface PlanOptions extends CommonOptions {
  readonly format?: PlanFormat;
  /** Where it is written, instead of standard output. */
  readonly out?: string;
  /** `group=n`, each a question: what if there were so many? */
  readonly seats?: readonly string[];
  /** As in a workflow: `2 cores`, `4GB`. */
  readonly limitCpu?: string;
  readonly limitMemory?: string;
}

export async function plan(host: Host, named: string, options: PlanOptions): Promise<ExitCode> {
  const format = formatOf(options);
  const limits = limitsOf(options);
  const file = workflowFile(host.cwd, named);
  await learnPatterns(projectOf(host, options, file));
  const { workflow, problems } = requireWorkflow(host, file);
  const { definition } = workflow;
  const history = await pastRuns(host, options, file, definition.name);
  const whatIf = planWith(definition, options.seats ?? [], history, '--seats');
  if ('problem' in whatIf) throw usage(whatIf.problem, ...(whatIf.help === undefined ? [] : [whatIf.help]));
  const { plan: planned, written, changes } = whatIf;
  const report = reportOf(planned, {
    limits,
    notices: problems,
    history,
    whatIf: changes,
    ...(written === undefined ? {} : { written }),
  });
  const spoken = { file: typedPath(host.cwd, resolve(host.cwd, file)), command: host.environment.command };
  const textFor = (to: Terminal): string =>
    format === 'text' ? linesOf(planLines(report, to, spoken)) : drawn(report, format, to);
  if (options.out === undefined) host.out.writer.write(textFor(host.out));
  else writeOut(host, options.out, file, textFor);
  if (format === 'mermaid' && report.plan.graph.targets.length > MERMAID_MAX_EDGES) {
    const { yellow } = host.err.paint;
    const words = `the graph has ${report.plan.graph.targets.length} edges, and Mermaid draws ${MERMAID_MAX_EDGES} unless its \`maxEdges\` is raised; --format svg or dot draw more`;
    host.err.line(yellow(`warn: ${words}`));
  }
  return EXIT.ok;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function drawn(report: PlanReport, format: Exclude<PlanFormat, 'text'>, { writer }: Terminal): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(planJson(report), null, writer.isTTY === true ? 2 : undefined)}\n`;
    case 'mermaid':
      return mermaid(report);
    case 'dot':
      return dot(report);
    case 'svg':
      return svg(report);
    default:
      return format satisfies never;
  }
}

const FORMAT_OF_FILE: Readonly<Record<string, PlanFormat>> = {
  '.json': 'json',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
  '.svg': 'svg',
};

/** What is asked for, else what the name of the file says. */
function formatOf({ format, json, out }: PlanOptions): PlanFormat {
  if (json === true && format !== undefined && format !== 'json')
    throw usage(`--json is --format json, and --format ${format} is asked for as well`);
  if (json === true) return 'json';
  return format ?? (out === undefined ? undefined : FORMAT_OF_FILE[extname(out).toLowerCase()]) ?? 'text';
}

function limitsOf({ limitCpu, limitMemory }: PlanOptions): Limits {
  return {
    ...(limitCpu === undefined ? {} : { cpuMillis: amountOf(typedCpu(limitCpu, '--limit-cpu')) }),
    ...(limitMemory === undefined
      ? {}
      : { memoryBytes: amountOf(typedMemory(limitMemory, '--limit-memory')) }),
  };
}

function amountOf(typed: Typed): number {
  if ('amount' in typed) return typed.amount;
  throw usage(typed.problem);
}

/** A file has no colours and no width. */
function writeOut(host: Host, out: string, workflow: string, text: (to: Terminal) => string): void {
  const path = resolve(host.cwd, out);
  if (path === resolve(host.cwd, workflow)) throw usage(`${out} is the workflow itself; name another file`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw usage(`${out} is a folder; name a file`);
  const { plainSymbols } = host.environment;
  const to = createTerminal(host.out.writer, { colours: 'never', dumbTerminal: true, plainSymbols });
  const written = text({ ...to, columns: Number.POSITIVE_INFINITY });
  try {
    writeFileSync(path, written);
  } catch (error) {
    throw usage(`${out} cannot be written: ${(error as Error).message}`);
  }
  host.err.line(host.err.paint.dim(`wrote ${out}, ${bytes(Buffer.byteLength(written))}`));
}
