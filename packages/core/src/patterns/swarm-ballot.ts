/** Votes of a swarm: who has how many, and when a choice has enough. The last vote of a seat in a ballot counts. */
import type { Vote } from './asks.ts';
import type { Setup } from './pattern.ts';
import type { Ballot, Votes } from './swarm-state.ts';
import type { Member } from './team.ts';

const NOBODY: Ballot = { votes: {}, tally: {} };

/** The part of a ballot that a vote changes, as a merge patch. O(1). */
export function voted(
  setup: Setup,
  ballot: Ballot = NOBODY,
  seat: string,
  { choice }: Vote,
  turn: number,
): { readonly votes: Record<string, string>; readonly tally: Record<string, Votes> } {
  const weight = weightOf(setup, seat);
  const before = ballot.votes[seat];
  const tally: Record<string, Votes> = {};
  const count = (name: string, more: number): void => {
    const { weight: old = 0, since = turn } = tally[name] ?? ballot.tally[name] ?? {};
    // By the order of the turns, and not by who answered first: the same votes have the same winner.
    tally[name] = { weight: old + more, since: Math.min(since, turn) };
  };
  if (before !== undefined) count(before, -weight);
  count(choice, weight);
  return { votes: { [seat]: choice }, tally };
}

function weightOf({ team, options }: Setup, seat: string): number {
  return options['vote'] === 'weighted' ? (team.byName.get(seat) as Member).weight : 1;
}

/** Why a choice has enough votes, in words; undefined where it has not. O(groups). */
export function enough({ team, options }: Setup, choice: string, { weight }: Votes): string | undefined {
  const seats = team.members.reduce((sum, member) => sum + member.seats.length, 0);
  const all = team.members.reduce((sum, member) => sum + member.seats.length * member.weight, 0);
  switch (options['vote']) {
    case 'quorum':
      return weight >= (options['quorum'] as number) ? `${weight} have voted for ${choice}` : undefined;
    case 'weighted':
      return weight * 2 > all ? `${choice} has ${weight} of a weight of ${all}` : undefined;
    case 'unanimous':
      return weight === seats ? `all ${seats} have voted for ${choice}` : undefined;
    default:
      return weight * 2 > seats ? `${weight} of ${seats} have voted for ${choice}` : undefined;
  }
}

/** What has votes: what has most first, of equals what was named first. O(choices log choices). */
export function ranking({ tally }: Ballot): readonly (readonly [choice: string, votes: Votes])[] {
  return Object.entries(tally)
    .filter(([, { weight }]) => weight > 0)
    .toSorted(([, a], [, b]) => b.weight - a.weight || a.since - b.since);
}
