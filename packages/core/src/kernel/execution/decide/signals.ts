/** A signal comes from outside: who waited longest for one like it consumes it, else it is kept, or refused. */
import { nth } from '../../../nth.ts';
import { didNotFit } from '../../../plan/expression.ts';
import { accept, type Decision, NO_EVENTS, reject, type View } from '../../law.ts';
import type { ResourceAnswer } from '../../resource/claim.ts';
import { nameOf, resourceWords } from '../../resource/ids.ts';
import { valueOf } from '../../values.ts';
import type { SignalCommand } from '../commands.ts';
import type { AtAttempt, ExecutionEvent } from '../events.ts';
import { attemptOf, findItem, planTask } from '../lookup.ts';
import { type ExecutionState, type Item, isSettled, type KeptSignal, MAX_SIGNALS } from '../state.ts';
import { chosen } from './choice.ts';
import { holds } from './compute.ts';
import { refusedAtEnd } from './control.ts';

/** O(1), and where those that wait for it have a condition, they are asked one after the other. */
export function signal(state: View<ExecutionState>, command: SignalCommand): Decision<ExecutionEvent> {
  const { signal: name, data, id, by } = command;
  // The same signal again is answered as it was the first time.
  if (state.mail.ids.has(id)) return NO_EVENTS;
  const ended = refusedAtEnd(state, 'signalled');
  if (ended !== undefined) return ended;
  const declared = state.plan.signals.get(name);
  if (declared === undefined) return reject('signal_unknown', unknown(state, name));
  const misfit = didNotFit(declared.schema, data);
  if (misfit !== undefined)
    return reject('input_invalid', `the data of the signal ${name} do not fit its schema: ${misfit}`);
  const received: ExecutionEvent = { type: 'signal.received', signal: name, id, data, by };
  const kept = { id, signal: name, data };
  for (const item of state.waitingFor.get(name) ?? []) {
    if (wantsKind(state, item, kept))
      return accept([received, ...consumption(state, item, attemptOf(state, item), kept)]);
  }
  if (!isAwaited(state, name))
    return reject('signal_late', `nothing waits for the signal ${name} any more: what waited for it is over`);
  if (!declared.isBuffered)
    return reject('signal_unheard', `nothing waits for the signal ${name} now, and it is not kept`);
  if (state.mail.signals.length >= MAX_SIGNALS)
    return reject('mail_full', `${MAX_SIGNALS} signals are kept already that nothing has consumed`);
  return accept([received]);
}

/**
 * What came under a correlation key is for the item that holds it. What that does not wait for (another name, a wrong
 * form, a condition that is false) is refused.
 */
export function delivered(
  state: View<ExecutionState>,
  {
    resource,
    claim,
    delivery: id,
    name,
    data,
  }: Extract<ResourceAnswer, { readonly type: 'resource.delivered' }>,
): Decision<ExecutionEvent> {
  if (state.mail.ids.has(id)) return NO_EVENTS;
  const ended = refusedAtEnd(state, 'signalled');
  if (ended !== undefined) return ended;
  const item = findItem(state, claim);
  const isFor =
    item?.status.kind === 'waiting' && item.status.on.kind === 'signal' && item.status.on.key === resource;
  const kept = { id, signal: name, data };
  const misfit = didNotFit(state.plan.signals.get(name)?.schema, data);
  if (!isFor || misfit !== undefined || !wants(state, item, kept)) {
    const why = misfit === undefined ? '' : `: it does not fit its schema: ${misfit}`;
    return reject(
      'signal_unheard',
      `nothing waits for the signal ${name} under ${resourceWords(resource)}${why}`,
    );
  }
  const received: ExecutionEvent = { type: 'signal.received', signal: name, id, data, by: nameOf(resource) };
  return accept([received, ...consumption(state, item, attemptOf(state, item), kept)]);
}

function unknown({ plan, executionId }: View<ExecutionState>, name: string): string {
  const known = [...plan.signals.keys()];
  const what = known.length === 0 ? 'it declares none' : `it declares ${known.join(', ')}`;
  return `the workflow of execution ${executionId} has no signal ${name}; ${what}`;
}

/** Whether a task that waits for it may still come, or an agent may still listen. O(tasks) where there are teams. */
function isAwaited({ plan, tasks }: View<ExecutionState>, name: string): boolean {
  const waiters = plan.waitersOf.get(name) ?? [];
  if (waiters.some((task) => !isSettled(nth(tasks, task)))) return true;
  return tasks.some(
    (task) =>
      !isSettled(task) &&
      plan.teams.of(nth(plan.tasks, task.index).definition)?.pattern.asks.includes('listen'),
  );
}

/** The first of the signals that are kept which an item wants. */
export function keptFor(state: View<ExecutionState>, item: View<Item>): View<KeptSignal> | undefined {
  return state.mail.signals.find((kept) => wantsKind(state, item, kept));
}

function wants(state: View<ExecutionState>, item: View<Item>, kept: View<KeptSignal>): boolean {
  return item.status.kind === 'waiting' && item.status.on.kind === 'signal' && wantsKind(state, item, kept);
}

function wantsKind(
  state: View<ExecutionState>,
  item: View<Item>,
  { signal: name, data }: View<KeptSignal>,
): boolean {
  const person = item.spawned?.turn?.person;
  if (person !== undefined) return 'signal' in person && person.signal === name;
  const { definition } = planTask(state, item);
  if (definition.kind !== 'wait' || definition.wait.kind !== 'signal' || definition.wait.signal !== name)
    return false;
  const { when } = definition.wait;
  return when === undefined || holds(state, when, valueOf(data, state.values), item);
}

/** What an item that waits consumes, and so is over. */
export function consumption(
  state: View<ExecutionState>,
  { task }: View<Item>,
  at: AtAttempt,
  { id, signal: name, data }: View<KeptSignal>,
): readonly ExecutionEvent[] {
  return [
    { type: 'signal.consumed', ...at, signal: name, id },
    { type: 'task.completed', ...at, output: valueOf(data, state.values) },
    ...chosen(state, task),
  ];
}
