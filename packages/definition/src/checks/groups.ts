/** The agent groups of a document, as tasks look for them: by name or by what they can do. */
import { type AgentsDraft, isOfAgents } from '../language/agents.ts';
import { isBroken } from '../shape/object.ts';

export type Match =
  /** Groups that have all the capabilities. */
  | { readonly kind: 'able'; readonly groups: readonly string[] }
  /** No group has all: those no group has at all, or else the closest group and what it lacks. */
  | { readonly kind: 'unmet'; readonly missing: readonly string[]; readonly closest?: string }
  /** A group whose capabilities could not be read may be the one. */
  | { readonly kind: 'unknown' };

export class Groups {
  readonly names: ReadonlySet<string>;
  readonly #capabilities: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #complete: boolean;
  readonly #matches = new Map<string, Match>();
  readonly #used = new Set<string>();
  #allUsed = false;

  constructor(agents: AgentsDraft) {
    this.names = new Set(agents.map((group) => group.name));
    // A team takes no task: it is a member of others.
    const ofAgents = agents.filter(isOfAgents);
    this.#capabilities = new Map(ofAgents.map(({ name, value }) => [name, readable(value?.capabilities)]));
    this.#complete = ofAgents.every(
      ({ value }) =>
        value !== undefined &&
        !isBroken(value, 'capabilities') &&
        value.capabilities?.includes(undefined) !== true,
    );
  }

  /** Whether there is such a group, and it is a team. */
  isTeam(name: string): boolean {
    return this.names.has(name) && !this.#capabilities.has(name);
  }

  use(name: string): void {
    this.#used.add(name);
  }

  /** A task whose agent is in doubt may mean any group. */
  useAny(): void {
    this.#allUsed = true;
  }

  unused(): readonly string[] {
    return this.#allUsed ? [] : [...this.names].filter((name) => !this.#used.has(name));
  }

  /** How many different requirements were looked up. */
  get requirements(): number {
    return this.#matches.size;
  }

  /** O(groups) for a requirement that is new, in any order of its capabilities; else O(its length). */
  match(wanted: readonly string[]): Match {
    const key = wanted.toSorted().join(' ');
    let match = this.#matches.get(key);
    if (match === undefined) {
      match = this.#search(wanted);
      this.#matches.set(key, match);
    }
    return match;
  }

  #search(wanted: readonly string[]): Match {
    const able: string[] = [];
    let closest: string | undefined;
    let missing = wanted;
    for (const [name, has] of this.#capabilities) {
      const lacks = wanted.filter((capability) => !has.has(capability));
      if (lacks.length === 0) able.push(name);
      else if (lacks.length < missing.length) [closest, missing] = [name, lacks];
    }
    if (able.length > 0) return { kind: 'able', groups: able };
    if (!this.#complete) return { kind: 'unknown' };
    const nowhere = wanted.filter(
      (capability) => ![...this.#capabilities.values()].some((has) => has.has(capability)),
    );
    if (nowhere.length > 0 || closest === undefined) return { kind: 'unmet', missing: nowhere };
    return { kind: 'unmet', missing, closest };
  }
}

function readable(capabilities: readonly (string | undefined)[] = []): ReadonlySet<string> {
  return new Set(capabilities.filter((capability) => capability !== undefined));
}
