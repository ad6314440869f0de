/** Who would work on a task under which pattern. Most tasks never ask: their agent simply answers. */
import { assert } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { DEFAULT_LIMITS, type TeamLimits } from '../patterns/limits.ts';
import type { Pattern, Setup } from '../patterns/pattern.ts';
import type { Stop, StopCondition } from '../patterns/stopping.ts';
import { type Candidate, teamOf } from '../patterns/team.ts';
import { listing } from '../text.ts';
import type { Definition, TaskDefinition, Who } from './definition.ts';

/** A pattern as a document uses it. */
export interface TeamUse {
  readonly pattern: Pattern;
  readonly options: Setup['options'];
  /** Where the document says otherwise than the pattern. */
  readonly limits?: Partial<TeamLimits>;
  /** When it is to stop, though it would go on. */
  readonly stop?: Stop;
  /** The group that makes summaries of what the others did, and takes no other part. */
  readonly summariser?: string;
  /** When another pattern is to go on in its place. Each rule is applied once. */
  readonly switches?: readonly SwitchRule[];
  /** Groups that take part; unless given, all that are not of a team which is a member itself. */
  readonly members?: readonly string[];
}

export interface SwitchRule {
  readonly when: StopCondition;
  readonly to: TeamUse;
}

/** What an operator may switch a team to while it runs. */
export interface PatternChoice {
  readonly names: readonly string[];
  /** With its options checked and completed, else what is wrong with them; undefined where there is no such pattern. */
  use(name: string, options: JsonObject): Pick<TeamUse, 'pattern' | 'options'> | string | undefined;
}

/** How a team came by a pattern that is not what its document begins with. */
export type SwitchedBy = { readonly rule: number } | { readonly options: JsonObject };

/** A member that is a team itself: whoever gives it a turn gets what that team comes to. */
export interface TeamGroup extends Omit<Candidate, 'count'> {
  readonly team: TeamUse & Required<Pick<TeamUse, 'members'>>;
}

/** How many teams may stand in each other. */
export const MAX_TEAM_DEPTH = 8;

export interface PlanTeam {
  readonly pattern: Pattern;
  readonly setup: Setup;
  readonly limits: TeamLimits;
  readonly stop: Stop | undefined;
  readonly summariser: string | undefined;
  /** In the order of the document; in force whichever of its patterns is at work. */
  readonly switches: readonly PlanSwitch[];
  readonly use: TeamUse;
  /** The group the task is given to, where it is given to one. */
  readonly opener: string | undefined;
  /** Members that are teams, by their names. */
  readonly inner: ReadonlyMap<string, PlanTeam>;
}

export interface PlanSwitch {
  readonly when: StopCondition;
  readonly to: PlanTeam;
}

/** The teams of a workflow, each made when it is first asked for. */
export class PlanTeams {
  readonly #definition: Definition;
  readonly #made = new Map<string, PlanTeam>();
  /** Asked for with every step of a team: its name is not made anew each time. */
  readonly #found = new WeakMap<TaskDefinition, PlanTeam>();

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  /** Undefined where the task has no agent, or its workflow no pattern that could be asked. */
  of(task: TaskDefinition): PlanTeam | undefined {
    const found = this.#found.get(task) ?? this.#find(task);
    if (found !== undefined) this.#found.set(task, found);
    return found;
  }

