/**
 * An attempt whose agents are known to fail: its engine did not give it to them. Another group that may do it has it
 * instead, if there is one; else it waits until the circuit breaker of the agents lets it through. Neither spends an
 * attempt. Of those that could go elsewhere one tries the agents when their time is over, or nobody would ever learn that
 * they are well.
 */
import { nth } from '../../../nth.ts';
import type { AgentGroup } from '../../../plan/definition.ts';
import { accept, type Decision, type View } from '../../law.ts';
import { sharedOf } from '../../resource/ids.ts';
import type { AtAssignment } from '../commands.ts';
import type { ExecutionEvent, NeededResource } from '../events.ts';
import { findAttempt } from '../look/attempt.ts';
import { attemptOf, claimOf, diversionOf, endingOf, statusOf, stoppingOf, tenantOf } from '../lookup.ts';
import { groupsCalled, poolOf } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';
import { ask } from './acquire.ts';
import { ableGroups } from './reassign.ts';
import { stale } from './turn.ts';

type Diverted = AtAssignment & { readonly agentType: string; readonly tries?: true };

/** O(groups). */
export function divert(state: View<ExecutionState>, command: Diverted): Decision<ExecutionEvent> {
  const item = findAttempt(state, command);
  if (item === undefined) return stale(command);
  const at = attemptOf(state, item);
  // Nobody works on it, so nobody has to stop.
  if (endingOf(state) !== undefined || stoppingOf(item) !== undefined)
    return accept([{ type: 'task.cancelled', ...at, confirmed: true }]);
  const here = groupOf(state, item);
  const { agentType, tries } = command;
  const isOpen = tries === undefined && item.reassigned === undefined;
  const to = isOpen ? standInFor(state, item, here) : undefined;
  if (to !== undefined)
    return accept([{ type: 'task.rerouted', ...at, agentType, from: here.name, to: to.name }]);
  const group = isOpen ? firstOf(state, item, here) : here;
  const need: NeededResource = {
    resource: sharedOf('breaker', tenantOf(state), group.type),
    group: group.name,
  };
  const claim = item.claims?.claim ?? claimOf(state, item);
  return accept([{ type: 'task.acquiring', ...at, resources: [need] }], ask(claim, at.attempt, need));
}

function groupOf({ plan }: View<ExecutionState>, item: View<Item>): View<AgentGroup> {
  return nth(plan.groups, nth(plan.seats, statusOf(item, 'assigned').seat).group).definition;
}

/** Of a type that was not given up yet: a group of the plan before one that only could, a free one before a busy one. */
function standInFor(
  state: View<ExecutionState>,
  item: View<Item>,
  here: View<AgentGroup>,
): View<AgentGroup> | undefined {
  const { plan, seating } = state;
  const pool = poolOf(state, item);
  const planned = nth(plan.pools, pool).groups;
  const given = [...(diversionOf(item)?.types ?? []), here.type];
  const able = ableGroups(plan, pool).filter((group) => !given.includes(typeOf(group)));
  const isFree = (group: number): boolean => nth(seating.freeOfGroup, group).size > 0;
  const inOrder = [...able.filter((group) => planned.includes(group)), ...able];
  const found = inOrder.find(isFree) ?? inOrder[0];
  return found === undefined ? undefined : nth(plan.groups, found).definition;

  function typeOf(group: number): string {
    return nth(plan.groups, group).definition.type;
  }
}

/** Who was to do it at first, and whose breaker has been open for longest. */
function firstOf({ plan }: View<ExecutionState>, item: View<Item>, here: View<AgentGroup>): View<AgentGroup> {
  const from = diversionOf(item)?.from;
  return (from === undefined ? undefined : groupsCalled(plan, from)?.definition) ?? here;
}
