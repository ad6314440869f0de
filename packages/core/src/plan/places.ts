/** The list by which ready work is served, by the planner in thought and by the engine in earnest. */
import type { PlanTask } from './plan.ts';

/**
 * The place of each task: higher priority first, then whoever has the longer way to the end (the order of HEFT,
 * Topcuoglu, Hariri and Wu 2002). Equals share a place: who is ready first is served first. `ranks` are upward ranks
 * by task. O(n log n).
 */
export function placesInList(
  tasks: readonly Pick<PlanTask, 'definition'>[],
  ranks: Float64Array,
): Float64Array {
  const priorities = Float64Array.from(tasks, ({ definition }) => definition.priority);
  const before = (a: number, b: number): number =>
    (priorities[b] as number) - (priorities[a] as number) || (ranks[b] as number) - (ranks[a] as number);
  const list = Uint32Array.from(tasks.keys()).sort(before);
  const places = new Float64Array(list.length);
  let place = 0;
  for (let i = 1; i < list.length; i++) {
    const task = list[i] as number;
    if (before(list[i - 1] as number, task) !== 0) place = i;
    places[task] = place;
  }
  return places;
}
