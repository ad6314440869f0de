/** Which groups can do which task: found by name or capability, never by asking every group for every task. */
import { nth } from '../nth.ts';
import type { AgentGroup, AgentTask } from './definition.ts';

const NOBODY: readonly number[] = [];

export class Candidates {
  readonly #all: readonly number[];
  readonly #byName: ReadonlyMap<string, number>;
  /** Groups in document order. */
  readonly #byCapability = new Map<string, number[]>();
  readonly #capabilities: readonly ReadonlySet<string>[];

  /** O(groups + their capabilities). */
  constructor(agents: readonly AgentGroup[]) {
    this.#all = agents.map((_, index) => index);
    this.#byName = new Map(agents.map(({ name }, index) => [name, index]));
    this.#capabilities = agents.map(({ capabilities }) => new Set(capabilities));
    for (const [index, capabilities] of this.#capabilities.entries()) {
      for (const capability of capabilities) {
        const able = this.#byCapability.get(capability);
        if (able === undefined) this.#byCapability.set(capability, [index]);
        else able.push(index);
      }
    }
  }

  /**
   * The group a task names, or all that have every capability it requires, in document order. O(capabilities it
   * requires times the groups that have the rarest of them).
   */
  of({ who }: Pick<AgentTask, 'who'>): readonly number[] {
    if (who.kind === 'group') {
      const group = this.#byName.get(who.group);
      return group === undefined ? NOBODY : [group];
    }
    let rarest = this.#all;
    for (const wanted of who.capabilities) {
      const able = this.#byCapability.get(wanted) ?? NOBODY;
      if (able.length < rarest.length) rarest = able;
    }
    return rarest.filter((group) =>
      who.capabilities.every((wanted) => nth(this.#capabilities, group).has(wanted)),
    );
  }
}
