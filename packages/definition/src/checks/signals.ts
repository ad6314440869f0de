/** Tasks wait for signals that the workflow declares, with defaults that fit them, and each signal is waited for. */
import type { PatternLibrary } from '@cantata/core';
import { didYouMean } from '../hint.ts';
import { checkPatience } from '../language/patience.ts';
import { patternOf } from '../language/team.ts';
import type { WorkflowDraft } from '../language/workflow.ts';
import { quote } from '../shape/words.ts';
import type { Check } from './check.ts';

export const checkSignals: Check = (draft, root, library) => {
  const { tasks = [], signals = [] } = draft;
  // Without a readable list nobody can say whether a name is in it.
  if ('signals' in draft && draft.signals === undefined) return;
  const byName = new Map(signals.map(({ name, value }) => [name, value]));
  const unused = new Set(byName.keys());
  for (const [index, task] of tasks.entries()) {
    const wait = task?.wait;
    if (wait?.signal === undefined) continue;
    const at = root.down('tasks', index, 'wait');
    unused.delete(wait.signal);
    if (byName.has(wait.signal)) checkPatience(wait, byName.get(wait.signal)?.schema, at);
    else {
      const hint =
        byName.size === 0
          ? `add \`signals: { ${wait.signal}: {} }\` to the workflow`
          : didYouMean(wait.signal, [...byName.keys()]);
      at.child('signal').report('signal_unknown', `${quote(wait.signal)} is no signal of the workflow`, {
        hint,
      });
    }
  }
  // A wait that could not be read may be for it.
  if (
    tasks.some(
      (task) =>
        task === undefined || ('wait' in task && task.wait?.signal === undefined && isUnread(task.wait)),
    )
  )
    return;
  // An agent names what it listens for when it does.
  if (mayListen(draft, library)) return;
  for (const name of unused) {
    root.down('signals', name).report('signal_unused', `no task waits for the signal ${quote(name)}`, {
      at: 'key',
      hint: 'wait for it with `wait: {signal: …}`, or remove it',
    });
  }
};

/** Whether some team's pattern lets its agents listen. */
function mayListen(
  { tasks = [], pattern, orchestration_pattern: ofWorkflow }: WorkflowDraft,
  library: PatternLibrary,
): boolean {
  const own = patternOf(library, pattern ?? {}, ofWorkflow);
  const used = [own, ...tasks.map((task) => task?.pattern && patternOf(library, task.pattern, own?.name))];
  return used.some((one) => one?.asks.includes('listen') === true);
}

function isUnread(wait: object | undefined): boolean {
  return wait === undefined || 'signal' in wait;
}
