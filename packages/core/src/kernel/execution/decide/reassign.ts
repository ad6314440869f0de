/** An operator gives a task to another group or seat. Whoever works on it is told to stop, and its answer is stale. */
import { nth } from '../../../nth.ts';
import type { AgentGroup } from '../../../plan/definition.ts';
import { listing } from '../../../text.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { labelOf, stoppingOf } from '../lookup.ts';
import type { ReassignTask } from '../operator.ts';
import { groupsCalled } from '../seating.ts';
import type { ExecutionState, Item } from '../state.ts';
import { type Addressed, addressedOpen } from './addressed.ts';

export function reassign(state: View<ExecutionState>, command: ReassignTask): Decision<ExecutionEvent> {
  const found = addressedOpen(state, command);
  if (found.kind === 'rejected') return found;
  const stopping = itemsMeant(found).find((one) => stoppingOf(one) !== undefined);
  if (stopping !== undefined)
    return reject(
      'task_settled',
      `${labelOf(state, stopping)} is being cancelled; its agent has not stopped yet`,
    );
  if (found.item?.spawned?.turn?.person !== undefined) {
    const message = `${labelOf(state, found.item)} is for somebody outside, and no agent can do it`;
    return reject('agent_unable', message);
  }
  if (found.item?.spawned?.turn?.team === true) {
    const message = `${labelOf(state, found.item)} is taken by a team; reassign one of its turns`;
    return reject('agent_unable', message);
  }
  const { task, item, to, by, reason = `reassigned by ${by}` } = command;
  const able = ableGroups(state.plan, nth(state.plan.tasks, found.task.index).pool);
  if (able.length === 0) return reject('agent_unable', `no agent does ${task}: it needs none`);
  const wanted = groupOf(state, to);
  if (wanted === undefined || !able.includes(wanted)) {
    const names = able.map((group) => nth(state.plan.groups, group).definition.name);
    const why = wanted === undefined ? 'is neither a group nor a seat' : `may not do ${task}`;
    return reject('agent_unable', `${to} ${why}; these may: ${listing(names)}`);
  }
  const only = item === undefined ? {} : { item };
  return accept([{ type: 'task.reassigned', task, ...only, to, by, reason }]);
}

function itemsMeant({ task, item }: Addressed): readonly View<Item>[] {
  return item === undefined ? task.items : [item];
}

function groupOf(state: View<ExecutionState>, to: string): number | undefined {
  const seat = state.plan.seatIndex.get(to);
  return seat === undefined ? groupsCalled(state.plan, to)?.index : nth(state.plan.seats, seat).group;
}

/** The groups the plan gives the work of a pool to, those of the same type, and those that can do all that one of the former can. */
export function ableGroups(plan: View<ExecutionState>['plan'], pool: number): readonly number[] {
  const planned = nth(plan.pools, pool).groups;
  return plan.groups.flatMap(({ index, definition }) =>
    planned.some((group) => group === index || canStandIn(definition, nth(plan.groups, group).definition))
      ? [index]
      : [],
  );
}

function canStandIn(one: View<AgentGroup>, other: View<AgentGroup>): boolean {
  if (one.type === other.type) return true;
  const { capabilities } = other;
  return capabilities.length > 0 && capabilities.every((capability) => one.capabilities.includes(capability));
}
