/** What `coordination` allows: which tasks may wait for which causes. */
import { didYouMean } from '../hint.ts';
import { type CoordinationDraft, ORDER } from '../language/coordination.ts';
import { isBroken } from '../shape/object.ts';
import { enumerate, quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkActivation: Check = (draft, root, library) => {
  checkOrder(draft, root, library);
  checkEvents(draft, root, library);
};

/** Tasks need events on topics that are declared, where events start tasks at all. */
const checkEvents: Check = ({ coordination, tasks = [] }, root) => {
  const type = coordination?.type;
  const topics = new Set(coordination?.event_driven?.filter((topic) => topic !== undefined));
  for (const [index, task] of tasks.entries()) {
    if (task === undefined || !('on' in task)) continue;
    const at = root.down('tasks', index, 'on');
    if (type === 'graph_based') {
      const message = 'under `graph_based` no event starts a task';
      at.report('activation_forbidden', message, {
        at: 'key',
        hint: 'use `type: hybrid`, or `event_driven`',
      });
    } else if (task.on?.event !== undefined && isReadable(coordination) && !topics.has(task.on.event)) {
      const hint =
        topics.size === 0
          ? `add \`event_driven: [${task.on.event}]\` to \`coordination\``
          : didYouMean(task.on.event, [...topics]);
      at.report('topic_unknown', `${quote(task.on.event)} is no topic of \`event_driven\``, { hint });
    }
  }
};

/** Without a readable list nobody can say whether a topic is in it. */
function isReadable(coordination: CoordinationDraft | undefined): boolean {
  return coordination !== undefined && !isBroken(coordination, 'event_driven');
}

const checkOrder: Check = ({ coordination, tasks = [] }, root) => {
  if (coordination === undefined) return;
  const { type, graph_based: relations } = coordination;
  if (type === 'event_driven' && relations !== undefined && relations.length > 0) {
    const message = 'under `event_driven` no relation between tasks gates anything';
    const hint = 'remove the relations, or use `type: hybrid`';
    root.down('coordination', 'graph_based').report('activation_forbidden', message, { at: 'key', hint });
  }
  const reason = whyNotDependsOn(type, relations);
  if (reason === undefined) return;
  for (const [index, task] of tasks.entries()) {
    if ((task?.depends_on?.length ?? 0) === 0) continue;
    root
      .down('tasks', index, 'depends_on')
      .report('activation_forbidden', reason.message, { at: 'key', hint: reason.hint });
  }
};

function whyNotDependsOn(
  type: string | undefined,
  relations: readonly unknown[] | undefined,
): { readonly message: string; readonly hint: string } | undefined {
  if (type === 'event_driven') {
    return { message: 'under `event_driven` a task may not have `depends_on`', hint: 'use `type: hybrid`' };
  }
  // A list that is absent means both; one without them means neither.
  if (relations === undefined || ORDER.some((relation) => relations.includes(relation))) return undefined;
  if (relations.includes(undefined)) return undefined;
  const named = relations.length === 0 ? 'no relation' : 'only `data`';
  return {
    message: `\`graph_based\` names ${named}, so \`depends_on\` would gate nothing`,
    hint: `add ${enumerate(ORDER, 'or')} to it, or leave it out`,
  };
}
