/**
 * Every error code of the system in one table, each with a line of help, which names no command: programs and browsers read it, too.
 * Rejections (values from `decide`) and thrown `CantataError`s share it; HTTP status is mapped in the server only.
 */
import type { Json } from './json.ts';

export const ERROR_CODES = {
  definition_unreadable:
    'The document is not a workflow: it is not YAML or JSON, or it is too large or too deep.',
  definition_invalid: 'The document has problems. Each is listed with line, column and a hint.',
  pattern_unknown: 'The orchestration pattern does not exist. See the list in the message.',
  version_conflict:
    'This name and version exist with other content. Give the changed workflow a new version.',
  pattern_not_found: 'No pattern has this name, or not in this version. List those there are.',
  workflow_not_found:
    'No workflow has this id or name, or not in this version. List what exists, or register it first.',
  execution_not_found: 'No execution has this id. List those there are.',
  task_not_found: 'The execution has no such task or item. Its status shows those it has.',
  task_settled: 'The task has ended, or is skipped or cancelled; nothing is to be done about it any more.',
  switch_refused:
    'The team cannot go on by that pattern. The message says what stands against it; list the patterns there are.',
  agent_unable: 'No seat of that name may do this task. The message names those that may.',
  failed_by_operator: 'Somebody has failed the task by hand. The reason is in the message.',
  workflow_already_executing:
    'The workflow admits no further execution now. Wait, resume or cancel the open one, or raise max_concurrent_executions.',
  capacity_exhausted:
    'There is no room for another execution now. Wait for one to end, or raise the limits. The message says which.',
  allocation_timed_out:
    'There was no room for the execution for as long as it might wait. Start it again later, or raise the limits.',
  start_cancelled: 'Somebody cancelled the execution while it waited for room. It never began.',
  resources_insufficient:
    'The workflow asks for more than there is in all. Give its agents smaller resources, or raise the limits.',
  queue_full: 'So many wait for this already that no more may. Try again later, or raise its limit.',
  resource_invalid: 'The name of a lock, a quota or a rate came out as something that is no name.',
  schedule_missing:
    'The workflow has no schedule, or is not kept to it. The key `schedule` says its times; they are kept to once it is set.',
  quota_too_small:
    'More of a quota is asked for at once than there is in all. Raise its limit, or ask for less.',
  key_taken: 'Another execution waits for this correlation key. Use a key that is its own.',
  nobody_waits:
    'No execution waits for this correlation key. Send it again later, or have it kept for a while.',
  input_invalid: 'The input is not JSON within the limits, or not what the workflow or the agent declared.',
  limits_too_low:
    'The limits leave no room for a task even when it runs alone. Raise them, or give its agents smaller resources.',
  expression_failed: 'An expression of the workflow could not be evaluated for the values it met.',
  agent_type_unbound: 'No agent is bound to this type. Bind it in cantata.config.ts.',
  wait_invalid: 'What a task should wait for cannot be waited for. Its error says why.',
  wait_timed_out: 'What a task waited for did not come in time.',
  signal_unknown: 'The workflow declares no signal of this name. The message lists those it does.',
  signal_late: 'Nothing waits for this signal any more.',
  signal_unheard: 'Nothing waits for this signal now, and signals of this name are not kept.',
  topic_unknown: 'The workflow declares no topic of this name. The message lists those it does.',
  mail_full: 'Too many signals or events are kept that nothing has consumed.',
  not_asked: 'The task asks nobody now: it has not begun, was answered, or is over.',
  not_entitled: 'Others are asked. `answered_by` in the workflow says who may answer.',
  rejected: 'Somebody was asked and said no.',
  not_running: 'The execution is not running, so this cannot be done to it.',
  checkpoint_not_found: 'The execution has no such checkpoint. Its events show those it has.',
  value_not_found: 'The execution refers to no such value. Its log has the references, as `$blob`.',
  cursor_invalid: 'The cursor is none that was given out for this. Begin without one.',
  cursor_too_old:
    'Events after this cursor are not to be had any more. Read the state as it is, and follow it from now on.',
  fork_too_large: 'What was completed is too much to be taken over. Fork from an earlier task.',
  upgrade_refused: 'The execution cannot go on by that version now. A dry run shows why.',
  not_retryable: 'Only what has failed or was cancelled is retried, and of it what did not complete.',
  not_paused: 'It is not paused, so there is nothing to resume.',
  not_completed: 'Only what is completed has an output. Its status says how it stands.',
  still_open: 'Only what has ended is deleted. Cancel it first.',
  already_ended: 'The execution has ended; nothing changes it any more.',
  already_started: 'The execution exists already.',
  stale_result: 'An answer arrived for an attempt that no longer counts. It was ignored.',
  task_failed: 'A task failed for good. Its error says why.',
  loop_exhausted: 'The loop of a task still asked for another round after the last one it may have.',
  ask_refused:
    'An agent asked for what its pattern does not allow, or for somebody who is not there. The message says what there is.',
  pattern_limit:
    'A team reached a limit of its pattern. The message says which; `limits` in the document sets it.',
  pattern_broken:
    'A pattern said something that makes no sense, or threw. The message says what; mend the pattern and retry.',
  turn_cancelled: 'A turn of a team was cancelled before it ended.',
  terminated: 'A task of the workflow ended it as failed. The reason is its own.',
  task_timed_out: 'The attempt, or all attempts at the task together, took longer than they may.',
  deadlocked:
    'Tasks waited for each other in a circle, through what they hold: the message names it. Let one of them not hold what the other needs.',
  budget_exceeded:
    'What the task or the execution may spend is spent. Raise its budget, or let it end with what it has.',
  heartbeat_missed: 'The agent gave no sign of life for longer than it may.',
  compensation_timed_out: 'Undoing what was done took longer than it may.',
  not_compensating: 'Nothing of this execution that failed to be undone waits for an operator.',
  execution_timed_out: 'The execution took longer than its timeout.',
  workflow_too_deep:
    'A workflow runs inside too many other executions. Give the one that starts itself a condition under which it stops.',
  child_cancelled: 'The execution that a task waited for was cancelled.',
  spawn_invalid: 'An agent asked for a task that cannot be: see the message for which and why.',
  items_refused:
    'No items can be added: the task is not open, has no for_each, or has as many as it may have.',
  directive_invalid: 'The agent asked with its answer for something that there is not. See the message.',
  agent_error: 'The agent threw an error.',
  agent_lost: 'The process that ran the agent ended before it answered.',
  agent_aborted: 'The agent was told to stop.',
  output_missing: 'The agent returned nothing. Return null if there is nothing to say.',
  output_not_json: 'The agent returned something that is not JSON.',
  output_too_large: 'The agent returned more than the limit. Store it elsewhere and return a reference.',
  output_invalid: 'The output does not match the schema that the task or the agent declared.',
  parked:
    'The law threw while it decided for this execution: a bug. It stands alone, its inbox is kept. Cancel it to end it nevertheless.',
  engine_busy: 'The queue of the engine is full. Try again shortly.',
  engine_closed: 'The engine is closing or closed.',
  shards_owned_elsewhere: 'Another process owns the data. Commands go to it through the inbox.',
  answer_timeout: 'No engine answered in time. The command is kept and will be carried out.',
  store_fenced: 'Another engine has taken over these shards; this one must not write any more.',
  store_full: 'The disk or the database is full. Free space; nothing accepted was lost.',
  store_busy: 'Another process holds the database lock. Try again, or end that process.',
  store_corrupt: 'The database file is damaged or is not a Cantata database. Restore a backup.',
  store_unavailable: 'The store cannot be opened or reached.',
  store_data_refused: 'The store refused a row for its data.',
  store_version: 'The database was made by another version of Cantata.',
  snapshot_corrupt: 'A snapshot does not match its checksum. The log is folded instead.',
  request_invalid:
    'The request is not what the endpoint takes. The message says where; /docs shows every endpoint.',
  not_ready: 'The service cannot take work yet. The message says what is missing; ask again shortly.',
  route_not_found: 'There is nothing under this method and path. /docs shows every endpoint.',
  method_not_allowed: 'This path takes other methods. The header Allow names them.',
  body_too_large: 'The body of the request is larger than the server takes. Its operator sets the limit.',
  media_type_unsupported: 'Send JSON as application/json, or a document as application/yaml.',
  unauthenticated: 'Send a token that is valid: `Authorization: Bearer TOKEN`.',
  forbidden: 'You are known, and may not do this. Ask for a role that may.',
  keys_unavailable:
    'The keys that tokens are checked by cannot be fetched now. The log of the server says why.',
  not_local:
    'Without tokens the server answers nobody but this machine. Call it at 127.0.0.1, or set up tokens: docs/authentication.md.',
  rate_limited: 'You have sent more requests than you may. Go on after the time that Retry-After says.',
  idempotency_key_reused:
    'This Idempotency-Key came with another request before. Take a new key for each request, and the same only to repeat it.',
  too_many_readers: 'So many read streams here that no more may. Try again later, or raise the limit.',
  internal_error: 'A bug in Cantata. The log of the server tells more; please report it.',
  config_invalid: 'The configuration is not what it must be. The message says what, and where.',
  invariant_broken: 'Two things that must agree do not: a bug in Cantata. Please report it.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface CantataErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later without a change. */
  readonly retryable?: boolean;
  /** What programs need to go on, as in a rejection. */
  readonly detail?: Json;
}

/** The only class of error that Cantata throws on purpose. `message` says what happened, `help` what to do. */
export class CantataError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly detail: Json | undefined;

  constructor(code: ErrorCode, message: string, options: CantataErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CantataError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.detail = options.detail;
  }

  get help(): string {
    return ERROR_CODES[this.code];
  }
}

/**
 * For the last arm of a switch: by its type nothing comes here, but what another version wrote may. Never guess. Only
 * the name of it is told: the rest may be somebody's input, and the message goes into logs and rows.
 */
export function noRule(what: string, value: never): CantataError {
  const { type, kind } = Object(value) as { readonly type?: unknown; readonly kind?: unknown };
  const name: unknown = type ?? kind ?? value;
  const told = typeof name === 'string' ? name.slice(0, MAX_NAME) : typeof name;
  return new CantataError('invariant_broken', `there is no rule for this ${what}: ${told}`);
}

const MAX_NAME = 100;

/** A bug if it fails. The engine parks the execution that was being decided and goes on with all others. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new CantataError('invariant_broken', message);
}
