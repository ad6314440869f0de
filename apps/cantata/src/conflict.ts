/** The refusals of a start that people meet most, with what they need to go on. */
import type { CantataError, Definition, ExecutionRow, PatternLibrary, Store } from '@cantata/core';
import type { Hint } from './assemble/hint.ts';
import { createReader } from './assemble/reader.ts';
import { EXIT } from './exit.ts';
import { Failure, refusalOf } from './failure.ts';
import { shortId } from './render/text.ts';
import { ago, stamp } from './render/time.ts';

export interface Attempted {
  readonly store: Store;
  readonly hint: Hint;
  readonly file: string;
  readonly definition: Definition;
  readonly patterns: PatternLibrary;
}

/** The error itself where there is nothing to add. */
export async function explainConflict(error: unknown, attempted: Attempted): Promise<unknown> {
  const refusal = refusalOf(error);
  if (refusal?.code === 'answer_timeout') return begunLater(refusal, attempted);
  return refusal?.code === 'workflow_already_executing' ? alreadyExecuting(refusal, attempted) : error;
}

/** Of a registration: the error itself where there is nothing to add. */
export function versionConflict(
  cause: unknown,
  { file, definition: { name, version } }: Pick<Attempted, 'file' | 'definition'>,
): unknown {
  if (refusalOf(cause)?.code !== 'version_conflict') return cause;
  return new Failure('version_conflict', `${name} ${version} was registered with other content`, {
    exit: EXIT.conflict,
    help: [`Raise \`version\` in ${file}. Runs that began with the old content keep it.`],
    cause,
  });
}

/** The start is safe with the process that owns the data, which may be busy: nobody need start it again. */
function begunLater(cause: CantataError, { hint }: Attempted): Failure {
  const { execution_id: id } = cause.detail as { readonly execution_id: string };
  return new Failure(cause.code, cause.message, {
    exit: EXIT.store,
    help: [
      `${hint.look(`status ${id}`)}   shows it once it has begun`,
      `${hint.drive(`resume ${id}`)}   follows it`,
    ],
    cause,
  });
}

async function alreadyExecuting(
  cause: CantataError,
  { store, hint, definition, patterns }: Attempted,
): Promise<Failure> {
  const open = await holdersOf(cause, store);
  const [first] = open;
  if (first === undefined) return new Failure(cause.code, cause.message, { exit: EXIT.conflict, cause });
  const id = shortId(first.executionId);
  const limit = definition.maxConcurrentExecutions;
  const message =
    limit === 1
      ? `${definition.name} is being executed since ${stamp(first.startedAt)} (${ago(first.startedAt, Date.now())}): ${id}, ${await stateWords(store, first, patterns)}`
      : `${cause.message}; one of them is ${id}`;
  return new Failure(cause.code, message, {
    exit: EXIT.conflict,
    help: [
      `${hint.drive(`resume ${id}`)}   goes on with it`,
      `${hint.look(`cancel ${id}`)}   ends it`,
      'Or set max_concurrent_executions in the workflow.',
    ],
    cause,
  });
}

/** Those that have the places, the newest first. An execution that an operator has undone has none, and is open, too. */
async function holdersOf({ detail }: CantataError, store: Store): Promise<readonly ExecutionRow[]> {
  const { executions = [] } = (detail ?? {}) as { readonly executions?: readonly string[] };
  const rows = await Promise.all(executions.toSorted().map((id) => store.executions.get(id)));
  return rows.filter((row) => row !== undefined).toReversed();
}

async function stateWords(store: Store, row: ExecutionRow, patterns: PatternLibrary): Promise<string> {
  const [cause] = await createReader(store, { patterns }).why(row.executionId);
  if (row.parked) return 'parked';
  if (cause?.code === 'parked') return 'and cannot be read';
  return cause?.code === 'not_driven' ? 'and nobody drives it' : `${row.status}, ${row.phase}`;
}
