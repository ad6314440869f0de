/**
 * A store that fails on demand: any verb of any port can be refused, done without an answer, done late or never
 * answered. What is not told to fail goes to the store inside.
 */
import { CantataError, type Clock, type Commit, type ErrorCode, type Owner, type Store } from '@cantata/core';

type Port = Exclude<keyof Store, 'close'>;
/** `log.commit`, `inbox.read`, ... */
export type Verb = { [P in Port]: `${P}.${keyof Store[P] & string}` }[Port];

export interface FaultScope {
  /** How many calls pass before the first one that is met; 0 unless given. */
  readonly after?: number;
  /** How many calls are met; 1 unless given. */
  readonly times?: number;
  /** Meets only calls whose first argument it holds for. */
  readonly when?: (argument: unknown) => boolean;
}

export type Fault =
  /** Nothing is done; its caller is told after a while. */
  | { readonly kind: 'refused'; readonly error: Error; readonly lateMs: number }
  /** It is done, and its caller is told the error. */
  | { readonly kind: 'unanswered'; readonly error: Error }
  | { readonly kind: 'late'; readonly ms: number }
  /** It is done at once, and its caller is told after a while: what was read may be history by then. */
  | { readonly kind: 'answered late'; readonly ms: number }
  /** Nothing is done and nobody is told. */
  | { readonly kind: 'silent' }
  /** It is done, and what comes back is something else: a row that was damaged on the disk. */
  | { readonly kind: 'altered'; readonly alter: (result: unknown) => unknown };

interface Planned {
  readonly verb: Verb;
  readonly fault: Fault;
  readonly when: (argument: unknown) => boolean;
  after: number;
  times: number;
}

export class FaultyStore implements Store {
  readonly workflows: Store['workflows'];
  readonly leases: Store['leases'];
  readonly log: Store['log'];
  readonly inbox: Store['inbox'];
  readonly executions: Store['executions'];
  readonly wakeups: Store['wakeups'];
  readonly blobs: Store['blobs'];
  readonly requests: Store['requests'];
  readonly patterns: Store['patterns'];
  readonly feed: Store['feed'];
  /** Commits that were asked for, refused ones included. */
  readonly asked: Commit[] = [];
  /** Commits that went through, told or not. */
  readonly commits: Commit[] = [];
  /** Every call by its verb. */
  readonly calls: Map<Verb, number> = new Map();
  /** Told of every commit that went through, before its caller is. */
  onCommit: (commit: Commit) => void = () => undefined;
  /** Passed before a call is done and before its answer is given: where the process may be held up, or die. */
  gate: (verb: Verb) => Promise<void> | undefined = () => undefined;
  /** How many commits were on their way at the same time, at the most. */
  mostCommitsAtOnce: number = 0;
  readonly #inner: Store;
  readonly #clock: Clock;
  #inFlight = 0;
  #faults: Planned[] = [];
  #dead = false;

  constructor(inner: Store, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
    this.workflows = this.#watched('workflows');
    this.leases = this.#watched('leases');
    this.log = this.#watched('log');
    this.inbox = this.#watched('inbox');
    this.executions = this.#watched('executions');
    this.wakeups = this.#watched('wakeups');
    this.blobs = this.#watched('blobs');
    this.requests = this.#watched('requests');
    this.patterns = this.#watched('patterns');
    this.feed = this.#watched('feed');
  }

  /** The next calls of a verb are refused: nothing is done. */
  refuse(verb: Verb, code: ErrorCode | Error, scope: FaultScope & { readonly lateMs?: number } = {}): void {
    this.#plan(verb, { kind: 'refused', error: errorOf(code), lateMs: scope.lateMs ?? 0 }, scope);
  }

  /** The next calls are done, and their callers are told the contrary. */
  loseAnswer(verb: Verb, scope: FaultScope = {}): void {
    this.#plan(verb, { kind: 'unanswered', error: errorOf('store_unavailable') }, scope);
  }

  delay(verb: Verb, ms: number, scope: FaultScope = {}): void {
    this.#plan(verb, { kind: 'late', ms }, scope);
  }

  /** The next calls are done at once and answered late. */
  answerLate(verb: Verb, ms: number, scope: FaultScope = {}): void {
    this.#plan(verb, { kind: 'answered late', ms }, scope);
  }

