/** Who takes part in a pattern, and as what. */
import type { Pattern } from './pattern.ts';

export interface RoleRule {
  /** For people. */
  readonly summary: string;
  readonly least: number;
  /** Groups, not seats; any number unless given. */
  readonly most?: number;
  /** The group to which the task is given has it, unless a group says so itself or is called like it. */
  readonly opens?: true;
}

export interface Member {
  /** Of the group. */
  readonly name: string;
  readonly role: string;
  readonly seats: readonly string[];
  readonly capabilities: readonly string[];
  /** The group to whose agents this one's report. */
  readonly reportsTo?: string;
  /** Of each of its votes. */
  readonly weight: number;
}

export interface Team {
  readonly members: readonly Member[];
  /** By the name of a group and by the id of a seat. */
  readonly byName: ReadonlyMap<string, Member>;
}

/** What a document says of a group, as far as patterns go by it. */
export interface Candidate {
  readonly name: string;
  readonly count: number;
  readonly capabilities: readonly string[];
  readonly role?: string;
  readonly reportsTo?: string;
  readonly weight?: number;
}

/**
 * Gives every group a role: the one it declares, the one it is called like, that of who opens, else the last one of the
 * pattern. `opener` is the group the task is given to.
 */
export function teamOf(
  { roles }: Pick<Pattern, 'roles'>,
  groups: readonly Candidate[],
  opener: string | undefined,
): Team {
  const names = Object.keys(roles);
  const rest = names.at(-1) as string;
  const opening = names.find((role) => roles[role]?.opens === true);
  const declared = (group: Candidate): string | undefined =>
    [group.role, group.name].find((name) => name !== undefined && names.includes(name));
  const isTaken = groups.some((group) => declared(group) === opening);
  const members = groups.map((group): Member => {
    const opens = !isTaken && group.name === opener ? opening : undefined;
    return {
      name: group.name,
      role: declared(group) ?? opens ?? rest,
      seats: seatIds(group),
      capabilities: group.capabilities,
      weight: group.weight ?? 1,
      ...(group.reportsTo === undefined ? {} : { reportsTo: group.reportsTo }),
    };
  });
  return { members, byName: byName(members) };
}

function byName(members: readonly Member[]): ReadonlyMap<string, Member> {
  const found = new Map<string, Member>();
  for (const member of members) for (const seat of member.seats) found.set(seat, member);
  for (const member of members) found.set(member.name, member);
  return found;
}

/** A group of one is its own seat. */
export function seatIds({ name, count }: Pick<Candidate, 'name' | 'count'>): readonly string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, n) => `${name}-${n + 1}`);
}

/** Everybody in a role, in the order of the document. */
export function inRole({ members }: Team, role: string): readonly Member[] {
  return members.filter((member) => member.role === role);
}
