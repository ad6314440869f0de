/** What the expressions of a declarative pattern see of its run, worked out when they read it. */
import type { Json, JsonObject } from '../json.ts';
import { together } from '../kernel/values.ts';
import type { Ask } from './asks.ts';
import type { MemberSeen, PatternScope, SeatSeen, TurnSeen } from './calculated.ts';
import { type PatternTrigger, type PatternView, type Setup, SUMMARY, type Turn } from './pattern.ts';

/** What it is about, as far as there is something. */
export interface About {
  readonly turn?: Turn;
  readonly output?: Json;
  readonly asks?: readonly Ask[];
  readonly error?: Json;
}

export class RuleScope implements PatternScope {
  where: { [name: string]: Json } = {};
  item: Json = null;
  index: Json = null;
  readonly #view: PatternView;
  readonly #about: About;
  #turns: readonly TurnSeen[] | undefined;

  constructor(view: PatternView, about: About) {
    this.#view = view;
    this.#about = about;
  }

  static of(view: PatternView, trigger: PatternTrigger): RuleScope {
    switch (trigger.kind) {
      case 'completed':
        return new RuleScope(view, trigger);
      case 'failed':
        return new RuleScope(view, { turn: trigger.turn, error: errorSeen(trigger.error) });
      default:
        return new RuleScope(view, {});
    }
  }

  get input(): Json {
    return this.#view.input;
  }

  get options(): JsonObject {
    return this.#view.setup.options;
  }

  get state(): JsonObject {
    return this.#view.state;
  }

  get team(): readonly MemberSeen[] {
    return rosterOf(this.#view.setup).members;
  }

  get seats(): readonly SeatSeen[] {
    return rosterOf(this.#view.setup).seats;
  }

  /** Values that are not there are asked for together. @throws ValuesMissing */
  get turns(): readonly TurnSeen[] {
    const all = Array.from({ length: this.#view.turns }, (_, n) => n + 1);
    const numbers = all.filter((n) => this.#view.turn(n).purpose !== SUMMARY);
    return (this.#turns ??= together(numbers, (n) => {
      const turn = this.#view.turn(n);
      return seen(this.#view, turn, turn.status === 'completed' ? this.#view.output(n) : null);
    }));
  }

  get open(): number {
    return this.#view.open;
  }

  get turn(): TurnSeen | null {
    const { turn, output = null } = this.#about;
    return turn === undefined ? null : seen(this.#view, turn, output);
  }

  get output(): Json {
    return this.#about.output ?? null;
  }

  get asks(): Json {
    return (this.#about.asks ?? []) as unknown as Json;
  }

  get error(): Json {
    return this.#about.error ?? null;
  }
}

function errorSeen({ code, message }: { readonly code: string; readonly message: string }): Json {
  return { code, message };
}

function seen({ setup }: PatternView, { n, to, seat, purpose, status }: Turn, output: Json): TurnSeen {
  const role = setup.team.byName.get(to)?.role ?? '';
  return { n, to, by: seat ?? to, role, purpose, status, output };
}

interface Roster {
  readonly members: readonly MemberSeen[];
  readonly seats: readonly SeatSeen[];
}

/** A team does not change; thousands of reactions see the same. */
const ROSTERS = new WeakMap<Setup, Roster>();

function rosterOf(setup: Setup): Roster {
  const known = ROSTERS.get(setup);
  if (known !== undefined) return known;
  const members = setup.team.members.map(
    ({ name, role, seats, capabilities, weight, reportsTo }): MemberSeen => ({
      name,
      role,
      seats,
      capabilities,
      weight,
      ...(reportsTo === undefined ? {} : { reports_to: reportsTo }),
    }),
  );
  const seats = members.flatMap(({ name: group, seats: names, role, capabilities, weight }) =>
    names.map((name): SeatSeen => ({ name, group, role, capabilities, weight })),
  );
  const roster = { members, seats };
  ROSTERS.set(setup, roster);
  return roster;
}
