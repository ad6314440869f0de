/** What each item of an execution took, from its log: the material of later estimates. */
import type { ItemSample } from '../../../plan/history.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { AtItem, ExecutionEvent } from '../events.ts';

/** Reads the events of one execution in order. Holds what is in flight and nothing more. */
export class ItemClock {
  readonly #since = new Map<string, Instant>();
  /** Tasks with others that they spawned, of which nothing is planned. */
  readonly #spawners = new Set<string>();

  /**
   * The sample an event completes, or undefined. It counts from the assignment that was answered, or from the beginning of the wait: attempts that failed
   * or were lost say nothing about how long the work takes.
   */
  observe(event: ExecutionEvent, at: Instant): (ItemSample & { readonly task: string }) | undefined {
    if (event.type === 'agent.task_assigned' || event.type === 'task.waiting')
      this.#since.set(keyOf(event), at);
    if (event.type === 'task.spawned') this.#spawners.add(event.task);
    if (event.type !== 'task.completed') return undefined;
    const key = keyOf(event);
    const since = this.#since.get(key);
    this.#since.delete(key);
    if (since === undefined || (event.item !== undefined && this.#spawners.has(event.task))) return undefined;
    const cost = event.usage?.cost;
    return { task: event.task, durationMs: Math.max(0, at - since), ...(cost === undefined ? {} : { cost }) };
  }
}

function keyOf({ task, item = -1 }: AtItem): string {
  return `${item} ${task}`;
}
