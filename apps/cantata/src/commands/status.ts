/** `cantata status ID`: the tasks of an execution and what is known of it. */
import {
  duration,
  type ExecutionRow,
  type ExecutionState,
  hasEnded,
  isEnded,
  type Store,
  viewTeams,
} from '@cantata/core';
import { isWrittenOff } from '@cantata/engine';
import { isDriven, liveHolders } from '../assemble/driven.ts';
import { createHint, type Hint } from '../assemble/hint.ts';
import { createPlans, createReader, readerOf } from '../assemble/reader.ts';
import { readingOne } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Tail } from '../follow/tail.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { findExecution } from '../ids.ts';
import { expectedOf } from '../render/expected.ts';
import { headerLine } from '../render/header.ts';
import { printWhole } from '../render/outcome.ts';
import { rowsOf } from '../render/rows.ts';
import { asTyped } from '../render/sentence.ts';
import { paintOf, symbolsOf } from '../render/symbols.ts';
import { factLines } from '../render/table.ts';
import { teamFact } from '../render/team.ts';
import { clean, count, shortId } from '../render/text.ts';
import { ago, stamp } from '../render/time.ts';
import { treeLines } from '../render/tree.ts';

const MAX_LINES = 500;
const MAX_TOLD = 5;
const MAX_TEAMS = 10;

export interface StatusOptions extends CommonOptions {
  /** Nothing but the output, whole. */
  readonly output?: boolean;
}

export async function status(host: Host, named: string, options: StatusOptions): Promise<ExitCode> {
  return readingOne(host, options, async (store) => {
    const row = await findExecution(store, named);
    const { executionId } = row;
    if (options.output === true) return printOutput(host, row, store);
    if (options.json === true) printJson(host, await createReader(store, readerOf(host)).status(executionId));
    else await printStatus(host, row, store, await createHint(host, options));
    return EXIT.ok;
  });
}

/** Undefined where the row has the last word: it was written off, or its log cannot be read. */
async function readableState(
  host: Host,
  row: ExecutionRow,
  store: Store,
): Promise<ExecutionState | undefined> {
  if (isWrittenOff(row)) return undefined;
  try {
    return await stateOf(host, row.executionId, store);
  } catch {
    // `why` reads it too, and says what is wrong.
    return undefined;
  }
}

async function stateOf({ patterns }: Host, executionId: string, store: Store): Promise<ExecutionState> {
  const tail = new Tail(executionId, store, createPlans(store, patterns));
  await tail.read();
  return tail.state as ExecutionState;
}

async function printOutput(host: Host, { executionId }: ExecutionRow, store: Store): Promise<ExitCode> {
  printWhole(await createReader(store, readerOf(host)).output(executionId), host.out);
  return EXIT.ok;
}

async function printStatus(host: Host, row: ExecutionRow, store: Store, hint: Hint): Promise<void> {
  const now = Date.now();
  const { out } = host;
  const { executionId } = row;
  const state = await readableState(host, row, store);
  if (state === undefined) return printRow(host, row, store, hint);
  // What nobody works at comes to no end.
  const driven = await isDriven(row, await liveHolders(store, now), store);
  const style = { terminal: out, symbols: symbolsOf(out), maxLines: MAX_LINES };
  // Of what nobody works at no time goes by.
  const seen = driven ? now : state.lastAt;
  out.line(headerLine(state, seen, style));
  out.line();
  for (const line of treeLines(rowsOf(state, new Map(), seen), style)) out.line(line);
  out.line();
  const teams = viewTeams(state, seen).slice(0, MAX_TEAMS).map(teamFact);
  const facts = [...factsOf(state, now), ...teams, ...(driven ? expectedFacts(state, now) : [])];
  for (const line of factLines(facts, out)) out.line(line);
  const causes = await createReader(store, readerOf(host)).why(executionId);
  const isPlain = (code: string): boolean =>
    code === 'agents_running' || (code === 'completed' && state.stopReason === undefined);
  const told = causes.filter(({ code }, n) => code === 'stalled' || (n === 0 && !isPlain(code)));
  if (told.length > 0) out.line();
  for (const { sentence } of told.slice(0, MAX_TOLD)) out.line(`  ${asTyped(clean(sentence), hint)}`);
}

/** Of what cannot be read there is the row, and the reason in it. */
async function printRow(host: Host, row: ExecutionRow, store: Store, hint: Hint): Promise<void> {
  const { out } = host;
  const { bold, dim } = out.paint;
  const mark = hasEnded(row) ? row.status : 'parked';
  out.line(
    `${bold(row.name)} ${row.version} ${dim(shortId(row.executionId))} ${paintOf(mark, out.paint)(mark)}`,
  );
  out.line();
  const facts: readonly (readonly [string, string])[] = [
    ['id', row.executionId],
    ['started', stamp(row.startedAt)],
    ...(row.completedAt === null ? [] : ([['ended', stamp(row.completedAt)]] as const)),
    ['tasks', `${row.tasksCompleted} of ${row.tasksTotal} completed, as far as its row knows`],
  ];
  for (const line of factLines(facts, out)) out.line(line);
  const [cause] = await createReader(store, readerOf(host)).why(row.executionId);
  out.line();
  out.line(`  ${asTyped(clean(cause?.sentence ?? ''), hint)}`);
}

function factsOf(state: ExecutionState, now: number): readonly (readonly [string, string])[] {
  const { request, status, counters, checkpoint } = state;
  const began = request?.at ?? now;
  return [
    ['id', state.executionId],
    ['started', `${stamp(began)}, ${ago(began, now)}`],
    ...(isEnded(status) && 'at' in status
      ? ([['ended', `${stamp(status.at)}, ${ago(status.at, now)}`]] as const)
      : []),
    [
      'turns',
      `${counters.turns}, ${count(counters.retries, 'retry', 'retries')}, at most ${counters.maxInFlight} at once`,
    ],
    [
      'time',
      `${duration(counters.agentMs)} of agents at work, ${duration(counters.queueMs)} of waiting for seats`,
    ],
    ...(checkpoint === undefined
      ? []
      : ([['checkpoint', `${shortId(checkpoint.id)}, ${ago(checkpoint.at, now)}`]] as const)),
  ];
}

function expectedFacts(state: ExecutionState, now: number): readonly (readonly [string, string])[] {
  const expected = expectedOf(state, now);
  if (expected === undefined) return [];
  return [
    ['expected', expected.isLate ? expected.left : `${expected.left}, until ${stamp(expected.finishAt)}`],
    ['critical path', expected.path],
  ];
}
