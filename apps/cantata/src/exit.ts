/** Every exit code in one table. docs/cli.md shows it; a test compares the two. */
import type { ErrorCode } from '@cantata/core';

export const EXIT = {
  /** It did what was asked; a run completed. */
  ok: 0,
  /** A run failed, or something went wrong that no other code stands for. */
  failed: 1,
  /** What was typed, the workflow, its input or the configuration is wrong: nothing was started. */
  invalid: 2,
  /** A run was cancelled. */
  cancelled: 3,
  /** The data cannot be read or written, or a run is parked. */
  store: 4,
  /** What was asked does not fit the state of things: it runs already, it has ended, the version exists. */
  conflict: 5,
  /** Ctrl-C: the run stands still and can be resumed. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const { failed, invalid, store, conflict } = EXIT;

const EXIT_OF: Readonly<Record<ErrorCode, ExitCode>> = {
  definition_unreadable: invalid,
  definition_invalid: invalid,
  pattern_unknown: invalid,
  version_conflict: conflict,
  pattern_not_found: invalid,
  workflow_not_found: invalid,
  execution_not_found: invalid,
  task_not_found: invalid,
  still_open: conflict,
  not_completed: conflict,
  task_settled: conflict,
  agent_unable: invalid,
  switch_refused: conflict,
  failed_by_operator: failed,
  workflow_already_executing: conflict,
  capacity_exhausted: conflict,
  allocation_timed_out: conflict,
  start_cancelled: conflict,
  resources_insufficient: invalid,
  queue_full: conflict,
  resource_invalid: failed,
  schedule_missing: invalid,
  quota_too_small: failed,
  key_taken: conflict,
  nobody_waits: conflict,
  input_invalid: invalid,
  limits_too_low: invalid,
  expression_failed: failed,
  wait_invalid: failed,
  wait_timed_out: failed,
  signal_unknown: invalid,
  signal_late: conflict,
  signal_unheard: conflict,
  topic_unknown: invalid,
  mail_full: conflict,
  not_asked: conflict,
  not_entitled: conflict,
  rejected: failed,
  agent_type_unbound: invalid,
  not_running: conflict,
  checkpoint_not_found: invalid,
  value_not_found: invalid,
  cursor_invalid: invalid,
  cursor_too_old: conflict,
  fork_too_large: invalid,
  upgrade_refused: conflict,
  not_retryable: conflict,
  not_paused: conflict,
  already_ended: conflict,
  already_started: conflict,
  stale_result: failed,
  task_failed: failed,
  loop_exhausted: failed,
  ask_refused: failed,
  pattern_limit: failed,
  pattern_broken: failed,
  turn_cancelled: failed,
  terminated: failed,
  task_timed_out: failed,
  heartbeat_missed: failed,
  budget_exceeded: failed,
  deadlocked: failed,
  compensation_timed_out: failed,
  not_compensating: conflict,
  execution_timed_out: failed,
  workflow_too_deep: failed,
  child_cancelled: failed,
  spawn_invalid: failed,
  items_refused: conflict,
  directive_invalid: failed,
  agent_error: failed,
  agent_lost: failed,
  agent_aborted: failed,
  output_missing: failed,
  output_not_json: failed,
  output_too_large: failed,
  output_invalid: failed,
  parked: store,
  engine_busy: store,
  engine_closed: failed,
  shards_owned_elsewhere: store,
  answer_timeout: store,
  store_fenced: store,
  store_full: store,
  store_busy: store,
  store_corrupt: store,
  store_unavailable: store,
  store_data_refused: store,
  store_version: store,
  snapshot_corrupt: store,
  request_invalid: invalid,
  not_ready: store,
  route_not_found: invalid,
  method_not_allowed: invalid,
  body_too_large: invalid,
  media_type_unsupported: invalid,
  unauthenticated: invalid,
  forbidden: invalid,
  keys_unavailable: failed,
  not_local: invalid,
  rate_limited: conflict,
  idempotency_key_reused: conflict,
  too_many_readers: store,
  internal_error: failed,
  config_invalid: invalid,
  invariant_broken: failed,
};

export function exitOf(code: ErrorCode): ExitCode {
  return EXIT_OF[code];
}

/** The exit code of a run that ended, or stands still, with this status. */
export function exitOfRun(run: { readonly status: string; readonly parked: boolean }): ExitCode {
  if (run.status === 'completed') return EXIT.ok;
  if (run.status === 'cancelled') return EXIT.cancelled;
  return run.parked ? EXIT.store : EXIT.failed;
}
