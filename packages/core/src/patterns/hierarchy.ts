/** Who reports to whom, of a team: a tree of any depth, by `reports_to` of its groups. */
import type { PatternProblem, Setup } from './pattern.ts';
import type { Member, Team } from './team.ts';

export interface Hierarchy {
  /** Reports to nobody. */
  readonly root: Member | undefined;
  readonly managerOf: ReadonlyMap<Member, Member>;
  /** Direct ones, in the order of the document. */
  readonly reportsOf: ReadonlyMap<Member, readonly Member[]>;
}

/** The role of who leads where nobody says who reports to whom. */
export const HEAD = 'head';

const known = new WeakMap<Team, Hierarchy>();

/**
 * Without any `reports_to` all report to the head: the one with that role, else the opener, else the first. O(members),
 * once for a team.
 */
export function hierarchyOf(team: Team, opener: string | undefined): Hierarchy {
  const made = known.get(team) ?? build(team, opener);
  known.set(team, made);
  return made;
}

function build({ members, byName }: Team, opener: string | undefined): Hierarchy {
  const isFlat = members.every(({ reportsTo }) => reportsTo === undefined);
  const root = isFlat
    ? (members.find(({ role }) => role === HEAD) ?? members.find(({ name }) => name === opener) ?? members[0])
    : members.find(({ reportsTo }) => reportsTo === undefined);
  const managerOf = new Map<Member, Member>();
  const reportsOf = new Map<Member, Member[]>(members.map((member) => [member, []]));
  for (const member of members) {
    const manager = isFlat ? root : byName.get(member.reportsTo ?? '');
    if (manager === undefined || member === root) continue;
    managerOf.set(member, manager);
    reportsOf.get(manager)?.push(member);
  }
  return { root, managerOf, reportsOf };
}

/** O(members): whoever is known to lead nowhere else is not walked again. */
export function hierarchyProblems({ team, options }: Setup): readonly PatternProblem[] {
  const { members } = team;
  if (members.every(({ reportsTo }) => reportsTo === undefined)) return [];
  return [...strangers(team), ...roots(members), ...cycles(team), ...spans(team, options['span'] as number)];
}

const AT = { path: ['reports_to'] };

function* strangers({ members, byName }: Team): Iterable<PatternProblem> {
  for (const { name, reportsTo } of members) {
    if (reportsTo === undefined || byName.get(reportsTo)?.name === reportsTo) continue;
    yield { ...AT, group: name, message: `${name} reports to ${reportsTo}, which is no group of the team` };
  }
}

function* roots(members: readonly Member[]): Iterable<PatternProblem> {
  const [first, ...others] = members.filter(({ reportsTo }) => reportsTo === undefined);
  for (const { name } of others) {
    const message = `${name} reports to nobody, and neither does ${first?.name}: there is one who leads all`;
    yield { path: [], group: name, message, hint: `add \`reports_to: ${first?.name}\`` };
  }
  const head = members.find(({ role }) => role === HEAD);
  if (head === undefined || head.reportsTo === undefined) return;
  const message = `${head.name} is the head, and reports to ${head.reportsTo}`;
  yield { path: ['role'], group: head.name, message, hint: 'remove `role`: who reports to nobody leads' };
}

/** Each circle once, as the path that closes it. */
function* cycles({ members, byName }: Team): Iterable<PatternProblem> {
  const done = new Set<Member>();
  for (const start of members) {
    const path: Member[] = [];
    let at: Member | undefined = start;
    while (at !== undefined && !done.has(at)) {
      done.add(at);
      path.push(at);
      at = byName.get(at.reportsTo ?? '');
    }
    const from = at === undefined ? -1 : path.indexOf(at);
    if (from === -1) continue;
    const circle = [...path.slice(from), path[from] as Member].map(({ name }) => name);
    const group = circle.at(-2) as string;
    yield { ...AT, group, message: `they report to each other in a circle: ${circle.join(' -> ')}` };
  }
}

function* spans(team: Team, span: number): Iterable<PatternProblem> {
  for (const [{ name }, reports] of build(team, undefined).reportsOf) {
    if (reports.length <= span) continue;
    const message = `${reports.length} groups report to ${name}, and the span of control is ${span}`;
    yield { path: [], group: name, message, hint: 'put managers between, or raise `span` of the options' };
  }
}
