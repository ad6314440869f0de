/**
 * A random workflow while it is being made: a document of the workflow language as plain data, to which constructs add
 * their pieces. Nothing here knows what a construct means; whether the document is valid is asked of the compiler.
 */
import type { Json } from '@cantata/core';
import type { Dice } from '../../dice.ts';

/** A JSON object that is still being written. */
export type Draft = Record<string, Json>;
/** A task of the document that is still being written. */
export type TaskDraft = Draft & { readonly id: string };

/**
 * One construct of the language, in a file of its own. `add` puts one piece of it into a program: a task or a few, or
 * a key of a task that is there. It throws all its dice with the ones it is given and does nothing where nothing fits.
 * A piece after which the document does not compile is left out; a test sees to it that this is the exception.
 */
export interface Construct {
  readonly name: string;
  readonly add: (program: Program, dice: Dice) => void;
  /** Set for one that costs much more than others: in which share of the programs it is, whatever else is in them. */
  readonly share?: number;
  /** Codes of `cantata why` with which an execution may wait for ever in a world where nobody helps it. */
  readonly mayWaitFor?: readonly string[];
}

/** Groups every program has; the agents of all of them do whatever `agents.ts` lets them do. */
const GROUPS = {
  few: { type: 'few', count: 1, capabilities: ['think'] },
  many: { type: 'many', count: 3, capabilities: ['think', 'write'] },
} as const satisfies Json;

export class Program {
  readonly document: Draft;
  readonly tasks: TaskDraft[] = [];
  readonly agents: Draft = structuredClone<Draft>(GROUPS);

  constructor(name: string, version: string = '1.0.0') {
    this.document = {
      name,
      version,
      orchestration_pattern: 'supervisor',
      agents: this.agents,
      coordination: { type: 'hybrid' },
      max_concurrent_executions: 1_000,
      tasks: this.tasks,
    };
  }

  get name(): string {
    return this.document['name'] as string;
  }

  get version(): string {
    return this.document['version'] as string;
  }

  /** A new task at the end, done by one of the groups unless it says otherwise. */
  task(dice: Dice, keys: Readonly<Record<string, Json>> = {}): TaskDraft {
    const task: TaskDraft = { id: `t${this.tasks.length}`, agent: dice.pick(['few', 'many']), ...keys };
    this.tasks.push(task);
    return task;
  }

  /** A new task at the end that nobody does. */
  idle(keys: Readonly<Record<string, Json>>): TaskDraft {
    const task: TaskDraft = { id: `t${this.tasks.length}`, ...keys };
    this.tasks.push(task);
    return task;
  }

  /** One of the tasks that fit; undefined where none does. */
  pick(dice: Dice, fits: (task: TaskDraft) => boolean = () => true): TaskDraft | undefined {
    const found = this.tasks.filter(fits);
    return found.length === 0 ? undefined : dice.pick(found);
  }

  /** Some of the ids of the tasks that stand before a task, so that no circle closes. */
  someBefore(dice: Dice, task: TaskDraft, share: number = 0.4): string[] {
    const before = this.tasks.slice(0, this.tasks.indexOf(task));
    return before.filter(() => dice.chance(share)).map(({ id }) => id);
  }
}

/** Whether an agent does it, and nothing else was said about it yet under these keys. */
export function isPlain(...keys: readonly string[]): (task: TaskDraft) => boolean {
  return (task) => ('agent' in task || 'requires' in task) && keys.every((key) => !(key in task));
}

/** The ids a task of a document depends on. */
export function dependenciesOf(task: Readonly<Draft>): readonly string[] {
  const list = (task['depends_on'] ?? []) as readonly (string | { readonly task: string })[];
  return list.map((entry) => (typeof entry === 'string' ? entry : entry.task));
}
