/** Compiled plans by digest: compiled once per definition version and shared by all its runs. */
import {
  CantataError,
  createPlan,
  type History,
  type JsonObject,
  type Plan,
  type WorkflowStore,
} from '@cantata/core';
import { sha256 } from '../digest.ts';

/** Turns a stored document into a plan; `packages/definition` provides it. */
export type Compile = (document: JsonObject) => Plan;

/** What past runs of a workflow took; empty where nobody knows. Never rejects. */
export type PastRuns = (workflowId: string) => Promise<History>;

interface Timed {
  /** Undefined where several have the same document. */
  workflow: string | undefined;
  underway: Promise<void> | undefined;
}
const NOT_TIMED: Timed = { workflow: undefined, underway: undefined };

/** More than a process will use at a time; the least recently used goes first. */
const MAX_PLANS = 1_000;

export class Plans {
  readonly #workflows: WorkflowStore;
  readonly #compile: Compile;
  readonly #pastRuns: PastRuns;
  readonly #plans = new Map<string, Plan>();
  /** By digest: of which workflow a plan has been given what past runs took, or will be shortly. */
  readonly #timed = new Map<string, Timed>();

  constructor(
    workflows: WorkflowStore,
    compile: Compile,
    pastRuns: PastRuns = () => Promise.resolve(new Map()),
  ) {
    this.#workflows = workflows;
    this.#compile = compile;
    this.#pastRuns = pastRuns;
  }

  /** The plan, if it is compiled already. */
  cached(digest: string): Plan | undefined {
    const plan = this.#plans.get(digest);
    if (plan !== undefined) {
      this.#plans.delete(digest);
      this.#plans.set(digest, plan);
    }
    return plan;
  }

  /** @throws CantataError `workflow_not_found`, or `store_corrupt` when the document does not match its digest. */
  async get(digest: string): Promise<Plan> {
    const cached = this.cached(digest);
    if (cached !== undefined) return cached;
    const version = await this.#workflows.byDigest(digest);
    if (version === undefined) {
      throw new CantataError('workflow_not_found', `no stored definition has the digest ${digest}`);
    }
    if (sha256(version.document) !== digest) {
      throw new CantataError('store_corrupt', `the definition of ${version.name} was changed in the store`);
    }
    return this.add(digest, version.document);
  }

  /**
   * The plan with estimates from past runs: for a new execution, and to say when one that runs will end. They are read
   * once for each digest, not for every start. A document that two tenants share is not timed: neither learns what runs
   * of the other took. @throws CantataError as `get`.
   */
  async timed(digest: string, workflowId: string): Promise<Plan> {
    const { workflow, underway } = this.#timed.get(digest) ?? NOT_TIMED;
    const ready = underway === undefined && workflow === workflowId ? this.cached(digest) : undefined;
    if (ready !== undefined) return ready;
    const plan = await this.get(digest);
    let known = this.#timed.get(digest);
    if (known === undefined) {
      known = { workflow: workflowId, underway: undefined };
      this.#timed.set(digest, known);
      known.underway = this.#time(digest, plan, known);
    }
    await known.underway;
    if (known.workflow !== workflowId) this.#share(digest, known);
    return this.get(digest);
  }

  /**
   * Compiles the text that is stored under the digest. Never the document as somebody wrote it: its keys stand in
   * another order, and with it the groups: which of two equal ones is served first must not depend on who compiled.
   */
  add(digest: string, text: string): Plan {
    const plan = this.cached(digest) ?? this.#compile(JSON.parse(text) as JsonObject);
    this.#keep(digest, plan);
    return plan;
  }

  async #time(digest: string, plan: Plan, timed: Timed): Promise<void> {
    const history = timed.workflow === undefined ? new Map() : await this.#pastRuns(timed.workflow);
    if (history.size > 0) this.#keep(digest, createPlan(plan.definition, history));
    timed.underway = undefined;
  }

  #share(digest: string, timed: Timed): void {
    const plan = this.cached(digest);
    if (timed.workflow !== undefined && plan !== undefined) this.#keep(digest, createPlan(plan.definition));
    timed.workflow = undefined;
  }

  #keep(digest: string, plan: Plan): void {
    this.#plans.set(digest, plan);
    if (this.#plans.size <= MAX_PLANS) return;
    const oldest = this.#plans.keys().next().value as string;
    this.#plans.delete(oldest);
    this.#timed.delete(oldest);
  }
}
