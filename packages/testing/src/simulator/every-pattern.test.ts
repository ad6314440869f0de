/**
 * Each pattern, in the example that a reader copies: its process dies at its first await, at its second, and so on
 * through all of them, and another one goes on. The result is that of a run in which nothing happened.
 */
import { readFileSync } from 'node:fs';
import type { AgentOutcome, Ask, Assignment, ExecutionRow, Json, JsonObject, TeamSeen } from '@cantata/core';
import { compile, parseDefinition, STANDARD } from '@cantata/definition';
import { createMemoryData, createMemoryStore } from '@cantata/engine';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../virtual-clock.ts';
import { Process } from './process.ts';

/** What an agent gives, by what it sees alone: whoever takes a turn a second time says the same. */
type Says = (seen: TeamSeen, assignment: Assignment) => Said;
type Said = { readonly output: Json; readonly asks?: readonly Ask[] } | { readonly fails: string };

interface Played {
  readonly input?: Json;
  /** Said to it, one after the other, when it has begun. */
  readonly messages?: readonly Json[];
  /** By agent type. */
  readonly says: Readonly<Record<string, Says>>;
  readonly result: Json;
}

const gives =
  (output: Json): Says =>
  () => ({ output });
const outputs = ({ results }: TeamSeen): Json => results.map(({ output, error }) => error?.code ?? output);
const part = (to: string, input: Json): Ask => ({ kind: 'delegate', to, input });
const bids =
  (cost: number, work: Said): Says =>
  ({ purpose }, { input }) => {
    const task = (input as { readonly work?: string } | null)?.work ?? 'task';
    return purpose === 'bid' ? { output: null, asks: [{ kind: 'bid', work: task, cost }] } : work;
  };
const appends =
  (word: string): Says =>
  (_, { input }) => ({ output: `${input as string}, ${word}` });

/** Hands on for as long as there is somebody to hand on to, and then says how many have spoken. */
const unsure =
  (to: string): Says =>
  ({ pattern, results }) =>
    pattern === 'handoff'
      ? { output: 'not sure', asks: [{ kind: 'hand_off', to }] }
      : { output: results.length };

