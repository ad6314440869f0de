/**
 * Who waits in a circle across executions: a task has a lock and waits for its sub-workflow, in which a task waits for that
 * lock. Inside one item nobody does: it asks for what it needs in an order that is the same for all.
 *
 * From the resource that is asked about, everything is followed that it waits for: its holders, the executions those wait
 * for, and what is waited for there. Whoever may still move by itself (an agent, a timer, somebody outside) ends the
 * search: that is no deadlock, or not yet. Where nobody may, and all lead back to the resource, all of them wait for ever
 * (a knot: Holt, "Some Deadlock Properties of Computer Systems", 1972). Bounds of time do not count: to run out of one is
 * no way to go on.
 *
 * Logs of several entities are read one after the other, so what is found has to be found twice: what was so before and
 * after, under the same names, was so in between. O(what is waited for), at most `MAX_FOLLOWED` things in `MAX_READ`
 * entities, each of which is read once.
 */
import {
  allHeldUp,
  type Claim,
  claimKey,
  type ExecutionState,
  heldUpBy,
  type Instant,
  type ResourceState,
  resourceWords,
  taskLabel,
} from '@cantata/core';
import type { Entity } from '../shell/entity.ts';

/** More are not followed: then nothing is known. Many items of one execution may wait for what its parent has. */
const MAX_FOLLOWED = 20_000;
const MAX_READ = 500;

/** An item that waits for a resource which, in the end, waits for it. */
interface Wait {
  readonly resource: string;
  readonly claim: Claim;
  readonly since: Instant;
}

export interface Circle {
  /** Whoever joined last: it fails, and sets all others free. */
  readonly victim: Wait;
  /** Who has the resource that was asked about. */
  readonly holders: readonly string[];
  /** The circle that a claim closes which waits for the resource; undefined for one that closes none. */
  readonly wordsOf: (claim: string) => string | undefined;
}

export type Load = (entityId: string) => Promise<Entity | undefined>;

/** Undefined where somebody may still go on. @throws what `load` does */
export async function circleAt(resource: string, load: Load): Promise<Circle | undefined> {
  const first = new Search(resource, load);
  if (!(await first.isClosed())) return undefined;
  const again = new Search(resource, load);
  return (await again.isClosed()) && again.name === first.name ? again : undefined;
}

type Node = { readonly key: string; wait?: Wait } & (
  | { readonly kind: 'resource' }
  | { readonly kind: 'item'; readonly claim: Claim }
  | { readonly kind: 'execution'; readonly admission?: string; isQueued?: true }
);

class Search implements Circle {
  readonly #root: Node;
  readonly #load: Load;
  readonly #read = new Map<string, Entity | undefined>();
  readonly #nodes = new Map<string, Node>();
  /** Who leads to a node, in the order in which they were found. */
  readonly #before = new Map<string, string[]>();

  constructor(resource: string, load: Load) {
    this.#load = load;
    this.#root = { kind: 'resource', key: resource };
    this.#nodes.set(resource, this.#root);
  }