  #find(task: TaskDefinition): PlanTeam | undefined {
    if (task.kind === 'team') return this.#make(`#${task.id}`, task.team, openerOf(task));
    const { team } = this.#definition;
    if (team === undefined || (task.kind !== undefined && task.kind !== 'agent')) return undefined;
    const opener = openerOf(task);
    return this.#make(opener ?? '', team, opener);
  }

  /** What a team would be by another pattern; why that cannot be, in words. */
  switched(team: PlanTeam, name: string, options: JsonObject): PlanTeam | string {
    const { choice } = this.#definition;
    const use = choice?.use(name, options);
    if (use === undefined) {
      const there = choice === undefined ? '' : `; there are ${listing(choice.names)}`;
      return `there is no pattern ${name}${there}`;
    }
    if (typeof use === 'string') return use;
    const made = this.#planned({ ...team.use, ...use }, team.opener, 1, team.switches);
    return lacking(made) ?? made;
  }

  /** The team that has come by its pattern so. */
  found(team: PlanTeam, name: string, by: SwitchedBy): PlanTeam | string {
    if ('options' in by) return this.switched(team, name, by.options);
    return team.switches[by.rule]?.to ?? `there is no rule ${by.rule + 1} to switch it`;
  }

  #make(key: string, use: TeamUse, opener: string | undefined): PlanTeam {
    let made = this.#made.get(key);
    if (made === undefined) {
      made = this.#planned(use, opener, 1);
      this.#made.set(key, made);
    }
    return made;
  }

  #planned(
    use: TeamUse,
    opener: string | undefined,
    depth: number,
    switches?: readonly PlanSwitch[],
  ): PlanTeam {
    assert(depth <= MAX_TEAM_DEPTH, `teams stand in each other more than ${MAX_TEAM_DEPTH} deep`);
    const { agents, teams = [] } = this.#definition;
    const { pattern, options, limits = {}, members, summariser } = use;
    const isNamed = members === undefined ? isOutside(teams) : (name: string) => members.includes(name);
    const isMember = (name: string): boolean => name !== summariser && isNamed(name);
    const inside = teams.filter(({ name }) => isMember(name));
    const groups = [...agents.filter(({ name }) => isMember(name)), ...inside.map(asGroup)];
    const rules: PlanSwitch[] = [];
    const made: PlanTeam = {
      pattern,
      use,
      switches: switches ?? rules,
      setup: { team: teamOf(pattern, groups, opener), options },
      limits: { ...DEFAULT_LIMITS, ...pattern.limits, ...limits },
      stop: use.stop,
      summariser,
      opener,
      inner: new Map(inside.map(({ name, team }) => [name, this.#planned(team, undefined, depth + 1)])),
    };
    if (switches !== undefined) return made;
    for (const { when, to } of use.switches ?? [])
      rules.push({ when, to: this.#planned({ ...use, ...to }, opener, depth, rules) });
    return made;
  }
}

/**
 * Whether agents of a group are there for the turns of a team, of which a plan knows nothing before the pattern says so: a
 * task is done by a team they are of, or no task needs them and the workflow has a pattern.
 */
export function isForTeams(
  { tasks, team, teams = [] }: Definition,
  group: string,
  isNeeded: boolean,
): boolean {
  const isOf = ({ members, summariser }: TeamUse): boolean =>
    group === summariser || (members?.includes(group) ?? true);
  if (teams.some((one) => isOf(one.team))) return true;
  if (team !== undefined && !isNeeded && isOf(team)) return true;
  return tasks.some((task) => task.kind === 'team' && isOf(task.team));
}

/** Of what its pattern needs; undefined where it has all. */
function lacking({ pattern, setup }: PlanTeam): string | undefined {
  const { members } = setup.team;
  for (const [role, { least, most = Infinity }] of Object.entries(pattern.roles)) {
    const count = members.filter((member) => member.role === role).length;
    if (count < least) return `nobody of the team is ${role}, and the pattern ${pattern.name} needs ${least}`;
    if (count > most)
      return `${count} groups of the team are ${role}, and the pattern ${pattern.name} has ${most}`;
  }
  const [problem] = pattern.validate(setup);
  return problem?.message;
}

/** To the others it is one agent. */
function asGroup({ team: _, ...group }: TeamGroup): Candidate {
  return { ...group, count: 1 };
}

/** Whether a group is of no team that is a member itself. */
export function isOutside(
  teams: readonly { readonly team: Pick<TeamUse, 'summariser'> & { readonly members: readonly string[] } }[],
): (name: string) => boolean {
  const inside = new Set<string | undefined>(teams.flatMap(({ team }) => [...team.members, team.summariser]));
  return (name) => !inside.has(name);
}

function openerOf({ who }: { readonly who?: Who | undefined }): string | undefined {
  return who?.kind === 'group' ? who.group : undefined;
}
