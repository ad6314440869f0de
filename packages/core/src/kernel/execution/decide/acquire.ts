/**
 * What an item needs before it is served: locks, quotas and a permit of a rate. Asked for one after the other in the order
 * of their ids, so that nobody waits in a circle (Havender 1968); permits come last, for they are not held (permits.ts).
 */
import { assert } from '../../../errors.ts';
import { nth } from '../../../nth.ts';
import type { Needs } from '../../../plan/definition.ts';
import type { Template } from '../../../plan/expression.ts';
import { speaksWell } from '../../../policy/circuit-breaker.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import { accept, type Decision, type Message, type View } from '../../law.ts';
import { type Claim, claimKey } from '../../resource/claim.ts';
import { giveBack } from '../../resource/give-back.ts';
import { prefixOf, type SharedKind, sharedOf } from '../../resource/ids.ts';
import type { AtAttempt, ExecutionEvent, HeldClaim, NeededResource } from '../events.ts';
import { claimOf, isBreaker, isRate, placeOf, planTask, requestOf, tenantOf } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';
import type { Outcome } from './compute.ts';
import { failsForGood } from './failure.ts';
import { computeForItem } from './waiting.ts';

/** Characters of a name. */
const MAX_NAME = 200;
/** In one event; what is left over comes with the next. */
const MAX_RETURNED = 500;

/** Of a retry, only the permit: it has kept the others. */
export function beginAcquiring(state: View<ExecutionState>, item: View<Item>): Decision<ExecutionEvent> {
  const { needs } = planTask(state, item).definition;
  assert(needs !== undefined, 'only who needs something asks for it');
  const at: AtAttempt = { ...placeOf(state, item), attempt: item.attempt + 1 };
  const found = resourcesOf(state, item, item.spawned?.turn === undefined ? needs : permitOf(needs));
  if (found.kind === 'failed') return accept(failsForGood(state, at, found.error));
  const resources = item.claims === undefined ? found.value : found.value.filter(isRate);
  return accept(
    [{ type: 'task.acquiring', ...at, resources }],
    ask(claimOf(state, item), at.attempt, nth(resources, 0)),
  );
}

/** Of a turn: what else the task needs, the lead of its team holds. */
function permitOf(needs: View<Needs>): View<Needs> {
  return { ...needs, locks: [], quotas: [] };
}

/** What nobody here needs any more. */
export function giveAllBack({ returns }: View<ExecutionState>): Decision<ExecutionEvent> {
  const claims = returns.slice(0, MAX_RETURNED).map(({ end, ...held }): HeldClaim => {
    const succeeded = end === undefined ? undefined : speaksWell(end);
    return succeeded === undefined ? held : { ...held, succeeded };
  });
  return accept([{ type: 'task.released', claims }], returned(claims));
}

/** One message a claim, and one a block of permits. */
function returned(claims: readonly HeldClaim[]): readonly Message[] {
  const messages: Message[] = [];
  const blocks = new Map<string, Instant[]>();
  for (const { resource, claim, at, succeeded } of claims) {
    if (at === undefined) {
      messages.push(giveBack(resource, claim, { succeeded }));
      continue;
    }
    const key = `${resource} ${claimKey(claim)}`;
    const others = blocks.get(key);
    others?.push(at);
    if (others !== undefined) continue;
    const times = [at];
    blocks.set(key, times);
    messages.push(giveBack(resource, claim, { times }));
  }
  return messages;
}

/** Nothing for a permit: those are asked for in blocks. */
export function ask(claim: Claim, attempt: number, need: NeededResource): readonly Message[] {
  const { resource: to } = need;
  if (isBreaker(need)) return [{ to, command: { type: 'breaker.ask', claim: { ...claim, attempt } } }];
  if (isRate(need)) return [];
  if (prefixOf(to) === 'correlation') return [{ to, command: { type: 'correlation.claim', claim } }];
  const { count, capacity } = need;
  return [{ to, command: { type: 'semaphore.acquire', claim, count, capacity } }];
}

function resourcesOf(
  state: View<ExecutionState>,
  item: View<Item>,
  { locks, quotas, rate, key }: View<Needs>,
): Outcome<readonly NeededResource[]> {
  const found = new Map<string, NeededResource>();
  for (const lock of locks) {
    const id = idOf(state, item, 'lock', lock);
    if (id.kind === 'failed') return id;
    found.set(id.value, { resource: id.value, count: 1, capacity: 1 });
  }
  for (const { name, limit, count } of quotas) {
    const id = idOf(state, item, 'quota', name);
    if (id.kind === 'failed') return id;
    found.set(id.value, { resource: id.value, count, capacity: limit });
  }
  if (key !== undefined) {
    const id = idOf(state, item, 'correlation', key);
    if (id.kind === 'failed') return id;
    found.set(id.value, { resource: id.value, count: 1, capacity: 1 });
  }
  if (rate !== undefined) {
    const id = rate.key === undefined ? ownRate(state, item) : idOf(state, item, 'rate', rate.key);
    if (id.kind === 'failed') return id;
    found.set(id.value, { resource: id.value, limit: rate.limit, perMs: rate.perMs });
  }
  const resources = [...found.values()].toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
  return { kind: 'value', value: resources };
}

function ownRate(state: View<ExecutionState>, item: View<Item>): Outcome<string> {
  const name = `${requestOf(state).workflow.name}/${planTask(state, item).id}`;
  return { kind: 'value', value: sharedOf('rate', tenantOf(state), name) };
}

function idOf(
  state: View<ExecutionState>,
  item: View<Item>,
  kind: SharedKind,
  template: View<Template>,
): Outcome<string> {
  const name = computeForItem(state, item, template);
  if (name.kind === 'failed') return name;
  const text = typeof name.value === 'number' ? String(name.value) : name.value;
  if (typeof text === 'string' && text !== '' && text.length <= MAX_NAME) {
    return { kind: 'value', value: sharedOf(kind, tenantOf(state), text) };
  }
  const given = JSON.stringify(name.value).slice(0, 100);
  const message = `the name of a ${kind} must be text of 1 to ${MAX_NAME} characters, and ${JSON.stringify(template.source)} gave ${given}`;
  const error: TaskError = { code: 'resource_invalid', message, retry: 'never' };
  return { kind: 'failed', error };
}
