/** The effects of an execution that nothing has discharged yet, kept by their rules and not by the law's own lists. */
import {
  type AtItem,
  type Effect,
  type ExecutionEvent,
  type Instant,
  type Plan,
  type ResourceTimer,
  type Timer,
  taskLabel,
  timerKey,
} from '@cantata/core';
import { TurnsUnder } from './turns-under.ts';

export class Undischarged {
  readonly #dispatches = new Map<string, Effect>();
  readonly #cancels = new Map<string, Effect>();
  readonly #children = new Map<string, Effect>();
  readonly #timers = new Map<string, Effect & { readonly kind: 'arm' }>();
  readonly #turns = new TurnsUnder();
  readonly #plan: Plan;
  /** Whether a `continue` is owed. */
  more: boolean = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get timers(): readonly { readonly timer: Timer; readonly at: Instant }[] {
    return [...this.#timers.values()] as readonly { readonly timer: Timer; readonly at: Instant }[];
  }

  all(): readonly Effect[] {
    const more: readonly Effect[] = this.more ? [{ kind: 'continue' }] : [];
    return [
      ...this.#dispatches.values(),
      ...this.#cancels.values(),
      ...this.#children.values(),
      ...this.#timers.values(),
      ...more,
    ];
  }

  owes(effect: Effect): void {
    switch (effect.kind) {
      case 'dispatch':
        this.#dispatches.set(placeOf(effect), effect);
        return;
      case 'cancel_agent': {
        // Of an attempt that is over (it timed out) nothing is expected any more.
        const place = placeOf(effect);
        if (this.#dispatches.has(place)) this.#cancels.set(place, effect);
        return;
      }
      case 'arm':
        this.#timers.set(timerKey(effect.timer), effect);
        return;
      case 'disarm':
        this.#timers.delete(timerKey(effect.timer));
        return;
      case 'continue':
        this.more = true;
        return;
      case 'start_child':
        this.#children.set(taskLabel(effect.task, effect.item), effect);
        return;
      case 'ask_holder':
        throw new Error('an execution holds nothing for others');
      case 'snapshot':
        // Written in the commit of its own event.
        return;
      default:
        effect satisfies never;
    }
  }

  /** A timer that fires before its time was somebody else's; the right one is still armed. */
  fired(timer: Timer | ResourceTimer, now: Instant): void {
    const key = timerKey(timer);
    const armed = this.#timers.get(key);
    if (armed !== undefined && now >= armed.at) this.#timers.delete(key);
  }

  continued(): void {
    this.more = false;
  }

  /** What an event discharges: the end of an attempt, its dispatch and the word to stop it. */
  happened(event: ExecutionEvent): void {
    this.#turns.happened(event);
    switch (event.type) {
      case 'task.completed':
      case 'task.failed':
      case 'task.retry_scheduled':
      case 'task.timed_out':
      case 'task.cancelled':
      case 'task.compensated':
      case 'task.compensation_failed':
      case 'task.acquiring':
      case 'task.rerouted':
      case 'agent.lost': {
        const place = placeOf(event);
        this.#dispatches.delete(place);
        this.#cancels.delete(place);
        this.#children.delete(place);
        return;
      }
      case 'pattern.started':
        // The first turn was its agent's.
        this.#dispatches.delete(placeOf(event));
        this.#cancels.delete(placeOf(event));
        return;
      case 'pattern.finished':
        if (event.item === undefined) return this.#takenFrom({ task: event.task });
        return this.#disbanded(event);
      case 'task.child_started':
        this.#children.delete(taskLabel(event.task, event.item));
        return;
      case 'task.cancelling':
        for (const task of event.tasks) this.#notBegun({ ...event, task });
        return;
      case 'workflow.paused':
      case 'workflow.cancelling':
      case 'workflow.failing':
        // What has not begun never does, or is asked for again.
        this.#children.clear();
        return;
      case 'task.reentered':
        for (const place of this.#dispatches.keys()) {
          if (!this.#isAfter(event.task, place.replace(/\[.*/, ''))) continue;
          this.#dispatches.delete(place);
          this.#cancels.delete(place);
        }
        for (const place of this.#children.keys())
          if (this.#isAfter(event.task, place.replace(/\[.*/, ''))) this.#children.delete(place);
        return;
      case 'workflow.upgraded':
        for (const task of event.stopped) this.#takenFrom({ task });
        return;
      case 'task.overridden':
        if (event.item !== undefined) this.#disbanded(event);
        return this.#takenFrom(event);
      case 'task.reassigned':
      case 'task.enough':
        return this.#takenFrom(event);
      case 'budget.exceeded':
        // What is at work may end, but for its time.
        if (event.task === undefined || event.limit !== 'wall_time_ms') return;
        return this.#takenFrom({ task: event.task });
      default:
        return;
    }
  }

  /** Whether a task is another one or depends on it, through any number of others. */
  #isAfter(first: string, task: string): boolean {
    const definitions = new Map(this.#plan.definition.tasks.map((one) => [one.id, one]));
    const isAfter = (id: string): boolean =>
      id === first || definitions.get(id)?.dependsOn.some((dependency) => isAfter(dependency)) === true;
    return isAfter(task);
  }

  /** Nobody waits for it any more, if it was a child that had not begun. */
  #notBegun({ task, item }: { readonly task: string; readonly item?: number | undefined }): void {
    for (const place of this.#children.keys())
      if (place === taskLabel(task, item) || (item === undefined && place.startsWith(`${task}[`)))
        this.#children.delete(place);
  }

  /** Nobody works on it any more: on the item, or on any of the task. */
  #takenFrom({ task, item }: AtItem): void {
    const isMeant = (place: string): boolean =>
      place === taskLabel(task, item) || (item === undefined && place.startsWith(`${task}[`));
    for (const place of [...this.#dispatches.keys()].filter(isMeant)) {
      this.#dispatches.delete(place);
      this.#cancels.delete(place);
    }
    this.#notBegun({ task, item });
  }

  /** Nobody works for a team any more that was a member of another one. */
  #disbanded(at: AtItem): void {
    for (const place of this.#turns.under(at)) {
      this.#dispatches.delete(place);
      this.#cancels.delete(place);
    }
  }

  /** What a list of owed effects lacks, has twice or has without need; undefined when it is right. */
  missingIn(owed: readonly Effect[]): string | undefined {
    const listed = new Set<string>();
    for (const effect of owed) {
      const text = JSON.stringify(effect);
      if (listed.has(text)) return `this is owed twice: ${text}`;
      listed.add(text);
      if (effect.kind !== 'dispatch') continue;
      const place = placeOf(effect);
      if (!this.#dispatches.has(place)) return `this is owed without need: ${text}`;
    }
    const lacking = this.all().find((effect) => !listed.has(JSON.stringify(effect)));
    return lacking === undefined ? undefined : `this is not owed: ${JSON.stringify(lacking)}`;
  }
}

function placeOf({
  task,
  item,
  deed,
}: {
  readonly task: string;
  readonly item?: number | undefined;
  readonly deed?: 'compensate';
}): string {
  return `${deed === undefined ? '' : '~'}${taskLabel(task, item)}`;
}
