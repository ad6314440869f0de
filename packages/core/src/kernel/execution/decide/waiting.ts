/** What tasks without a seat wait for, how long, and what follows when the time has come. */
import { assert, noRule } from '../../../errors.ts';
import { type Json, JsonMeter } from '../../../json.ts';
import type { Patience, WaitFor } from '../../../plan/definition.ts';
import type { Computed } from '../../../plan/expression.ts';
import { instantOf } from '../../../plan/instant.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { duration } from '../../../text.ts';
import { accept, type Decision, NO_EVENTS, type Timer, type View } from '../../law.ts';
import { prefixOf } from '../../resource/ids.ts';
import type { AtAttempt, ExecutionEvent } from '../events.ts';
import { itemInput } from '../input.ts';
import { attemptOf, findItem, goesOn, placeOf, planTask, statusOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { AskedPerson } from '../team.ts';
import { childTimedOut } from './child.ts';
import { chosen } from './choice.ts';
import { COMPUTED_LIMITS, compute, computeIn, type Outcome, scopeOf } from './compute.ts';
import { failsForGood, itemFails } from './failure.ts';
import { consumption, keptFor } from './signals.ts';

/** What an item waits for, of a task that does, or of a team that asks or listens to a person. */
export function waitFor(state: View<ExecutionState>, item: View<Item>): View<WaitFor> {
  const person = item.spawned?.turn?.person;
  if (person !== undefined) return waitForPerson(state, item, person);
  const { definition } = planTask(state, item);
  assert(definition.kind === 'wait', `there is nothing for ${definition.id} to wait for`);
  return definition.wait;
}

function waitForPerson(
  state: View<ExecutionState>,
  item: View<Item>,
  person: View<AskedPerson>,
): View<WaitFor> {
  const timeoutMs = item.spawned?.timeoutMs;
  const patience =
    timeoutMs === undefined
      ? {}
      : { patience: person.hasDefault === true ? patienceWith(state, item, timeoutMs) : { timeoutMs } };
  if ('signal' in person) return { kind: 'signal', signal: person.signal, ...patience };
  const { prompt, of } = person;
  const asked = { source: prompt, reads: { input: false, tasks: [] }, evaluate: () => prompt };
  return { kind: 'approval', prompt: asked, ...(of === undefined ? {} : { of }), ...patience };
}

/** The default is read when it counts: it may be kept elsewhere. */
function patienceWith(
  state: View<ExecutionState>,
  { task, index }: View<Item>,
  timeoutMs: number,
): View<Patience> {
  return {
    timeoutMs,
    get otherwise() {
      return { output: itemInput(state, task, index) };
    },
  };
}

/** An item that is ready and needs no seat begins to wait. */
export function beginWait(
  state: View<ExecutionState>,
  item: View<Item>,
  wait: View<WaitFor>,
  now: Instant,
): readonly ExecutionEvent[] {
  const at: AtAttempt = { ...placeOf(state, item), attempt: item.attempt + 1 };
  const begun = begin(state, item, wait, at, now);
  return begun.kind === 'failed' ? failsForGood(state, at, begun.error) : begun.value;
}

function begin(
  state: View<ExecutionState>,
  item: View<Item>,
  wait: View<WaitFor>,
  at: AtAttempt,
  now: Instant,
): Outcome<readonly ExecutionEvent[]> {
  switch (wait.kind) {
    case 'for':
      return timed(at, now + wait.forMs);
    case 'until':
      return beginUntil(state, item, at, wait);
    case 'signal': {
      const { signal, patience } = wait;
      const key = keyOf(item);
      const on = { kind: 'signal', signal, ...(key === undefined ? {} : { key }) } as const;
      const waiting: ExecutionEvent = { type: 'task.waiting', ...at, on, ...untilOf(patience, now) };
      const kept = keptFor(state, item);
      return {
        kind: 'value',
        value: kept === undefined ? [waiting] : [waiting, ...consumption(state, item, at, kept)],
      };
    }
    case 'approval': {
      const { prompt, patience } = wait;
      const of = whom(wait);
      const rendered = computeForItem(state, item, prompt);
      if (rendered.kind === 'failed') return rendered;
      const text = typeof rendered.value === 'string' ? rendered.value : JSON.stringify(rendered.value);
      const request = { prompt: text, ...(of === undefined ? {} : { of }), ...untilOf(patience, now) };
      return { kind: 'value', value: [{ type: 'human.requested', ...at, ...request }] };
    }
    default:
      throw noRule('wait', wait);
  }
}

/** `accounting (ann or bob)`: who is asked, and who may answer. */
function whom({ of, answeredBy }: View<Extract<WaitFor, { readonly kind: 'approval' }>>): string | undefined {
  const names = answeredBy?.join(' or ');
  return of === undefined || names === undefined ? (of ?? names) : `${of} (${names})`;
}

function timed(at: AtAttempt, until: Instant): Outcome<readonly ExecutionEvent[]> {
  return { kind: 'value', value: [{ type: 'task.waiting', ...at, on: { kind: 'timer' }, until }] };
}

/** A time that has passed is due at once. */
function beginUntil(
  state: View<ExecutionState>,
  item: View<Item>,
  at: AtAttempt,
  { until }: View<Extract<WaitFor, { readonly kind: 'until' }>>,
): Outcome<readonly ExecutionEvent[]> {
  const given = computeForItem(state, item, until);
  if (given.kind === 'failed') return given;
  const due = instantOf(given.value);
  if (due !== undefined) return timed(at, due);
  const message = `\`until\` gave ${JSON.stringify(given.value).slice(0, MAX_TOLD)}; it must be a time in ISO 8601 with a zone, such as 2030-01-31T18:00:00Z, or Unix milliseconds`;
  return { kind: 'failed', error: { code: 'wait_invalid', message, retry: 'never' } };
}

/** An item sees itself: what it works on, and its place. */
export function computeForItem<T extends Json>(
  state: View<ExecutionState>,
  { task, index }: View<Item>,
  computed: View<Computed<T>>,
): Outcome<T> {
  if (index === undefined) return compute(state, computed);
  const scope = { ...scopeOf(state, computed.reads), item: itemInput(state, task, index), index };
  return computeIn(state, computed, scope, new JsonMeter(COMPUTED_LIMITS));
}

/** The correlation key it holds, if it asked for one. */
function keyOf({ claims }: View<Item>): string | undefined {
  return claims?.resources.find(({ resource }) => prefixOf(resource) === 'correlation')?.resource;
}

/** Characters of a value that does not fit, in the message that says so. */
const MAX_TOLD = 100;

function untilOf(patience: View<Patience> | undefined, now: Instant): { readonly until?: Instant } {
  return patience === undefined ? {} : { until: now + patience.timeoutMs };
}

/** Whatever it waited for: its time has come. */
export function waitDue(state: View<ExecutionState>, timer: Timer, now: Instant): Decision<ExecutionEvent> {
  const found = findItem(state, timer);
  if (found?.status.kind !== 'waiting' || found.status.until === undefined) return NO_EVENTS;
  // Waits are given up when the end begins.
  if (now < found.status.until || !goesOn(state)) return NO_EVENTS;
  if (found.status.on.kind === 'child') return accept(childTimedOut(state, found, now));
  return accept(due(state, found));
}

function due(state: View<ExecutionState>, item: View<Item>): readonly ExecutionEvent[] {
  const at = attemptOf(state, item);
  const wait = waitFor(state, item);
  switch (wait.kind) {
    case 'for':
    case 'until':
      // What it was given goes on to who comes after it, as if there had been no wait between.
      return [
        { type: 'task.completed', ...at, output: itemInput(state, item.task, item.index) },
        ...chosen(state, item.task),
      ];
    case 'signal':
      return outOfPatience(state, item, wait.patience, `no signal ${wait.signal} that it wants came`);
    case 'approval':
      return outOfPatience(state, item, wait.patience, 'nobody answered');
    default:
      throw noRule('wait', wait);
  }
}

function outOfPatience(
  state: View<ExecutionState>,
  item: View<Item>,
  patience: View<Patience> | undefined,
  what: string,
): readonly ExecutionEvent[] {
  const at = attemptOf(state, item);
  const { on, since, until = since } = statusOf(item, 'waiting');
  const afterMs = until - since;
  if (patience?.otherwise === undefined) {
    const error: TaskError = { code: 'wait_timed_out', message: `${what} within ${duration(afterMs)}` };
    return [{ type: 'task.timed_out', ...at, afterMs }, ...itemFails(state, item, error)];
  }
  const type = on.kind === 'approval' ? 'human.defaulted' : 'task.timed_out';
  return [
    { type, ...at, afterMs },
    { type: 'task.completed', ...at, output: patience.otherwise.output },
    ...chosen(state, item.task),
  ];
}