  /** The next calls are never answered. */
  swallow(verb: Verb, scope: FaultScope = {}): void {
    this.#plan(verb, { kind: 'silent' }, scope);
  }

  /** The next calls come back with something else: a row that was damaged on the disk. */
  alter<Result>(verb: Verb, alter: (result: Result) => unknown, scope: FaultScope = {}): void {
    this.#plan(verb, { kind: 'altered', alter: alter as (result: unknown) => unknown }, scope);
  }

  heal(): void {
    this.#faults = [];
  }

  /** The process that used it is gone: nothing it asks for from now on is done. */
  kill(): void {
    this.#dead = true;
  }

  /** Another owner takes all shards over, whoever has them. */
  async fence(other: Owner, leaseMs: number = 10_000): Promise<void> {
    const held = await this.#inner.leases.holders();
    const now = this.#clock.now();
    await this.#inner.leases.claim(
      other,
      now,
      leaseMs,
      held.map(({ owner }) => owner.id),
    );
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #plan(verb: Verb, fault: Fault, { after = 0, times = 1, when = () => true }: FaultScope): void {
    this.#faults.push({ verb, fault, when, after, times });
  }

  #watched<P extends Port>(port: P): Store[P] {
    const inner = this.#inner[port] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const call = (name: string): ((...given: unknown[]) => Promise<unknown>) => {
      const verb = `${port}.${name}` as Verb;
      return (...given) =>
        this.#pass(verb, given, () => (inner[name] as (typeof inner)[string]).call(inner, ...given));
    };
    const calls = new Map<string, ReturnType<typeof call>>();
    const callOf = (name: string): ReturnType<typeof call> => {
      const known = calls.get(name) ?? call(name);
      calls.set(name, known);
      return known;
    };
    return new Proxy(inner, { get: (_, name) => callOf(String(name)) }) as unknown as Store[P];
  }

  /** Through the gate on the way in and on the way out; whoever died on the way hears nothing more. */
  async #pass(verb: Verb, given: readonly unknown[], act: () => Promise<unknown>): Promise<unknown> {
    const heldBefore = this.gate(verb);
    if (heldBefore !== undefined) await heldBefore;
    this.calls.set(verb, (this.calls.get(verb) ?? 0) + 1);
    if (this.#dead) return never();
    const fault = this.#faults.length === 0 ? undefined : this.#meet(verb, given[0]);
    try {
      if (verb === 'log.commit') return await this.#commit(given[0] as Commit, fault, act);
      return await (fault === undefined ? act() : this.#act(fault, act));
    } finally {
      const heldAfter = this.gate(verb);
      if (heldAfter !== undefined) await heldAfter;
      if (this.#isDead()) await never();
    }
  }

  async #commit(commit: Commit, fault: Fault | undefined, act: () => Promise<unknown>): Promise<void> {
    this.asked.push(commit);
    this.#inFlight += 1;
    this.mostCommitsAtOnce = Math.max(this.mostCommitsAtOnce, this.#inFlight);
    try {
      await this.#act(fault, async () => {
        await act();
        this.commits.push(commit);
        this.onCommit(commit);
      });
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Asked again after every wait, which the compiler cannot know. */
  #isDead(): boolean {
    return this.#dead;
  }

  async #act(fault: Fault | undefined, act: () => Promise<unknown>): Promise<unknown> {
    switch (fault?.kind) {
      case undefined:
        return act();
      case 'refused':
        if (fault.lateMs > 0) await this.#pause(fault.lateMs);
        throw fault.error;
      case 'unanswered':
        await act();
        throw fault.error;
      case 'late':
        await this.#pause(fault.ms);
        return this.#dead ? never() : act();
      case 'answered late': {
        const result = await act();
        await this.#pause(fault.ms);
        return result;
      }
      case 'silent':
        return never();
      case 'altered':
        return fault.alter(await act());
      default:
        return fault satisfies never;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.at(this.#clock.now() + ms, resolve));
  }

  #meet(verb: Verb, argument: unknown): Fault | undefined {
    for (const planned of this.#faults) {
      if (planned.verb !== verb || planned.times === 0 || !planned.when(argument)) continue;
      if (planned.after > 0) {
        planned.after -= 1;
        continue;
      }
      planned.times -= 1;
      return planned.fault;
    }
    return undefined;
  }
}

function errorOf(code: ErrorCode | Error): Error {
  return code instanceof Error ? code : new CantataError(code, `told to fail with ${code}`);
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
