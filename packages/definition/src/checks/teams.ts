/** Teams have the roles their patterns need, options that these know, and members that exist. */
import {
  type Pattern,
  type PatternLibrary,
  type PatternProblem,
  type Setup,
  type Team,
  teamOf,
} from '@cantata/core';
import { didYouMean } from '../hint.ts';
import type { AgentsDraft, GroupDraft } from '../language/agents.ts';
import { patternOf, type TeamDraft, withDefaults } from '../language/team.ts';
import { schema } from '../schemas/schema.ts';
import { isBroken } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import type { Entry } from '../shape/record.ts';
import { enumerate, quote } from '../shape/words.ts';
import type { Check } from './check.ts';
import { checkNesting, membersOf } from './nesting.ts';
import { checkStop, checkWhen } from './stops.ts';

export const checkTeams: Check = (draft, root, library) => {
  const { tasks = [], agents, orchestration_pattern: ofWorkflow } = draft;
  // Without readable groups nobody can say who is of a team.
  if (agents === undefined || ofWorkflow === undefined) return;
  const used = new Set<Pattern>();
  const said = new Set<string>();
  const whole = draft.pattern ?? {};
  const own = namedFor(library, whole, ofWorkflow, root);
  if (own !== undefined) {
    used.add(own);
    const isTeam = draft.tasks !== undefined && tasks.length === 0;
    new TeamCheck(own, whole, agents, root, root.child('pattern'), library, used).run(
      undefined,
      isTeam,
      said,
    );
  } else if (draft.tasks !== undefined && tasks.length === 0) {
    const hint = 'list a task, or name a pattern with `pattern: {name: …}`';
    root
      .child('tasks')
      .report('team_invalid', 'there is no task, and no pattern that would work without one', { hint });
  }
  checkInnerTeams(library, agents, own?.name, root, used, said);
  for (const [index, task] of tasks.entries()) {
    const use = task?.pattern;
    if (task === undefined || use === undefined) continue;
    const at = root.down('tasks', index, 'pattern');
    const pattern = patternOf(library, use, own?.name);
    if (pattern === undefined) {
      reportUnknown(library, use.name, at);
      continue;
    }
    used.add(pattern);
    new TeamCheck(pattern, use, agents, root, at, library, used).run(task.agent, true, said);
  }
  if (used.size > 0) checkRoles([...used], agents, root);
};

/** The pattern of the workflow: `custom` names its own, the others are what they are called. */
function namedFor(
  library: PatternLibrary,
  { name }: TeamDraft,
  ofWorkflow: string,
  root: Place,
): Pattern | undefined {
  const at = root.child('pattern');
  if (ofWorkflow === 'custom') {
    if (name === undefined) return undefined;
    const pattern = library.get(name);
    if (pattern === undefined) reportUnknown(library, name, at);
    return pattern;
  }
  if (name !== undefined && name !== ofWorkflow) {
    const message = `the pattern of the workflow is ${quote(ofWorkflow)}, and not ${quote(name)}`;
    at.child('name').report('team_invalid', message, { hint: 'remove `name`' });
  }
  return library.get(ofWorkflow);
}

function reportUnknown(
  library: PatternLibrary,
  name: string | undefined,
  at: Place,
  what: 'the task' | 'the group' = 'the task',
): void {
  const hint = didYouMean(name ?? '', [...library.keys()]);
  const message =
    name === undefined ? `${what} does not say by which pattern` : `there is no pattern ${quote(name)}`;
  at.report('team_invalid', message, { hint });
}

/** Groups that are teams themselves. */
function checkInnerTeams(
  library: PatternLibrary,
  agents: AgentsDraft,
  ofWorkflow: string | undefined,
  root: Place,
  used: Set<Pattern>,
  said: Set<string>,
): void {
  checkNesting(agents, root);
  for (const { name, value } of agents) {
    const use = value?.pattern;
    if (use === undefined) continue;
    const at = root.down('agents', name, 'pattern');
    const pattern = patternOf(library, use, ofWorkflow);
    if (pattern === undefined) reportUnknown(library, use.name, at, 'the group');
    else {
      used.add(pattern);
      if (use.members !== undefined)
        new TeamCheck(pattern, use, agents, root, at, library, used).run(undefined, true, said);
    }
  }
}

class TeamCheck {
  readonly #pattern: Pattern;
  readonly #use: TeamDraft;
  readonly #agents: AgentsDraft;
  readonly #root: Place;
  readonly #at: Place;
  readonly #library: PatternLibrary;
  readonly #used: Set<Pattern>;

  constructor(
    pattern: Pattern,
    use: TeamDraft,
    agents: AgentsDraft,
    root: Place,
    at: Place,
    library: PatternLibrary,
    /** Patterns that the document uses: those of its rules are added. */
    used: Set<Pattern>,
  ) {
    this.#pattern = pattern;
    this.#use = use;
    this.#agents = agents;
    this.#root = root;
    this.#at = at;
    this.#library = library;
    this.#used = used;
  }

