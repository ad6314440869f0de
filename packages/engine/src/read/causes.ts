/**
 * Why an execution does not run, or does not go on: what its state says, what only rows tell (who drives it, what lies in
 * its inbox), and what those are at whom it waits for.
 */
import {
  CantataError,
  type Cause,
  type ExecutionRow,
  type ExecutionState,
  type Instant,
  poolOf,
  type ResourceState,
  why,
  whyNoPlace,
  whyNotAdmitted,
} from '@cantata/core';
import type { Loader } from '../shell/loader.ts';
import { withChildren } from './children.ts';
import { type Binding, explain, standing, unreadable } from './explain.ts';
import { withHolders } from './holders.ts';
import type { ReaderParts } from './parts.ts';
import { readPool } from './pool.ts';
import { standingWords } from './standing.ts';

/** How an execution is found. */
export interface Looks {
  /** @throws CantataError `execution_not_found` */
  readonly row: (executionId: string) => Promise<ExecutionRow>;
  /** Or what makes it unreadable for good. */
  readonly stateOf: (row: ExecutionRow) => Promise<ExecutionState | CantataError>;
}

type Besides = (causes: readonly Cause[], now: Instant) => Promise<readonly Cause[]>;

export class Causes {
  readonly #parts: ReaderParts;
  readonly #loader: Loader;
  readonly #looks: Looks;

  constructor(parts: ReaderParts, loader: Loader, looks: Looks) {
    this.#parts = parts;
    this.#loader = loader;
    this.#looks = looks;
  }

  /** The first speaks of the whole. @throws CantataError `execution_not_found`. */
  async of(executionId: string): Promise<readonly Cause[]> {
    const inLine = await this.#noPlace(executionId);
    if (inLine !== undefined) return [inLine];
    return withChildren(
      await this.#withHolders(executionId),
      async (child) => (await this.#withHolders(child))[0],
      (child, admission) => this.#notAdmitted(child, admission),
    );
  }

  #withHolders(executionId: string): Promise<readonly Cause[]> {
    return this.#alone(executionId, (causes, now) =>
      withHolders(causes, now, this.#loader, (resource) => this.#standing(resource)),
    );
  }

  /** `besides` goes on with what the law says. */
  async #alone(executionId: string, besides: Besides): Promise<readonly Cause[]> {
    const { clock, store, local, stalls = {} } = this.#parts;
    const now = clock.now();
    const row = await this.#looks.row(executionId);
    const state = await this.#looks.stateOf(row);
    if (state instanceof CantataError) return [row.parked ? standing(row) : unreadable(row, state)];
    const holders = await store.leases.holders();
    const waiting = await store.inbox.of(executionId);
    const isDriven = local?.isDriven(row);
    const causes = await besides(why(state, now, stalls), now);
    return explain({ row, state, causes, holders, waiting, now, isDriven, binding: this.#binding() });
  }

  /** It was accepted, and has not begun: no row is stored that tells of it. */
  async #noPlace(executionId: string): Promise<Cause | undefined> {
    const { store, clock } = this.#parts;
    if ((await store.executions.get(executionId)) !== undefined) return undefined;
    const sentence = whyNoPlace(await readPool(this.#loader), executionId, clock.now());
    if (sentence === undefined) return undefined;
    return { subject: 'execution', code: 'waits_for_capacity', sentence, waits_for: [poolOf()] };
  }

  async #notAdmitted(executionId: string, admission: string): Promise<string | undefined> {
    const entity = await this.#loader.load(admission);
    if (entity?.kind !== 'resource' || entity.state.kind !== 'admission') return undefined;
    const words = whyNotAdmitted(entity.state, executionId, this.#parts.clock.now());
    return words === undefined ? undefined : `${words}${await this.#standing(entity.state)}`;
  }

  /** Not what its holders wait for in their turn: that may lead round and round. */
  #standing(resource: ResourceState): Promise<string> {
    return standingWords(resource, async (holder) => (await this.#alone(holder, async (own) => own))[0]);
  }

  #binding(): Binding | undefined {
    const { agents } = this.#parts;
    return agents && { where: agents.where, isBound: (type) => agents.find(type) !== undefined };
  }
}