const PLAYED: Readonly<Record<string, Played>> = {
  auction: {
    says: {
      north_warehouse: bids(20, { fails: 'no_driver' }),
      south_warehouse: bids(30, { output: 'from the south' }),
      west_warehouse: bids(500, { output: 'from the west' }),
    },
    result: 'from the south',
  },
  blackboard: {
    says: {
      log_expert: () => ({ output: 'written', asks: [{ kind: 'write', key: 'log', value: 'timeouts' }] }),
      network_expert: ({ shown }) =>
        (shown['board'] as readonly Json[]).length === 0
          ? { output: 'nothing yet', asks: [{ kind: 'write', key: 'net', value: 'up' }] }
          : { output: 'it is the switch', asks: [{ kind: 'finish' }] },
    },
    result: 'it is the switch',
  },
  concurrent: {
    says: { reviewer: (_, { seat }) => ({ output: seat === 'reviewers-2' ? 'bad' : 'good' }) },
    result: 'good',
  },
  conversation: {
    input: 'hello',
    messages: ['where is it?', 'thanks'],
    says: {
      clerk: ({ messages }, { input }) =>
        input === 'thanks'
          ? { output: messages.map(({ output }) => output) }
          : { output: `you say ${input as string}`, asks: [{ kind: 'listen' }] },
      expert: gives('nobody asks me'),
    },
    result: ['you say hello', 'where is it?', 'you say where is it?', 'thanks'],
  },
  debate: {
    says: {
      optimist: ({ results }) => ({ output: ['buy', results.length] }),
      pessimist: ({ results }) => ({ output: ['sell', results.length] }),
      judge: (seen) => ({ output: outputs(seen) }),
    },
    result: [
      ['sell', 2],
      ['buy', 2],
    ],
  },
  group_chat: {
    says: {
      moderator: ({ messages }) => {
        const said = messages.filter(({ purpose }) => purpose === 'speak').map(({ output }) => output);
        const speaker = ['engineer', 'designer'][said.length];
        return { output: speaker === undefined ? { result: said } : { speaker } };
      },
      engineer: gives('it works'),
      designer: ({ messages }) => ({ output: `it is ugly, after ${messages.length}` }),
    },
    result: ['it works', 'it is ugly, after 3'],
  },
  handoff: {
    input: 'paid twice',
    says: {
      triage_agent: ({ results, messages }) =>
        results.length === 0
          ? { output: 'a bill', asks: [{ kind: 'hand_off', to: 'billing', reason: 'money' }] }
          : { output: messages.map(({ by, output }) => [by, output]) },
      billing_agent: ({ results }) =>
        results.some(({ by }) => by === 'managers')
          ? { output: 'paid back', asks: [{ kind: 'hand_off', to: 'triage' }] }
          : {
              output: '50 too much',
              asks: [
                { kind: 'ask_person', prompt: 'Well?', of: 'managers', timeoutMs: 1_000, otherwise: 'yes' },
              ],
            },
    },
    result: [
      ['triage', 'a bill'],
      ['billing', '50 too much'],
      ['managers', 'yes'],
      ['billing', 'paid back'],
    ],
  },
  hierarchical: {
    says: {
      head_agent: (seen) =>
        seen.results.length === 0
          ? { output: 'two departments', asks: [part('motor', 'the car'), part('property', 'the garage')] }
          : { output: outputs(seen) },
      department_agent: (seen, { input }) =>
        seen.results.length > 0 || input === 'the garage'
          ? { output: [input, outputs(seen)] }
          : { output: 'two looks', asks: [part('adjusters', 'the door'), part('adjusters-3', 'the wheel')] },
      adjuster_agent: (_, { input }) => (input === 'the wheel' ? { fails: 'no_photo' } : { output: 300 }),
    },
    result: [
      ['the car', [300, 'no_photo']],
      ['the garage', []],
    ],
  },
  map_reduce: {
    input: ['a b', 'c', 'd e f'],
    says: {
      counter: (_, { input }) => ({ output: (input as string).split(' ').length }),
      adder: ({ results }) => ({ output: results.reduce((sum, { output }) => sum + Number(output), 0) }),
    },
    result: 6,
  },
  nested: {
    says: {
      chief: (seen) =>
        seen.results.length === 0
          ? { output: 'two parts', asks: [part('clerk', null), part('appraisers', null)] }
          : { output: outputs(seen) },
      clerk: gives('filed'),
      appraiser: (_, { seat }) => ({
        output: 'voted',
        asks: [{ kind: 'vote', choice: seat === 'papers' ? 'refuse' : 'pay' }],
      }),
    },
    result: ['filed', 'pay'],
  },
  network: {
    input: 'a paper',
    says: {
      author: ({ purpose }) => ({
        output: 'draft',
        asks:
          purpose === 'start'
            ? [1, 2, 3].map((n): Ask => ({ kind: 'send', to: `reviewers-${n}`, data: 'read it' }))
            : [],
      }),
      reviewer: ({ shown }) => ({
        output: 'read',
        asks: [
          shown['you'] === 'reviewers-3'
            ? { kind: 'send', topic: 'accepted', data: 'fine' }
            : { kind: 'send', to: 'author', data: 'more' },
        ],
      }),
      editor: (_, { input }) => ({
        output: (input as { messages: Json }).messages,
        asks: [{ kind: 'finish' }],
      }),
    },
    result: [{ from: 'reviewers-3', data: 'fine', topic: 'accepted', hop: 2, turn: 4 }],
  },
  plan_execute: {
    says: {
      planner: ({ results, purpose }) => {
        if (purpose === 'plan') return { output: { steps: [{ task: 'flight', to: 'trains' }, 'bed'] } };
        const [first] = results;
        if (first?.error === undefined) return { output: { result: results.map(({ output }) => output) } };
        return {
          output: {
            steps: [
              { task: 'train', to: 'trains' },
              { task: 'bed', to: 'hotels' },
            ],
          },
        };
      },
      train_agent: (_, { input }) =>
        (input as { task: string }).task === 'flight' ? { fails: 'no_wings' } : { output: 'a train' },
      hotel_agent: gives('a bed'),
    },
    result: ['a train', 'a bed'],
  },
  sequential: {
    input: 'bees',
    says: { outliner: appends('outlined'), drafter: appends('drafted'), editor: appends('polished') },
    result: 'bees, outlined, drafted, polished',
  },
  stop: {
    says: {
      writer: ({ turn }) => ({ output: { score: turn }, asks: [{ kind: 'hand_off', to: 'critic' }] }),
      critic: ({ turn }) => ({ output: { score: turn }, asks: [{ kind: 'hand_off', to: 'writer' }] }),
    },
    result: { score: 6 },
  },
  summary: {
    says: {
      front: ({ messages }) =>
        messages.length === 0
          ? { output: 'a long story', asks: [{ kind: 'hand_off', to: 'back' }] }
          : { output: messages.map(({ output }) => output) },
      back: ({ messages }) => ({
        output: `a longer one after ${messages.length}`,
        asks: [{ kind: 'hand_off', to: 'front' }],
      }),
      clerk: ({ messages }) => ({ output: `short of ${messages.map(({ by }) => by).join()}` }),
    },
    result: ['short of clerk,back'],
  },
  supervisor: {
    input: 'bees',
    says: {
      editor_agent: (seen) =>
        seen.results.length === 0
          ? { output: 'two parts', asks: [part('writers', 'the beginning'), part('writers-2', 'the end')] }
          : { output: outputs(seen) },
      writer_agent: (_, { input }) => (input === 'the end' ? { fails: 'no_ink' } : { output: input }),
    },
    result: ['the beginning', 'no_ink'],
  },
  swarm: {
    says: {
      desk: () => ({
        output: 'offered',
        asks: ['tea', 'cups'].map((work): Ask => ({ kind: 'offer', work, input: null, requires: ['lift'] })),
      }),
      robot: ({ purpose, shown }, { input }) => {
        const { work } = input as { readonly work: string };
        const you = shown['you'] as string;
        if (purpose === 'work') return { output: `${work} by ${you}` };
        return { output: null, asks: [{ kind: 'bid', work, cost: you === 'robots-2' ? 2 : 5 }] };
      },
    },
    result: { tea: 'tea by robots-2', cups: 'cups by robots-2' },
  },
  switch: {
    says: { desk: unsure('billing'), billing: unsure('network'), network: unsure('desk') },
    result: [3, 3, 3],
  },
};

