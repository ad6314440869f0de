/** Who listens, found by what they listen to: an event costs those who hear it, not those who do not. */
import type { Whose } from '../read/publisher.ts';
import { type FeedFilter, isMeant } from './messages.ts';

interface Listener {
  readonly filter: FeedFilter;
}

export class Audience<L extends Listener> {
  readonly #all = new Set<L>();
  /** Each in the narrowest one: of its execution, its workflow or its tenant. */
  readonly #byExecution = new Map<string, Set<L>>();
  readonly #byWorkflow = new Map<string, Set<L>>();
  readonly #byTenant = new Map<string, Set<L>>();

  get size(): number {
    return this.#all.size;
  }

  get all(): readonly L[] {
    return [...this.#all];
  }

  add(listener: L): void {
    const { map, key } = this.#placeOf(listener);
    const place = map.get(key) ?? new Set();
    map.set(key, place);
    place.add(listener);
    this.#all.add(listener);
  }

  remove(listener: L): void {
    const { map, key } = this.#placeOf(listener);
    const place = map.get(key);
    place?.delete(listener);
    if (place?.size === 0) map.delete(key);
    this.#all.delete(listener);
  }

  /** Whether anybody may be meant, whosever the execution is. */
  mayWant(executionId: string): boolean {
    return this.#byTenant.size > 0 || this.#byWorkflow.size > 0 || this.#byExecution.has(executionId);
  }

  wants(executionId: string, whose: Whose): boolean {
    for (const _ of this.of(executionId, whose)) return true;
    return false;
  }

  /** Who listens to this execution alone. */
  named(executionId: string): readonly L[] {
    return [...(this.#byExecution.get(executionId) ?? [])];
  }

  *of(executionId: string, whose: Whose): Iterable<L> {
    for (const place of [
      this.#byExecution.get(executionId),
      this.#byWorkflow.get(whose.workflowId),
      this.#byTenant.get(whose.tenant),
    ]) {
      if (place === undefined) continue;
      for (const listener of place) if (isMeant(listener.filter, executionId, whose)) yield listener;
    }
  }

  #placeOf({ filter: { tenant, workflowId, executionId } }: L): {
    readonly map: Map<string, Set<L>>;
    readonly key: string;
  } {
    if (executionId !== undefined) return { map: this.#byExecution, key: executionId };
    if (workflowId !== undefined) return { map: this.#byWorkflow, key: workflowId };
    return { map: this.#byTenant, key: tenant };
  }
}
