/** Which execution is meant: a whole id, the beginning of one, or `last`. */
import { CantataError, type ExecutionRow, type Store } from '@cantata/core';
import { decodeEvent, plainCodec } from '@cantata/engine';
import { EXIT } from './exit.ts';
import { Failure, usage } from './failure.ts';
import { stamp } from './render/time.ts';

const MIN_PREFIX = 6;
const MAX_SHOWN = 5;

/** After every id that begins with a prefix: ids are hexadecimal and dashes. */
const END = '~';

/** @throws Failure for what is no id or several; CantataError `execution_not_found`. */
export async function findExecution(store: Store, named: string): Promise<ExecutionRow> {
  const wanted = named.trim().toLowerCase();
  if (wanted === 'last') return newest(store);
  if (!/^[0-9a-f-]+$/.test(wanted))
    throw usage(`${JSON.stringify(named)} is not an id`, 'An id, its beginning, or `last`.');
  if (wanted.length < MIN_PREFIX)
    throw usage(`${named} is too short: give at least ${MIN_PREFIX} characters of the id`);
  const found = await store.executions.list({ before: `${wanted}${END}`, limit: MAX_SHOWN + 1 });
  const matching = found.filter(({ executionId }) => executionId.startsWith(wanted));
  if (matching.length === 1) return matching[0] as ExecutionRow;
  if (matching.length === 0) throw new CantataError('execution_not_found', `there is no execution ${named}`);
  throw new Failure('usage', `${named} is the beginning of several ids`, {
    exit: EXIT.invalid,
    help: matching
      .slice(0, MAX_SHOWN)
      .map((row) => `${row.executionId}  ${row.name}  ${row.status}  ${stamp(row.startedAt)}`),
  });
}

/** So far back one looks for an execution that is nobody's part. */
const MOST_PARTS = 1_000;
const PAGE = 20;

/** Of those that somebody started: what an execution started itself is a part of it. */
async function newest(store: Store): Promise<ExecutionRow> {
  let page = await store.executions.list({ limit: PAGE });
  const [first] = page;
  if (first === undefined) throw new CantataError('execution_not_found', 'nothing was executed here yet');
  for (let seen = 0; seen < MOST_PARTS && page.length > 0; seen += PAGE) {
    for (const row of page) if (!(await isPart(row, store))) return row;
    page = await store.executions.list({ before: page.at(-1)?.executionId as string, limit: PAGE });
  }
  return first;
}

async function isPart({ executionId }: ExecutionRow, { log }: Store): Promise<boolean> {
  const [begun] = await log.readEntity(executionId, 0, 1);
  const event = begun && decodeEvent(plainCodec, begun);
  return event?.type === 'workflow.requested' && event.parent !== undefined;
}