const examples = new URL('../../../../examples/constructs/', import.meta.url);
const MOST_AWAITS = 1_000;

interface Run {
  readonly row: ExecutionRow;
  readonly output: Json | undefined;
  /** Whether its first process came to the end. */
  readonly isAlone: boolean;
  readonly isDense: boolean;
}

/** One run on one store; its first process dies at the n-th await after it was started. */
async function run(
  pattern: string,
  { input = null, messages = [], says }: Played,
  awaits: number,
): Promise<Run> {
  const clock = new VirtualClock();
  const data = createMemoryData();
  const processes: Process[] = [];
  const open = async (): Promise<Process> => {
    const process = new Process({
      number: processes.length + 1,
      clock: clock.process(),
      store: createMemoryStore(data),
      seed: 0,
      behaviours: [],
      // Whoever takes over begins with a snapshot, and not with the first event.
      settings: { snapshotAfterEvents: 5, inboxPollMs: 500 },
      compile: (document) => compile(document as JsonObject),
      performs: async (assignment): Promise<AgentOutcome> => {
        await new Promise<void>((resolve) => void process.clock.at(process.clock.now() + 5, resolve));
        return outcomeOf(says, assignment);
      },
      isDead: ({ id }) => processes.some((one) => one.owner.id === id && !one.isAlive),
      onCommit: () => undefined,
      onPerform: () => () => undefined,
      countPerformance: () => 0,
    });
    processes.push(process);
    await clock.of(process.open());
    return process;
  };
  const first = await open();
  const workflow = await clock.of(first.engine.register(documentOf(pattern)));
  const id = await clock.of(first.engine.start({ workflow, input, by: 'ann' }));
  for (const data of messages)
    await clock.of(first.engine.signal(id, { signal: 'message', data, by: 'ann' }));
  first.dieAfter(awaits);
  await clock.advance(10_000);
  const last = first.isAlive ? first : await open();
  last.mend();
  const row = await clock.of(last.engine.ended(id), 3_600_000);
  const { output } = await clock.of(last.engine.reader.status(id));
  const events = await clock.of(last.engine.reader.events(id));
  const isDense = events.every(({ sequence }, n) => sequence === n + 1);
  await clock.of(last.engine.close());
  return { row, output, isAlone: first === last, isDense };
}

function outcomeOf(says: Played['says'], assignment: Assignment): AgentOutcome {
  const { team, agentType } = assignment;
  const speaks = says[agentType];
  if (team === undefined || speaks === undefined) throw new Error(`nobody told ${agentType} what to say`);
  const said = speaks(team, assignment);
  if ('fails' in said)
    return { kind: 'failed', error: { code: said.fails, message: said.fails, retry: 'never' } };
  const { output, asks = [] } = said;
  return { kind: 'completed', output, directives: asks };
}

function documentOf(pattern: string): JsonObject {
  const parsed = parseDefinition(readFileSync(new URL(`pattern-${pattern}.yaml`, examples), 'utf8'));
  if (parsed.kind !== 'valid') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.document;
}

describe('every pattern survives the death of its process', () => {
  it('that comes with Cantata', () => {
    const known = [...STANDARD.keys()];
    expect(known.filter((name) => !(name in PLAYED))).toEqual([]);
  });

  it.each(Object.entries(PLAYED))('at every await: %s', { timeout: 120_000 }, async (pattern, played) => {
    let awaits = 0;
    for (let isUndisturbed = false; !isUndisturbed && awaits < MOST_AWAITS; ) {
      awaits += 1;
      const { row, output, isDense, isAlone } = await run(pattern, played, awaits);
      expect([row.status, row.reason, output, isDense], `dies at await ${awaits}`).toEqual([
        'completed',
        null,
        played.result,
        true,
      ]);
      isUndisturbed = isAlone;
    }
    expect(awaits).toBeGreaterThan(20);
    expect(awaits).toBeLessThan(MOST_AWAITS);
  });
});
