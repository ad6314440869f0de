import type { ExecutionEvent, Instant } from '@cantata/core';
import { asBegun, type FinishedExecution, type Logged } from '../finished.ts';
import { type Bounds, boundsOf } from '../programs/budget.ts';
import { dependenciesOf } from '../programs/program.ts';
import type { Invariant } from './invariant.ts';

export const budgets: Invariant = {
  name: 'budgets',
  says: 'Nobody is handed a turn for which nothing is left to spend, and what a log tells of a budget is true.',
  *check({ executions }) {
    for (const execution of executions) yield* new Accounts(asBegun(execution)).audit();
  },
};

/** What one budget has paid for so far. */
interface Account {
  readonly name: string;
  readonly bounds: Bounds;
  turns: number;
  tokens: number;
  cost: number;
  /** When its time began; undefined where the log does not tell. */
  since: Instant | undefined;
  isWarned: boolean;
  isSpent: boolean;
}

/** Four fifths of a budget are a reason to warn. */
const CLOSE = 0.8;

class Accounts {
  readonly #execution: FinishedExecution;
  readonly #tasks = new Map<string, Account>();
  #whole: Account | undefined;

  constructor(execution: FinishedExecution) {
    this.#execution = execution;
    const { program } = execution.workflow;
    this.#beginWhole(execution.log[0]?.at ?? 0);
    for (const { id } of program.tasks) this.#begin(id);
  }

  *audit(): Iterable<string> {
    const { id, log } = this.#execution;
    for (const logged of log)
      for (const sentence of this.#take(logged)) yield `${id}: event ${logged.sequence} ${sentence}`;
  }

  *#take({ event, at }: Logged<ExecutionEvent>): Iterable<string> {
    switch (event.type) {
      case 'agent.task_assigned':
        // To undo what was done is nobody's turn.
        if (event.deed !== undefined) return;
        for (const one of this.#of(event.task)) {
          if (isSpent(one, at)) yield `hands out ${event.task}, and the budget of ${one.name} is spent`;
          one.turns += 1;
        }
        return;
      case 'agent.lost':
        // The same attempt is handed out again.
        if (event.deed === undefined) this.#giveBack(event.task);
        return;
      case 'task.rerouted':
        this.#giveBack(event.task);
        return;
      case 'task.acquiring':
        if (event.resources.some((need) => 'group' in need)) this.#giveBack(event.task);
        return;
      case 'task.completed':
      case 'pattern.started':
        for (const one of this.#of(event.task)) {
          one.tokens += event.usage?.tokens ?? 0;
          one.cost += event.usage?.cost ?? 0;
        }
        return;
      case 'budget.warned':
      case 'budget.exceeded':
        yield* this.#told(event, at);
        return;
      case 'task.reentered':
        for (const task of this.#region(event.task)) this.#begin(task);
        return;
      case 'workflow.reopened':
        // An operator gives what is tried again its whole budget; what was only stopped goes on with what it has left.
        for (const task of event.tasks) this.#begin(task);
        this.#beginWhole(at);
        return;
      case 'workflow.paused':
        // No time passes in a pause, and none has to be counted.
        if (this.#whole !== undefined) this.#whole.since = undefined;
        return;
      default:
        return;
    }
  }

  *#told(
    event: Extract<ExecutionEvent, { readonly type: 'budget.warned' | 'budget.exceeded' }>,
    at: Instant,
  ): Iterable<string> {
    const { task, limit, of, spent } = event;
    const one = task === undefined ? this.#whole : this.#tasks.get(task);
    if (one === undefined) {
      yield `speaks of the budget of ${task ?? 'the execution'}, which has none`;
      return;
    }
    const { bounds, name } = one;
    if (of !== bounds[limit]) yield `says that ${name} has ${of} ${limit}, and it has ${bounds[limit]}`;
    const known = limit === 'wall_time_ms' ? elapsed(one, at) : one[limit];
    if (known !== undefined && known !== spent)
      yield `says that ${name} has spent ${spent} ${limit}, and it has spent ${known}`;
    const isWarning = event.type === 'budget.warned';
    if (spent < of * (isWarning ? CLOSE : 1)) yield `comes when ${name} has spent ${spent} ${limit} of ${of}`;
    if (isWarning && one.isWarned) yield `warns of the budget of ${name} once more`;
    if (isWarning) one.isWarned = true;
    else one.isSpent = true;
  }

  #of(task: string): readonly Account[] {
    return [this.#whole, this.#tasks.get(task)].filter((one) => one !== undefined);
  }

  #giveBack(task: string): void {
    for (const one of this.#of(task)) {
      one.turns -= 1;
      // It may have been the turn that was too many.
      one.isSpent = false;
    }
  }

  #beginWhole(at: Instant): void {
    const { document } = this.#execution.workflow.program;
    this.#whole = account('the execution', boundsOf(document), at);
  }

  #begin(task: string): void {
    const draft = this.#execution.workflow.program.tasks.find(({ id }) => id === task);
    const begun = account(task, boundsOf(draft ?? {}), undefined);
    if (begun !== undefined) this.#tasks.set(task, begun);
  }

  /** The task and all that comes after it. */
  #region(first: string): ReadonlySet<string> {
    const region = new Set([first]);
    for (const task of this.#execution.workflow.program.tasks)
      if (dependenciesOf(task).some((one) => region.has(one))) region.add(task.id);
    return region;
  }
}

function account(name: string, bounds: Bounds | undefined, since: Instant | undefined): Account | undefined {
  if (bounds === undefined) return undefined;
  return { name, bounds, turns: 0, tokens: 0, cost: 0, since, isWarned: false, isSpent: false };
}

function elapsed({ since }: Account, at: Instant): number | undefined {
  return since === undefined ? undefined : at - since;
}

function isSpent(one: Account, at: Instant): boolean {
  const { bounds, turns, tokens, cost } = one;
  const time = elapsed(one, at) ?? 0;
  const isOut =
    turns >= bounds.turns || tokens >= bounds.tokens || cost >= bounds.cost || time >= bounds.wall_time_ms;
  return one.isSpent || isOut;
}
