/** Every task names who does it, and somebody can; every group has something to do. */
import { didYouMean } from '../hint.ts';
import { isSeatless } from '../language/kind.ts';
import { patternOf, type TeamDraft } from '../language/team.ts';
import type { WhoDraft } from '../language/who.ts';
import { LIMITS } from '../limits.ts';
import type { Place } from '../shape/place.ts';
import { enumerate, quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { Groups, type Match } from './groups.ts';

export const checkWho: Check = ({ tasks, agents, pattern, orchestration_pattern: name }, root, library) => {
  if (tasks === undefined || tasks.length === 0) return;
  const groups = agents === undefined ? undefined : new Groups(agents);
  for (const [index, task] of tasks.entries()) {
    // Nobody does what only waits.
    if (task !== undefined && isSeatless(task)) continue;
    const at = root.down('tasks', index);
    // Of a team anybody may take a turn.
    if (task?.pattern !== undefined) for (const one of membersOf(task.pattern, groups)) groups?.use(one);
    if (task !== undefined && 'pattern' in task && !('agent' in task) && !('requires' in task)) continue;
    const settled = task !== undefined && checkOne(task, at, `do ${quote(task.id ?? 'this task')}`, groups);
    if (!settled) groups?.useAny();
    if (task === undefined || !('compensate' in task)) continue;
    const { compensate: undoing } = task;
    const what = `undo ${quote(task.id ?? 'this task')}`;
    if (undoing === undefined || !checkOne(undoing, at.child('compensate'), what, groups)) groups?.useAny();
  }
  for (const { value } of agents ?? [])
    if (value?.pattern !== undefined) for (const one of membersOf(value.pattern, groups)) groups?.use(one);
  const team = patternOf(library, pattern ?? {}, name);
  if (team !== undefined) for (const one of membersOf(pattern ?? {}, groups)) groups?.use(one);
  for (const name of groups?.unused() ?? []) {
    const hint = 'name it in `agent:` of a task, or remove it';
    root
      .down('agents', name)
      .report('agent_unused', `no task uses the group ${quote(name)}`, { at: 'key', hint });
  }
};

function membersOf({ members, summariser }: TeamDraft, groups: Groups | undefined): Iterable<string> {
  const named = members?.filter((name) => name !== undefined);
  if (named !== undefined && summariser !== undefined) return [...named, summariser];
  return named ?? groups?.names ?? [];
}

/** Whether it is certain which groups may do it. */
function checkOne(task: WhoDraft, at: Place, what: string, groups: Groups | undefined): boolean {
  if ('agent' in task && 'requires' in task) {
    const hint = 'keep one of them';
    at.child('requires').report('agent_ambiguous', 'a task has either `agent` or `requires`', {
      at: 'key',
      hint,
    });
    return false;
  }
  if (!('agent' in task) && !('requires' in task)) {
    const hint = 'add `agent:` with the name of a group, or `requires:` with capabilities';
    at.child('agent').report('agent_missing', `nobody is named to ${what}`, {
      hint,
    });
    return false;
  }
  // Without readable groups nobody can say whether a name is one of them.
  if (groups === undefined) return false;
  if (task.agent !== undefined) return checkAgent(task.agent, at.child('agent'), groups);
  return task.requires !== undefined && checkRequires(task.requires, at.child('requires'), groups);
}

function checkAgent(name: string, at: Place, groups: Groups): boolean {
  if (!groups.names.has(name)) {
    at.report('agent_unknown', `${quote(name)} is no agent group`, { hint: didYouMean(name, groups.names) });
    return false;
  }
  groups.use(name);
  if (!groups.isTeam(name)) return true;
  at.report('team_invalid', `${quote(name)} is a team, and no agents`, {
    hint: 'give the task a `pattern` whose `members` are these',
  });
  return false;
}

function checkRequires(entries: readonly (string | undefined)[], at: Place, groups: Groups): boolean {
  const wanted = entries.filter((capability) => capability !== undefined);
  if (wanted.length < entries.length) return false;
  if (groups.requirements > LIMITS.requirements) return false;
  const match = groups.match(wanted);
  if (groups.requirements > LIMITS.requirements) {
    at.report(
      'too_many',
      `there are more than ${LIMITS.requirements} different lists of required capabilities`,
    );
    return false;
  }
  if (match.kind === 'able') {
    for (const name of match.groups) groups.use(name);
    return true;
  }
  if (match.kind === 'unmet') at.report('capability_unmet', unmetMessage(match), { hint: unmetHint(match) });
  return false;
}

type Unmet = Extract<Match, { kind: 'unmet' }>;

function unmetMessage({ missing, closest }: Unmet): string {
  const what = enumerate(missing, 'or');
  return closest === undefined
    ? `no agent group has ${what}`
    : `no agent group has them all; ${quote(closest)} lacks ${what}`;
}

function unmetHint({ missing, closest }: Unmet): string {
  const what = missing.length === 1 ? 'the capability' : 'the capabilities';
  return `add ${what} to ${closest === undefined ? 'a group' : quote(closest)}`;
}
