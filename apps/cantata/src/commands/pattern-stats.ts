/** `cantata patterns stats [ID]`: how effective the patterns are by which teams have worked here, to compare them by. */
import { duration, type PatternStats, patternStats, type TeamView } from '@cantata/core';
import { createReader, readerOf } from '../assemble/reader.ts';
import { reading } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { findExecution } from '../ids.ts';
import { tableLines } from '../render/table.ts';
import { percent } from '../render/team.ts';
import { selectExecutions } from '../select.ts';

export interface PatternStatsOptions extends CommonOptions {
  /** How many executions are looked at, the newest first. */
  readonly limit: number;
}

export async function stats(
  host: Host,
  id: string | undefined,
  options: PatternStatsOptions,
): Promise<ExitCode> {
  const { out } = host;
  const found = patternStats(await teamsOf(host, id, options));
  if (options.json === true) {
    printJson(host, found);
    return EXIT.ok;
  }
  if (found.length === 0) out.line('No team has worked here yet.');
  else for (const line of tableLines(HEAD, found.map(cellsOf), out)) out.line(line);
  return EXIT.ok;
}

async function teamsOf(
  host: Host,
  id: string | undefined,
  options: PatternStatsOptions,
): Promise<readonly TeamView[]> {
  return reading(host, options, async (store) => {
    if (store === undefined) return [];
    const reader = createReader(store, readerOf(host));
    const rows =
      id === undefined
        ? await selectExecutions(store, reader, { limit: options.limit })
        : [await findExecution(store, id)];
    const teams: TeamView[] = [];
    // One after the other: each is read whole.
    for (const { executionId } of rows) teams.push(...(await reader.status(executionId)).teams);
    return teams;
  });
}

const HEAD = [
  'PATTERN',
  'RUNS',
  'TURNS',
  'HAND-OFFS',
  'MESSAGES',
  'REWORK',
  'IDLE',
  'TOKENS',
  'COST',
  'TIME TO RESULT',
];

function cellsOf(stats: PatternStats): readonly string[] {
  const { time_to_result_ms: timeMs } = stats;
  return [
    stats.pattern,
    stats.done === stats.runs ? String(stats.runs) : `${stats.runs}, ${stats.done} done`,
    ...[stats.turns, stats.hand_offs, stats.messages].map(mean),
    percent(stats.rework),
    percent(stats.idle),
    mean(stats.tokens),
    String(Number(stats.cost.toPrecision(3))),
    timeMs === null ? '' : duration(timeMs),
  ];
}

function mean(value: number): string {
  return String(Number(value.toFixed(1)));
}
