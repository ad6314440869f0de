/** How a run ended: the sentence, its output or its reason, and where to look next. */
import {
  duration,
  type ExecutionRow,
  type ExecutionState,
  executionOutput,
  type Json,
  type TaskError,
  taskLabel,
} from '@cantata/core';
import { isWrittenOff } from '@cantata/engine';
import { adviceOn } from '../advice.ts';
import type { Hint } from '../assemble/hint.ts';
import type { Followed } from '../follow/follow.ts';
import type { Terminal } from '../terminal.ts';
import { itemOf } from './lookup.ts';
import { attemptWords } from './rows.ts';
import { paintOf, symbolsOf } from './symbols.ts';
import { clean, cleanLines, count, shortId } from './text.ts';

const MAX_OUTPUT_LINES = 24;
const MAX_LINE = 400;

export interface Outcome extends Followed {
  readonly hint: Hint;
}

export function outcomeLines({ row, state, failures, hint }: Outcome, terminal: Terminal): readonly string[] {
  const id = shortId(row.executionId);
  if (isWrittenOff(row)) return [paintOf(row.status, terminal.paint)(clean(row.reason ?? row.status))];
  if (row.parked) return parkedLines(row, hint.drive(`resume ${id}`), terminal);
  const status = state.status as Ended;
  const head = headLine(status, state, terminal);
  const look: readonly Look[] = [
    [hint.look(`status ${id}`), 'each task and what it took'],
    [hint.look(`events ${id}`), 'everything that happened'],
  ];
  if (status.kind === 'completed') {
    return [
      head,
      ...outputLines(executionOutput(state), hint.look(`status ${id} --output`), terminal),
      ...lookLines(look, terminal),
    ];
  }
  const cause = 'cause' in status ? status.cause : status;
  const undo: readonly Look[] =
    status.kind === 'compensation_failed'
      ? [[hint.drive(`compensation retry ${id}`), 'tries again to undo it']]
      : [];
  if (cause.kind === 'failed') {
    return [
      head,
      ...reasonLines(cause, state, failures, terminal),
      ...lookLines([...undo, [hint.look(`why ${id}`), 'what came of every task'], ...look], terminal),
    ];
  }
  return [head, ...lookLines([...undo, ...look], terminal)];
}

type Look = readonly [command: string, what: string];
type Ended = Extract<
  ExecutionState['status'],
  { readonly kind: 'completed' | 'failed' | 'cancelled' | 'compensated' | 'compensation_failed' }
>;

function headLine(
  status: Ended,
  { request, counters, stopReason }: ExecutionState,
  terminal: Terminal,
): string {
  const took = duration(Math.max(0, status.at - (request?.at ?? status.at)));
  const symbol = symbolsOf(terminal).status[status.kind];
  const words = `${symbol} ${status.kind.replaceAll('_', ' ')} ${status.kind === 'completed' ? 'in' : 'after'} ${took}`;
  const reason = 'reason' in status ? status.reason : stopReason;
  const why = reason === undefined ? '' : `: ${clean(reason)}`;
  const facts = [
    count(counters.turns, 'turn'),
    ...(counters.retries > 0 ? [count(counters.retries, 'retry', 'retries')] : []),
    ...(counters.losses > 0 ? [`${counters.losses} handed out again`] : []),
  ];
  const { dim } = terminal.paint;
  return `${paintOf(status.kind, terminal.paint)(`${words}${why}`)} ${dim(`· ${facts.join(' · ')}`)}`;
}

/** Short outputs whole; of long ones the beginning, and the command that shows the rest. */
function outputLines(output: Json, showAll: string, { paint }: Terminal): readonly string[] {
  if (output === null) return [];
  const lines = cleanLines(outputText(output));
  const shown = lines
    .slice(0, MAX_OUTPUT_LINES)
    .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
  const isCut = lines.length > MAX_OUTPUT_LINES || lines.some((line) => line.length > MAX_LINE);
  const more = isCut ? [paint.dim(`… ${showAll} shows all of it`)] : [];
  return ['', ...shown, ...more];
}

/** Text as it is, everything else as indented JSON. */
function outputText(output: Json): string {
  return typeof output === 'string' ? output : JSON.stringify(output, null, 2);
}

/** The output and nothing else: to the letter for programs and files, without orders to the terminal for people. */
export function printWhole(output: Json, out: Terminal): void {
  const text = outputText(output);
  for (const line of out.writer.isTTY === true ? cleanLines(text) : [text]) out.line(line);
}

function reasonLines(
  { error, task, item }: { readonly error: TaskError; readonly task?: string; readonly item?: number },
  state: ExecutionState,
  failures: Followed['failures'],
  { paint }: Terminal,
): readonly string[] {
  const earlier = task === undefined ? [] : (failures.get(taskLabel(task, item)) ?? []).slice(0, -1);
  const help = adviceOn(error.code);
  return [
    '',
    ...(task === undefined ? [] : [whereLine({ error, task, item }, state)]),
    paint.red(clean(`${error.code}: ${error.message}`)),
    ...(help === undefined ? [] : [paint.dim(help)]),
    ...earlier.map((before) =>
      paint.dim(`  attempt ${before.attempt}: ${clean(`${before.error.code}: ${before.error.message}`)}`),
    ),
  ];
}

function whereLine(
  {
    error,
    task,
    item,
  }: { readonly error: TaskError; readonly task: string; readonly item: number | undefined },
  state: ExecutionState,
): string {
  const failed = itemOf(state, task, item);
  const seat = failed?.seat === undefined ? '' : ` at ${state.plan.seats[failed.seat]?.id}`;
  const attempt =
    failed === undefined || failed.attempt === 0 ? '' : `, ${attemptWords(state, task, failed.attempt)}`;
  const last = error.retry === 'never' ? '; the error says that no other can succeed' : '';
  return `${taskLabel(task, item)}${seat}${attempt}${last}`;
}

function parkedLines(row: ExecutionRow, resume: string, { paint }: Terminal): readonly string[] {
  return [
    paint.red(`parked: ${clean(row.reason ?? 'nobody knows why')}`),
    paint.dim('It stands still and nothing is lost. When the cause is gone, go on with'),
    `  ${resume}`,
  ];
}

/** Commands as they can be typed here. */
function lookLines(looks: readonly Look[], { paint, columns }: Terminal): readonly string[] {
  const commands = looks.map(([command]) => command);
  const width = Math.max(...commands.map((command) => command.length));
  const lines = looks.map(([, what], i) => {
    const command = `  ${(commands[i] as string).padEnd(width)}`;
    return command.length + what.length + 2 > columns ? command.trimEnd() : `${command}  ${paint.dim(what)}`;
  });
  return ['', ...lines];
}

/** What `--json` ends with. */
export function outcomeJson({ row, state }: Followed, exitCode: number): string {
  const { status } = state;
  const cause = 'cause' in status ? status.cause : status;
  const error =
    cause.kind === 'failed'
      ? {
          ...cause.error,
          ...(cause.task === undefined ? {} : { task: taskLabel(cause.task, cause.item) }),
        }
      : null;
  return JSON.stringify({
    result: {
      execution_id: row.executionId,
      workflow_id: row.workflowId,
      name: row.name,
      version: row.version,
      status: row.status,
      parked: row.parked ? row.reason : null,
      output: status.kind === 'completed' ? executionOutput(state) : null,
      error,
      elapsed_ms: row.completedAt === null ? null : row.completedAt - row.startedAt,
      exit_code: exitCode,
    },
  });
}
