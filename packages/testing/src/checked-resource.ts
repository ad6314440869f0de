/**
 * A resource that is checked while it lives. It decides nothing itself: it asks the law, step by step, and throws with a
 * sentence as soon as something that must always hold does not.
 *
 * C1 Whatever its log was turned into a snapshot after, the rest folds to the same state.
 * C2 After a reload `owed` lists the timers that are armed, and no others.
 * C3 When a step is over, nothing follows from the state as it is.
 */
import {
  CONTINUE,
  type Continue,
  drainEffects,
  type Effect,
  encodeResource,
  type Instant,
  type Json,
  newResource,
  type ResourceCommand,
  type ResourceEvent,
  type ResourceState,
  resourceLaw,
  restoreResource,
  type Step,
  type Surroundings,
  step,
  timerKey,
} from '@cantata/core';

export interface CheckedResourceStep extends Step<ResourceEvent> {
  readonly effects: readonly Effect[];
}

export class CheckedResource {
  readonly state: ResourceState;
  readonly log: ResourceEvent[] = [];
  readonly #around: Partial<Surroundings>;
  readonly #armed = new Map<string, Instant>();

  constructor(id: string, around: Partial<Surroundings> = {}) {
    this.state = newResource(id, around);
    this.#around = around;
  }

  /** When its timer fires next, if one is armed. */
  get wakesAt(): Instant | undefined {
    return [...this.#armed.values()][0];
  }

  /** One step, and every check of it. */
  tell(command: ResourceCommand | Continue, now: Instant): CheckedResourceStep {
    const twin = this.#reloaded();
    if (command.type === 'timer') this.#fired(timerKey(command.timer), now);
    const taken = step(resourceLaw, this.state, command, now);
    for (const event of taken.events) resourceLaw.evolve(twin, event, taken.at);
    this.log.push(...taken.events);
    const effects = drainEffects(this.state);
    for (const effect of effects) {
      if (effect.kind === 'arm') this.#armed.set(timerKey(effect.timer), effect.at);
      if (effect.kind === 'disarm') this.#armed.delete(timerKey(effect.timer));
    }
    this.#same(twin);
    this.#same(this.#reloaded());
    this.#checkOwed();
    const rest = resourceLaw.decide(this.state, CONTINUE, now);
    if (rest.kind === 'accepted' && rest.events.length > 0) throw new Error('a step ended with work left');
    return { ...taken, effects };
  }

  #fired(key: string, now: Instant): void {
    if (now >= (this.#armed.get(key) ?? Number.POSITIVE_INFINITY)) this.#armed.delete(key);
  }

  #same(twin: ResourceState): void {
    const expected = JSON.stringify(encodeResource(this.state));
    const found = JSON.stringify(encodeResource(twin));
    if (found !== expected) throw new Error(`the reload differs:\n  live   ${expected}\n  reload ${found}`);
  }

  #checkOwed(): void {
    const owed = new Map<string, Instant>();
    for (const effect of resourceLaw.owed(this.#reloaded())) {
      if (effect.kind === 'arm') owed.set(timerKey(effect.timer), effect.at);
    }
    const [expected, found] = [this.#armed, owed].map((timers) => JSON.stringify([...timers]));
    if (found !== expected) throw new Error(`after a reload ${found} is owed, and ${expected} is armed`);
  }

  #reloaded(): ResourceState {
    const json = JSON.parse(JSON.stringify(encodeResource(this.state))) as Json;
    return restoreResource(this.state.resourceId, json, this.#around);
  }
}
