/** The agents of a test: who performs which type, in virtual time, and what was asked of them. */
import {
  type Agent,
  type AgentContext,
  type AgentDirectory,
  type AgentOutcome,
  type Assignment,
  taskLabel,
} from '@cantata/core';
import type { VirtualClock } from '../virtual-clock.ts';
import { type Script, type ScriptedAgent, scriptOf } from './script.ts';
import type { Performed } from './workflow-run.ts';

/** Real time that is given to agents before they are taken to wait for something that is not going to come. */
const PATIENCE_MS = 2_000;

export class Cast implements AgentDirectory {
  readonly where: string = 'the agents of this test';
  readonly performed: Performed[] = [];
  readonly #clock: VirtualClock;
  readonly #scripts: ReadonlyMap<string, Script>;
  /** Performances so far, by execution and type. */
  readonly #counts = new Map<string, number>();
  /** Agents at work in real time. */
  readonly #atWork = new Set<Promise<unknown>>();

  constructor(clock: VirtualClock, agents: Readonly<Record<string, ScriptedAgent>>) {
    this.#clock = clock;
    this.#scripts = new Map(Object.entries(agents).map(([type, agent]) => [type, scriptOf(agent)]));
  }

  find(agentType: string): Agent | undefined {
    const script = this.#scripts.get(agentType);
    return script && { perform: (assignment, context) => this.#perform(script, assignment, context) };
  }

  /** Lets everything happen that needs no virtual time, agents that really wait for something included. */
  async settle(): Promise<void> {
    await this.#clock.settle();
    while (this.#atWork.size > 0) {
      const patience = Promise.withResolvers<'tired'>();
      const timeout = setTimeout(() => patience.resolve('tired'), PATIENCE_MS);
      const first = await Promise.race([...this.#atWork, patience.promise]);
      clearTimeout(timeout);
      if (first === 'tired') this.#atWork.clear();
      await this.#clock.settle();
    }
  }

  async #perform(script: Script, assignment: Assignment, context: AgentContext): Promise<AgentOutcome> {
    const { executionId, agentType, task, item, attempt, idempotencyKey, input } = assignment;
    const counted = `${executionId} ${agentType}`;
    const count = this.#counts.get(counted) ?? 0;
    this.#counts.set(counted, count + 1);
    const at = this.#clock.now();
    const place = taskLabel(task, item);
    this.performed.push({
      place,
      attempt,
      agentType,
      idempotencyKey,
      input: structuredClone(input),
      at,
    });
    const { ms, agent } = script.turn(count);
    if (ms > 0) await new Promise<void>((resolve) => void this.#clock.at(at + ms, resolve));
    if (agent === undefined) return new Promise(() => undefined);
    const work = agent.perform(assignment, context);
    const over = work.then(
      () => void this.#atWork.delete(over),
      () => void this.#atWork.delete(over),
    );
    this.#atWork.add(over);
    return work;
  }
}
