/** A task has the keys of its kind, and none that another kind would need. */
import { KEY_OF, type Kind, kindOf } from '../language/kind.ts';
import type { TaskDraft } from '../language/tasks.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

/** What only an agent can do something with. */
const OF_AGENTS = [
  'agent',
  'requires',
  'timeout',
  'heartbeat_timeout',
  'retry_policy',
  'output',
  'budget',
  'compensate',
] as const;

const FOREIGN: Readonly<Record<Kind, readonly (keyof TaskDraft)[]>> = {
  agent: ['pattern', 'wait', 'workflow', 'version', 'terminate'],
  team: [
    'wait',
    'workflow',
    'version',
    'terminate',
    'parallel',
    'for_each',
    'heartbeat_timeout',
    'compensate',
  ],
  wait: [...OF_AGENTS, 'pattern', 'workflow', 'version', 'terminate'],
  workflow: ['agent', 'requires', 'pattern', 'wait', 'budget', 'terminate', 'compensate'],
  terminate: [...OF_AGENTS, 'pattern', 'wait', 'workflow', 'version', 'loop', 'parallel', 'for_each'],
};

const WORDS: Readonly<Record<Kind, string>> = {
  agent: 'a task that an agent does',
  team: 'a task that a team does',
  wait: 'a task that waits',
  workflow: 'a task that is a workflow',
  terminate: 'a task that ends the workflow',
};

const HINTS = {
  team: 'write `pattern:` with the name of one',
  wait: 'write `wait: {for: 2h}`, or what else it waits for',
  workflow: 'write `workflow:` with the name of a workflow',
  terminate: 'write `terminate: {as: completed}`, or `{as: failed, reason: …}`',
};

export const checkKinds: Check = ({ tasks = [] }, root) => {
  for (const [index, task] of tasks.entries()) {
    const kind = task === undefined ? undefined : kindOf(task);
    if (task !== undefined && kind !== undefined) checkKind(task, kind, root.down('tasks', index));
  }
};

function checkKind(task: TaskDraft, kind: Kind, at: Place): void {
  for (const key of FOREIGN[kind]) {
    if (!(key in task)) continue;
    const hint = kind === 'agent' && key in HINTS ? `write \`kind: ${key}\`, or remove it` : 'remove it';
    at.child(key).report('kind_invalid', `${WORDS[kind]} has no ${quote(key)}`, { at: 'key', hint });
  }
  if (kind === 'agent' || KEY_OF[kind] in task) return;
  const key = KEY_OF[kind];
  at.child('kind').report('kind_invalid', `${WORDS[kind]} needs ${quote(key)}`, { hint: HINTS[kind] });
}
