/** Groups that are teams of other groups: what they have besides, and that none stands in itself. */
import { isOutside, MAX_TEAM_DEPTH } from '@cantata/core';
import { type AgentsDraft, type GroupDraft, isOfAgents } from '../language/agents.ts';
import type { Place } from '../shape/place.ts';
import type { Entry } from '../shape/record.ts';
import { quote } from '../shape/words.ts';

/** What only agents have. */
const OF_AGENTS = ['type', 'count', 'resources'] as const;

export function checkNesting(agents: AgentsDraft, root: Place): void {
  const teams = new Map(agents.filter((group) => !isOfAgents(group)).map((team) => [team.name, team]));
  const depths = new Map<string, number>();
  for (const { name, value } of teams.values()) {
    const at = root.down('agents', name);
    for (const key of OF_AGENTS) {
      if (value === undefined || !(key in value)) continue;
      const message = `${quote(name)} is a team, and has no ${quote(key)}`;
      at.child(key).report('team_invalid', message, { at: 'key', hint: 'it is that of its members' });
    }
    const circle = circleFrom(teams, name);
    if (circle !== undefined) {
      // Each is told where the first of it stands.
      if (circle.toSorted()[0] === name) reportCircle(circle, at);
      continue;
    }
    // The team it is a member of stands above it.
    if (depthOf(teams, name, depths) !== MAX_TEAM_DEPTH) continue;
    const message = `teams may stand in each other ${MAX_TEAM_DEPTH} deep, and with ${quote(name)} they do ${MAX_TEAM_DEPTH + 1}`;
    at.child('pattern').report('team_invalid', message, { at: 'key', hint: 'make one team of two' });
  }
}

type Teams = ReadonlyMap<string, Entry<GroupDraft>>;

function teamsIn(teams: Teams, name: string): readonly string[] {
  const members = teams.get(name)?.value?.pattern?.members ?? [];
  return members.filter((member) => member !== undefined && teams.has(member)) as readonly string[];
}

function reportCircle(circle: readonly string[], at: Place): void {
  const [first = ''] = circle;
  const way = [...circle, first].map(quote).join(' has ');
  at.child('pattern').report('team_invalid', `a team cannot be of itself: ${way}`, {
    at: 'key',
    hint: 'take one of them out of `members`',
  });
}

/** The shortest way from a team to itself. O(teams and their members). */
function circleFrom(teams: Teams, name: string): readonly string[] | undefined {
  const before = new Map<string, string | undefined>([[name, undefined]]);
  for (const one of before.keys()) {
    for (const member of teamsIn(teams, one)) {
      if (member === name) return wayTo(before, one);
      if (!before.has(member)) before.set(member, one);
    }
  }
  return undefined;
}

function wayTo(before: ReadonlyMap<string, string | undefined>, last: string): readonly string[] {
  const way: string[] = [];
  for (let one: string | undefined = last; one !== undefined; one = before.get(one)) way.unshift(one);
  return way;
}

/** How many teams stand in each other from this one on; one that leads into a circle counts as 1. */
function depthOf(teams: Teams, name: string, known: Map<string, number>): number {
  const found = known.get(name);
  if (found !== undefined) return found;
  known.set(name, 1);
  const depth = 1 + Math.max(0, ...teamsIn(teams, name).map((member) => depthOf(teams, member, known)));
  known.set(name, depth);
  return depth;
}

/** As the plan has them: the groups of agents before those that are teams. */
export function membersOf(
  agents: AgentsDraft,
  members: readonly (string | undefined)[] | undefined,
): AgentsDraft {
  const teams = agents.flatMap(({ value }) => {
    const inner = value?.pattern?.members?.filter((name) => name !== undefined);
    const notes = value?.pattern?.summariser;
    if (inner === undefined) return [];
    return [{ team: notes === undefined ? { members: inner } : { members: inner, summariser: notes } }];
  });
  const isMember = members === undefined ? isOutside(teams) : (name: string) => members.includes(name);
  const all = agents.filter(({ name }) => isMember(name));
  return [...all.filter(isOfAgents), ...all.filter((group) => !isOfAgents(group))];
}
