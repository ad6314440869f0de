/** Every construct of the language that random programs are made of. A new one gets its file and a line here. */
import { admission } from './admission.ts';
import { approval } from './approval.ts';
import { budget } from './budget.ts';
import { cancelRemaining } from './cancel-remaining.ts';
import { choice } from './choice.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { compensate } from './compensate.ts';
import { condition } from './condition.ts';
import { coordination } from './coordination.ts';
import { demands } from './demands.ts';
import { ends } from './ends.ts';
import { event } from './event.ts';
import { forEach } from './for-each.ts';
import { goto } from './goto.ts';
import { interleaving } from './interleaving.ts';
import { join } from './join.ts';
import { loop } from './loop.ts';
import { milestone } from './milestone.ts';
import { needs } from './needs.ts';
import { onFailure } from './on-failure.ts';
import { output } from './output.ts';
import { parallel } from './parallel.ts';
import { priority } from './priority.ts';
import type { Construct } from './program.ts';
import { requires } from './requires.ts';
import { result } from './result.ts';
import { retry } from './retry.ts';
import { schedule } from './schedule.ts';
import { signal } from './signal.ts';
import { subWorkflow } from './sub-workflow.ts';
import { tasks } from './tasks.ts';
import { team } from './team.ts';
import { template } from './template.ts';
import { terminate } from './terminate.ts';
import { timeout } from './timeout.ts';
import { timer } from './timer.ts';
import { underLock } from './under-lock.ts';

export const CONSTRUCTS: readonly Construct[] = [
  tasks,
  subWorkflow,
  admission,
  cancelRemaining,
  approval,
  compensate,
  choice,
  condition,
  event,
  ends,
  forEach,
  goto,
  join,
  loop,
  onFailure,
  needs,
  output,
  parallel,
  priority,
  requires,
  result,
  retry,
  schedule,
  signal,
  template,
  terminate,
  timeout,
  timer,
  circuitBreaker,
  budget,
  underLock,
  interleaving,
  milestone,
  coordination,
  team,
  demands,
];

export const CONSTRUCT_NAMES: readonly string[] = CONSTRUCTS.map(({ name }) => name);
