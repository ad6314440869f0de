/** Which tasks of a large plan are drawn: a picture of ten thousand boxes shows nothing. Says what is left out. */
import { type PlanReport, tasksByPhase } from '@cantata/definition';

/** Boxes, and columns of boxes. */
const MAX_TASKS = 150;
const MAX_PHASES = 30;

export interface Column {
  /** Undefined stands for phases that are left out. */
  readonly phase: number | undefined;
  /** Tasks, in document order. */
  readonly tasks: readonly number[];
  /** Tasks of the phase, or phases where none is shown, that are left out. */
  readonly hidden: number;
}

/** All tasks of small plans. Of large ones the first and last phases, and in each the tasks with the least slack. */
export function select({ plan, slackMs }: PlanReport): readonly Column[] {
  const phases = tasksByPhase(plan);
  const shown = phases.length <= MAX_PHASES ? phases.length : MAX_PHASES - 1;
  const head = Math.ceil((shown * 2) / 3);
  const isShown = (phase: number): boolean =>
    shown === phases.length || phase < head || phase >= phases.length - (shown - head);
  const most = fairShare(
    phases.filter((_, phase) => isShown(phase)).map(({ length }) => length),
    MAX_TASKS,
  );
  const columns = phases.flatMap((tasks, phase): Column[] => {
    if (!isShown(phase)) {
      const gap = phase === head;
      return gap ? [{ phase: undefined, tasks: [], hidden: phases.length - shown }] : [];
    }
    const kept = tasks
      .map(({ index }) => index)
      .toSorted((a, b) => (slackMs[a] as number) - (slackMs[b] as number) || a - b)
      .slice(0, most)
      .toSorted((a, b) => a - b);
    return [{ phase, tasks: kept, hidden: tasks.length - kept.length }];
  });
  return columns;
}

/** The largest bound on every size that keeps their sum within `total`, at least 1. */
function fairShare(sizes: readonly number[], total: number): number {
  let left = total;
  for (const [i, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - i));
    if (size > share) return Math.max(1, share);
    left -= size;
  }
  return total;
}
