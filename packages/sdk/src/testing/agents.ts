/** Agents of a test as users write them: a function, what a configuration has, or how one behaves in virtual time. */
import * as scripts from '@cantata/testing/workflow';
import { type AgentDefinition, defineAgent } from '../agent.ts';
import type { RemoteAgent } from '../config.ts';
import { inProcess } from '../in-process.ts';

/** A function takes the input and the context, as in `defineAgent`. */
export type TestAgent = AgentDefinition | RemoteAgent | AgentDefinition['perform'] | scripts.Script;

/** Answers after so long in virtual time: `takes('5m', () => 'done')`. */
export function takes(duration: string | number, agent: TestAgent): scripts.Script {
  return scripts.takes(duration, scripted(agent));
}

/** The first time the first one, and so on; the last one from then on. Each execution begins anew. */
export function inTurn(...agents: readonly [TestAgent, ...TestAgent[]]): scripts.Script {
  const [first, ...others] = agents;
  return scripts.inTurn(scripted(first), ...others.map(scripted));
}

/** Never answers, and does not listen. */
export function hangs(): scripts.Script {
  return scripts.hangs();
}

/** The same as the engine knows it, with the checks and errors it has in a run. */
export function scripted(agent: TestAgent): scripts.ScriptedAgent {
  if (typeof agent === 'function') return inProcess(defineAgent(agent));
  if ('transport' in agent) return agent.transport;
  return 'perform' in agent ? inProcess(agent) : agent;
}
