/** Who would work on a task under which pattern. Most tasks never ask: their agent simply answers. */
import { DEFAULT_LIMITS, type TeamLimits } from '../patterns/limits.ts';
import type { Pattern, Setup } from '../patterns/pattern.ts';
import type { Stop } from '../patterns/stopping.ts';
import { teamOf } from '../patterns/team.ts';
import type { Definition, TaskDefinition, Who } from './definition.ts';

/** A pattern as a document uses it. */
export interface TeamUse {
  readonly pattern: Pattern;
  readonly options: Setup['options'];
  /** Where the document says otherwise than the pattern. */
  readonly limits?: Partial<TeamLimits>;
  /** When it is to stop, though it would go on. */
  readonly stop?: Stop;
  /** Groups that take part; all unless given. */
  readonly members?: readonly string[];
}

export interface PlanTeam {
  readonly pattern: Pattern;
  readonly setup: Setup;
  readonly limits: TeamLimits;
  readonly stop: Stop | undefined;
  /** The group the task is given to, where it is given to one. */
  readonly opener: string | undefined;
}

/** The teams of a workflow, each made when it is first asked for. */
export class PlanTeams {
  readonly #definition: Definition;
  readonly #made = new Map<string, PlanTeam>();

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  /** Undefined where the task has no agent, or its workflow no pattern that could be asked. */
  of(task: TaskDefinition): PlanTeam | undefined {
    if (task.kind === 'team') return this.#make(`#${task.id}`, task.team, openerOf(task));
    const { team } = this.#definition;
    if (team === undefined || (task.kind !== undefined && task.kind !== 'agent')) return undefined;
    const opener = openerOf(task);
    return this.#make(opener ?? '', team, opener);
  }

  #make(key: string, use: TeamUse, opener: string | undefined): PlanTeam {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { pattern, options, limits = {}, members } = use;
    const groups = this.#definition.agents.filter(({ name }) => members?.includes(name) ?? true);
    const team = teamOf(pattern, groups, opener);
    const made = {
      pattern,
      setup: { team, options },
      limits: { ...DEFAULT_LIMITS, ...pattern.limits, ...limits },
      stop: use.stop,
      opener,
    };
    this.#made.set(key, made);
    return made;
  }
}

/**
 * Whether agents of a group are there for the turns of a team, of which a plan knows nothing before the pattern says so: a
 * task is done by a team they are of, or no task needs them and the workflow has a pattern.
 */
export function isForTeams({ tasks, team }: Definition, group: string, isNeeded: boolean): boolean {
  const isOf = ({ members }: TeamUse): boolean => members?.includes(group) ?? true;
  if (team !== undefined && !isNeeded && isOf(team)) return true;
  return tasks.some((task) => task.kind === 'team' && isOf(task.team));
}

function openerOf({ who }: { readonly who?: Who | undefined }): string | undefined {
  return who?.kind === 'group' ? who.group : undefined;
}
