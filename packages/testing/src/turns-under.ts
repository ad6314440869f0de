/** Which turns stand under which lead, told by events alone. */
import { type AtItem, type ExecutionEvent, taskLabel } from '@cantata/core';

export class TurnsUnder {
  /** By task: of each item the place of the lead of its team. */
  readonly #leads = new Map<string, number[]>();

  happened(event: ExecutionEvent): void {
    switch (event.type) {
      case 'pattern.started':
        if (event.item === undefined) this.#leads.set(event.task, event.opening === true ? [-1, 0] : [-1]);
        return;
      case 'pattern.reacted':
        for (const _ of event.turns ?? []) this.#of(event.task).push(event.item ?? 0);
        return;
      default:
        return;
    }
  }

  /** Labels of the items, with those of teams among them. O(items x depth). */
  under({ task, item = 0 }: AtItem): readonly string[] {
    const leads = this.#leads.get(task) ?? [];
    const found = new Set([item]);
    for (const [place, lead] of leads.entries()) if (found.has(lead)) found.add(place);
    found.delete(item);
    return Array.from(found, (place) => taskLabel(task, place));
  }

  #of(task: string): number[] {
    const leads = this.#leads.get(task) ?? [-1];
    this.#leads.set(task, leads);
    return leads;
  }
}