  /** `isWhole`: it works as a team from its first turn on, and so must have everybody it needs. */
  run(opener: string | undefined, isWhole: boolean, said: Set<string>): void {
    const { members } = this.#use;
    const names = this.#agents.map(({ name }) => name);
    for (const [n, member] of (members ?? []).entries()) {
      if (member === undefined || names.includes(member)) continue;
      const hint = didYouMean(member, names);
      this.#at
        .down('members', n)
        .report('team_invalid', `there is no agent group ${quote(member)}`, { hint });
    }
    const { summariser } = this.#use;
    this.#checkSummariser(names, opener);
    const groups = membersOf(this.#agents, members).filter(({ name }) => name !== summariser);
    const team = teamOf(this.#pattern, groups.map(candidate), opener);
    this.#checkRoles(team, isWhole);
    this.#checkOptions(team, said);
    const { stop } = this.#use;
    if (stop !== undefined) checkStop(stop, this.#pattern, team, this.#at.child('stop'));
    this.#checkSwitches(opener, said);
  }

  /** Whatever goes on in its place has the same members, unless it names its own. */
  #checkSwitches(opener: string | undefined, said: Set<string>): void {
    for (const [n, rule] of (this.#use.switch ?? []).entries()) {
      const at = this.#at.down('switch', n, 'to');
      if (rule?.when !== undefined) checkWhen(rule.when.placed);
      if (rule?.to === undefined) continue;
      const { to } = rule;
      const pattern = to.name === undefined ? this.#pattern : this.#library.get(to.name);
      if (pattern === undefined) {
        reportUnknown(this.#library, to.name, at);
        continue;
      }
      this.#used.add(pattern);
      const { members, summariser } = this.#use;
      const use = {
        ...(members === undefined ? {} : { members }),
        ...(summariser === undefined ? {} : { summariser }),
        ...to,
      };
      new TeamCheck(pattern, use, this.#agents, this.#root, at, this.#library, this.#used).run(
        opener,
        true,
        said,
      );
    }
  }

  /** Whoever sums up what others did is there, and is none of them. */
  #checkSummariser(names: readonly string[], opener: string | undefined): void {
    const { summariser, members, options = {} } = this.#use;
    const at = this.#at.child('summariser');
    if (summariser === undefined) {
      if (options['context'] !== 'summary' || isBroken(this.#use, 'summariser')) return;
      const hint = 'name a group with `summariser:`';
      this.#at.down('options', 'context').report('team_invalid', 'nobody makes the summaries', { hint });
    } else if (!names.includes(summariser)) {
      const hint = didYouMean(summariser, names);
      at.report('team_invalid', `there is no agent group ${quote(summariser)}`, { hint });
    } else if (members?.includes(summariser) === true || summariser === opener) {
      const hint = 'name another group';
      at.report('team_invalid', `${quote(summariser)} takes part in the team, and would sum up itself`, {
        hint,
      });
    }
  }

  #checkRoles(team: Team, isWhole: boolean): void {
    for (const [role, { least, most = Infinity, summary }] of Object.entries(this.#pattern.roles)) {
      const has = team.members.filter((member) => member.role === role).map(({ name }) => name);
      if (has.length > most) {
        const message = `${enumerate(has, 'and')} are all ${role}, and the pattern ${this.#pattern.name} has ${most}`;
        const extra = has[most] as string;
        this.#root
          .down('agents', extra)
          .report('team_invalid', message, { at: 'key', hint: `give one of them another \`role\`` });
      }
      if (!isWhole || has.length >= least) continue;
      const message = `nobody is ${role}, who ${summary}; the pattern ${this.#pattern.name} needs ${least}`;
      this.#at.report('team_invalid', message, { hint: `give a group \`role: ${role}\`` });
    }
  }

  #checkOptions(team: Team, said: Set<string>): void {
    const { options = {} } = this.#use;
    const checked = schema.read(this.#pattern.options, this.#at);
    const mismatches = checked?.check(options) ?? [];
    for (const { path, message } of mismatches) {
      const at = this.#at.down('options', ...path.split(/[.[\]]+/).filter((key) => key !== ''));
      at.report('team_invalid', `${at.label} ${message}`);
    }
    if (mismatches.length > 0) return;
    const setup: Setup = { team, options: withDefaults(this.#pattern, options) };
    for (const problem of this.#pattern.validate(setup)) this.#report(problem, said);
  }

  /** Of the whole document: that is said where roles are checked. */
  #reportsToNobody(group: string): boolean {
    const manager = this.#agents.find(({ name }) => name === group)?.value?.reports_to;
    return !this.#agents.some(({ name }) => name === manager);
  }

  /** What is wrong with a group is told once, however many teams it is of. */
  #report({ path, group, message, hint }: PatternProblem, said: Set<string>): void {
    const more = hint === undefined ? {} : { hint };
    if (group === undefined) {
      this.#at.down('options', ...path).report('team_invalid', message, more);
      return;
    }
    const at = this.#root.down('agents', group, ...path);
    const isKnown = said.has(message) || (path[0] === 'reports_to' && this.#reportsToNobody(group));
    if (isKnown) return;
    said.add(message);
    at.report('team_invalid', message, path.length === 0 ? { ...more, at: 'key' } : more);
  }
}

/** A role that no pattern of the document has is a slip of the pen. */
function checkRoles(used: readonly Pattern[], agents: AgentsDraft, root: Place): void {
  const known = [...new Set(used.flatMap(({ roles }) => Object.keys(roles)))];
  const names = agents.map(({ name }) => name);
  for (const { name, value } of agents) {
    const at = root.down('agents', name);
    const { role, reports_to: manager } = value ?? {};
    if (role !== undefined && !known.includes(role)) {
      const hint = didYouMean(role, known);
      at.child('role').report('team_invalid', `${quote(role)} is no role of the pattern`, { hint });
    }
    if (manager === undefined || names.includes(manager)) continue;
    const hint = didYouMean(manager, names);
    at.child('reports_to').report('team_invalid', `there is no agent group ${quote(manager)}`, { hint });
  }
}

function candidate({ name, value }: Entry<GroupDraft>) {
  const { count = 1, capabilities = [], role, reports_to: reportsTo, weight } = value ?? {};
  return {
    name,
    count,
    capabilities: capabilities.filter((one) => one !== undefined),
    ...(role === undefined ? {} : { role }),
    ...(reportsTo === undefined ? {} : { reportsTo }),
    ...(weight === undefined ? {} : { weight }),
  };
}
