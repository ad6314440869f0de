/** Which items of a log are turns of teams, and whose: what an invariant about items and agents needs to know of teams. */
import type { ExecutionEvent } from '@cantata/core';

export interface AtItem {
  readonly task: string;
  readonly item?: number | undefined;
  readonly activation?: number | undefined;
}

interface Team {
  readonly activation: number;
  /** Items of the task so far, its lead among them. */
  items: number;
  /** Turns that people take, or teams among its members. */
  readonly others: Set<number>;
}

export class TeamTurns {
  readonly #teams = new Map<string, Team>();

  take(event: ExecutionEvent): void {
    if (event.type === 'pattern.started' && event.item === undefined) {
      const { task, activation = 1, opening } = event;
      this.#teams.set(task, { activation, items: opening === true ? 2 : 1, others: new Set() });
    }
    if (event.type !== 'pattern.reacted') return;
    const team = this.#teams.get(event.task);
    if (team === undefined) return;
    for (const { person, team: isTeam } of event.turns ?? []) {
      if (person !== undefined || isTeam === true) team.others.add(team.items);
      team.items += 1;
    }
  }

  /** Items of a task, its lead among them; undefined where no team is at work on it. */
  items(at: AtItem): number | undefined {
    return this.#at(at)?.items;
  }

  /** Whether no agent does it: it is the result of a team, or a person is asked. */
  isNoDeed(at: AtItem): boolean {
    const team = this.#at(at);
    return team !== undefined && (at.item === undefined || team.others.has(at.item));
  }

  #at({ task, activation = 1 }: AtItem): Team | undefined {
    const team = this.#teams.get(task);
    return team?.activation === activation ? team : undefined;
  }
}