  /** Whether nobody that is waited for can go on, and all of them wait for the resource in the end. */
  async isClosed(): Promise<boolean> {
    // A map is walked in the order of its entries, those included that come on the way.
    for (const node of this.#nodes.values()) {
      const next = await this.#after(node);
      if (next === undefined || next.length === 0 || this.#isTooMuch) return false;
      for (const one of next) {
        const before = this.#before.get(one.key);
        if (before === undefined) this.#before.set(one.key, [node.key]);
        else before.push(node.key);
        if (!this.#nodes.has(one.key)) this.#nodes.set(one.key, one);
      }
    }
    const leading = new Set([this.#root.key]);
    for (const one of leading) for (const before of this.#before.get(one) ?? []) leading.add(before);
    return leading.size === this.#nodes.size;
  }

  get #isTooMuch(): boolean {
    return this.#nodes.size > MAX_FOLLOWED || this.#read.size > MAX_READ;
  }

  /** What makes it the same circle when it is looked at again. */
  get name(): string {
    return Array.from(this.#nodes.values(), ({ key, wait }) => `${key} ${wait?.since ?? ''}`).join('\n');
  }

  get holders(): readonly string[] {
    return [...this.#before].flatMap(([key, before]) => (before.includes(this.#root.key) ? [key] : []));
  }

  get victim(): Wait {
    const waits = [...this.#nodes.values()].flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
    return waits.reduce((last, wait) => (isLater(wait, last) ? wait : last));
  }

  wordsOf(claim: string): string | undefined {
    const last = this.#nodes.get(claim);
    if (last?.wait?.resource !== this.#root.key) return undefined;
    const way = [last];
    for (let first: Node = last; first !== this.#root; way.unshift(first)) {
      first = this.#nodes.get(this.#before.get(first.key)?.[0] ?? '') ?? this.#root;
    }
    return `${way.map((node, n) => wordsOf(node, way[n - 1])).join('')}${resourceWords(this.#root.key)}`;
  }

  async #after(node: Node): Promise<readonly Node[] | undefined> {
    if (node.kind === 'resource') return this.#holders(node.key);
    if (node.kind === 'execution') {
      const state = await this.#execution(node.key);
      return state === undefined ? this.#admitted(node) : allHeldUp(state)?.map(itemNode);
    }
    const state = await this.#execution(node.claim.execution);
    const by = state === undefined ? undefined : heldUpBy(state, node.claim);
    if (by === undefined) return undefined;
    if ('execution' in by) return [{ kind: 'execution', key: by.execution, admission: by.admission }];
    const asked = await this.#resource(by.resource);
    // It has what it asks for: the word of that is on its way.
    if (asked?.kind !== 'semaphore' || asked.holders.has(node.key)) return undefined;
    node.wait = { resource: by.resource, claim: node.claim, since: by.since };
    return [{ kind: 'resource', key: by.resource }];
  }

  async #holders(resource: string): Promise<readonly Node[] | undefined> {
    const state = await this.#resource(resource);
    if (state?.kind !== 'semaphore') return undefined;
    return Array.from(state.holders.values(), ({ claim }) => itemNode(claim));
  }

  /** Those before an execution that has to wait until one of them ends. */
  async #admitted(node: Extract<Node, { readonly kind: 'execution' }>): Promise<readonly Node[] | undefined> {
    const state = await this.#resource(node.admission ?? '');
    if (state?.kind !== 'admission' || !state.waiting.has(node.key)) return undefined;
    node.isQueued = true;
    return Array.from(state.holders.keys(), (key) => ({ kind: 'execution', key }));
  }

  async #resource(id: string): Promise<ResourceState | undefined> {
    return (await this.#entity(id))?.state as ResourceState | undefined;
  }

  async #execution(id: string): Promise<ExecutionState | undefined> {
    return (await this.#entity(id))?.state as ExecutionState | undefined;
  }

  async #entity(id: string): Promise<Entity | undefined> {
    if (!this.#read.has(id)) this.#read.set(id, await this.#load(id));
    return this.#read.get(id);
  }
}

function itemNode(claim: Claim): Node {
  return { kind: 'item', key: claimKey(claim), claim };
}

/** The same for whoever looks, from wherever in the circle. */
function isLater(one: Wait, other: Wait): boolean {
  return one.since === other.since ? claimKey(one.claim) > claimKey(other.claim) : one.since > other.since;
}

function wordsOf(node: Node, before: Node | undefined): string {
  if (node.kind === 'execution')
    return `execution ${node.key}, ${node.isQueued === true ? 'whose place is taken by ' : 'in which '}`;
  if (node.kind === 'resource')
    return `${resourceWords(node.key)}${before === undefined ? '' : ', which'} is held by `;
  const label = taskLabel(node.claim.task, node.claim.item);
  return before?.kind === 'execution'
    ? `${label} waits for `
    : `${label} of execution ${node.claim.execution}, which waits for `;
}
