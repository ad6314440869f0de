/** What `doctor` asks of a file. Reads all of it: seconds for a gigabyte. */
import type { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';
import { WAYPOINT_EVERY } from './events.ts';
import { schemaVersion, shardCount } from './migrations/migrate.ts';

export interface SqliteReport {
  readonly path: string;
  readonly schemaVersion: number;
  readonly shards: number;
  /** `wal`; `memory` for a store without a file. */
  readonly journalMode: string;
  /** `full`: an accepted commit survives a power cut. */
  readonly synchronous: string;
  readonly sizeBytes: number;
  readonly events: number;
  /** Empty for a sound file. */
  readonly problems: readonly string[];
}

/** Each names rows that cannot be there if S2 and S7 were kept. */
const RULES: readonly { readonly sql: string; readonly problem: string }[] = [
  {
    problem: 'entities whose sequences are not 1..n',
    sql: `select count(*) as broken from (
            select 1 from events group by entity having max(sequence) <> count(*) or min(sequence) <> 1)`,
  },
  {
    problem: 'events that do not follow the one before them in their shard',
    sql: `select count(*) as broken from events e left join events p on p.id = e.previous
           where e.position <> coalesce(p.position, 0) + 1`,
  },
  {
    problem: 'shards whose end is not their last event',
    sql: `select count(*) as broken from shards s left join events e on e.id = s.event
           where s.position <> coalesce(e.position, 0)`,
  },
  {
    problem: 'executions that sleep without a wake-up',
    sql: `select count(*) as broken from executions x join statuses s on s.key = x.status
           where s.asleep = 1 and not exists (
             select 1 from wakeups w join entities e on e.key = w.entity where e.id = x.execution_id)`,
  },
  {
    problem: 'waypoints that are missing or lead elsewhere',
    sql: `select count(*) as broken from events e
           where e.position % ${WAYPOINT_EVERY} = 0 and e.id not in (select event from waypoints where position = e.position)`,
  },
];

const SYNCHRONOUS: readonly string[] = ['off', 'normal', 'full', 'extra'];

/** Never throws for damage: that is what it reports. */
export function check(database: DatabaseSync, path: string): SqliteReport {
  const problems: string[] = [];
  const ask = <T>(question: () => T, unknown: T): T => {
    try {
      return question();
    } catch (error) {
      problems.push(storeError(error, path).message);
      return unknown;
    }
  };
  const value = (sql: string): number | string =>
    Object.values(database.prepare(sql).get() ?? {})[0] as number | string;

  const faults = ask(() => database.prepare('pragma integrity_check(20)').all(), []);
  problems.push(...faults.map((row) => String(row['integrity_check'])).filter((text) => text !== 'ok'));
  problems.push(
    ...ask(() => database.prepare('pragma foreign_key_check').all(), []).map(
      (row) => `a row of ${String(row['table'])} refers to nothing`,
    ),
  );
  for (const { sql, problem } of RULES) {
    const broken = ask(() => Number(value(sql)), 0);
    if (broken > 0) problems.push(`${broken} ${problem}`);
  }
  return {
    path,
    schemaVersion: ask(() => schemaVersion(database), 0),
    shards: ask(() => shardCount(database), 0),
    journalMode: ask(() => String(value('pragma journal_mode')), 'unknown'),
    synchronous: SYNCHRONOUS[ask(() => Number(value('pragma synchronous')), -1)] ?? 'unknown',
    sizeBytes: ask(() => Number(value('pragma page_count')) * Number(value('pragma page_size')), 0),
    events: ask(() => Number(value('select count(*) from events')), 0),
    problems: [...new Set(problems)],
  };
}
