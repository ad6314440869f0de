/** A whole log audited with its plan: what must have become of each task, and who may have been at work when. */
import type { ExecutionEvent, Json, Plan } from '@cantata/core';
import { read } from './index.ts';
import { rulesOfPlan } from './plan-rules.ts';
import { type Rules, regionOf } from './rules.ts';

interface AtItem {
  readonly task: string;
  readonly item?: number;
  readonly activation?: number;
}

/** Reads a log as an auditor would: with the plan at hand, without the law. Throws at the first thing that is wrong. */
export function auditLog(plan: Plan, input: Json, log: readonly ExecutionEvent[]): void {
  const rules = rulesOfPlan(plan, input);
  const told = log.map((event, n) => ({ sequence: n + 1, event }));
  const [wrong] = read(rules, told);
  if (wrong !== undefined) throw new Error(wrong);
  auditWork(plan, rules, log);
}

/** Seats, attempts, pauses and the end. */
function auditWork(plan: Plan, rules: Rules, log: readonly ExecutionEvent[]): void {
  const items = new Map<string, number>(
    plan.tasks.map(({ id, definition }) => [id, definition.parallel ? Number.POSITIVE_INFINITY : 1]),
  );
  const seats = new Map<string, AtItem>();
  const last = new Map<string, { attempt: number; assignment: number; outcome: 'lost' | 'retry' | 'over' }>();
  const reassigned = new Set<string>();
  let open = true;
  let mayAssign = false;

  const placeOf = ({ task, item, activation = 1 }: AtItem): string => `${task}[${item ?? 0}]#${activation}`;
  const assertThat = (condition: boolean, what: string, event: ExecutionEvent): void => {
    if (!condition) throw new Error(`${what}: ${JSON.stringify(event)}`);
  };
  const mark = (at: AtItem, outcome: 'lost' | 'retry' | 'over'): void => {
    const before = last.get(placeOf(at));
    if (before !== undefined) last.set(placeOf(at), { ...before, outcome });
  };
  const leave = (leaves: (at: AtItem) => boolean, outcome: 'lost' | 'over'): void => {
    for (const [seat, at] of seats) {
      if (!leaves(at)) continue;
      seats.delete(seat);
      mark(at, outcome);
    }
  };
  const isAt = (event: AtItem) => (at: AtItem) => placeOf(at) === placeOf(event);
  const isOf = (task: string, item: number | undefined) => (at: AtItem) =>
    at.task === task && (item ?? at.item) === at.item;

  for (const event of log) {
    assertThat(open, 'something happened after the end', event);
    switch (event.type) {
      case 'workflow.execution_started':
      case 'workflow.resumed':
        mayAssign = true;
        break;
      case 'workflow.paused':
      case 'workflow.cancelling':
      case 'workflow.failing':
        mayAssign = false;
        break;
      case 'task.opened':
      case 'task.repeated':
        items.set(event.task, event.items ?? 1);
        break;
      case 'task.reentered': {
        const region = regionOf(rules, event.task);
        leave(({ task }) => region.has(task), 'over');
        break;
      }
      case 'task.overridden':
        leave(isOf(event.task, event.item), 'over');
        break;
      case 'task.reassigned':
        reassigned.add(event.task);
        leave(isOf(event.task, event.item), 'lost');
        break;
      case 'agent.task_assigned': {
        const place = placeOf(event);
        const task = plan.tasks[plan.taskIndex.get(event.task) ?? -1];
        const group = plan.seats[plan.seatIndex.get(event.seat) ?? -1]?.group ?? -1;
        const isByHand = reassigned.has(event.task) && event.seat === 'all';
        assertThat(mayAssign, 'an assignment at a time when nothing may start', event);
        assertThat((event.item ?? 0) < (items.get(event.task) ?? 0), 'an item that does not exist', event);
        assertThat(!seats.has(event.seat), 'a seat with two attempts', event);
        assertThat(![...seats.values()].some(isAt(event)), 'an item on two seats', event);
        assertThat(
          task !== undefined && (isByHand || plan.pools[task.pool]?.groups.includes(group) === true),
          'a seat that cannot do the task',
          event,
        );
        const before = last.get(place);
        const expected =
          before === undefined
            ? { attempt: 1, assignment: 1 }
            : before.outcome === 'lost'
              ? { attempt: before.attempt, assignment: before.assignment + 1 }
              : { attempt: before.attempt + 1, assignment: 1 };
        assertThat(before?.outcome !== 'over', 'an item that was over', event);
        assertThat(
          event.attempt === expected.attempt && event.assignment === expected.assignment,
          'an attempt out of order',
          event,
        );
        last.set(place, { ...expected, outcome: 'over' });
        seats.set(event.seat, event);
        break;
      }
      case 'task.retry_scheduled':
        leave(isAt(event), 'over');
        // After a timeout it has left its seat already.
        mark(event, 'retry');
        break;
      case 'agent.lost':
        leave(isAt(event), 'lost');
        break;
      case 'task.completed':
      case 'task.timed_out':
      case 'task.failed':
      case 'task.cancelled':
        leave(isAt(event), 'over');
        break;
      case 'workflow.completed':
      case 'workflow.failed':
      case 'workflow.cancelled':
        assertThat(seats.size === 0, 'an end with agents at work', event);
        open = false;
        break;
      default:
        break;
    }
  }
}
