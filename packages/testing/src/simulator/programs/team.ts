/**
 * Teams: a task that is done by one of the patterns there are, and a pattern behind every agent that asks for more than
 * to give its answer. What agents ask for is drawn in `../asks.ts`. Bounds are small, so that they are met; what they
 * come to is said here in numbers, for the second reading.
 */
import type { Json } from '@cantata/core';
import type { Dice } from '../../dice.ts';
import type { TeamRule } from '../../reading/index.ts';
import type { Construct, Draft, Program } from './program.ts';

/** Beside the groups that every program has: a tree, so that a hierarchy can be made of it. */
export const LEADER = 'boss';
const GROUPS = {
  [LEADER]: { type: LEADER, count: 1 },
  hands: { type: 'hands', count: 2, capabilities: ['lift'], reports_to: LEADER },
  aide: { type: 'aide', count: 1, capabilities: ['lift'], reports_to: 'hands', weight: 2 },
} as const satisfies Json;
const MEMBERS = Object.keys(GROUPS);

/** A group that is a team itself, of the two beside the leader. */
const SQUAD = 'squad';
const INNER: readonly string[] = [
  'swarm',
  'blackboard',
  'auction',
  'concurrent',
  'sequential',
  'handoff',
  'network',
];

/** By pattern: the role of who leads, where it has to be named, and what it lets one choose. */
const PATTERNS: Readonly<
  Record<string, (dice: Dice) => { readonly role?: string; readonly options?: Draft }>
> = {
  supervisor: (dice) => ({
    options: {
      on_worker_failure: dice.pick(['report', 'report', 'fail']),
      ...(dice.chance(0.3) ? { patience_seconds: dice.pick([2, 10]) } : {}),
      ...(dice.chance(0.2) ? { max_parallel: 2 } : {}),
      ...(dice.chance(0.4) ? merging(dice) : {}),
    },
  }),
  handoff: (dice) => ({
    options: {
      on_agent_failure: dice.pick(['fail', 'return']),
      context: dice.pick(['full', 'last', 'none']),
      ...(dice.chance(0.3) ? { targets: { [LEADER]: ['hands'], hands: [LEADER, 'aide'] } } : {}),
    },
  }),
  hierarchical: (dice) => ({ options: dice.chance(0.3) ? { max_parallel: 2 } : {} }),
  network: (dice) => ({
    options: {
      ...dice.pick<Draft>([
        { topology: 'mesh' },
        { topology: 'ring' },
        { topology: 'star', hub: LEADER },
        {
          topology: {
            edges: [
              [LEADER, 'hands'],
              ['hands', 'aide'],
            ],
          },
        },
      ]),
      topics: { news: ['aide', 'hands'] },
      max_hops: dice.pick([2, 5]),
      start: dice.pick(['first', 'all']),
      ...(dice.chance(0.6) ? { merge: dice.pick(['all', 'concat', 'last']) } : merging(dice)),
      ...(dice.chance(0.5) ? { finisher: dice.pick([LEADER, 'hands']) } : {}),
      ...(dice.chance(0.3) ? { peer_timeout_seconds: 5, max_batch: 1 } : {}),
    },
  }),
  swarm: (dice) => ({
    options: {
      ...dice.pick<Draft>([
        { allocation: 'claim', steal: dice.chance(0.5) },
        { allocation: 'bid', bidders: 2, bidding_seconds: 5 },
      ]),
      ...dice.pick<Draft>([{}, { vote: 'unanimous' }, { vote: 'weighted' }, { vote: 'quorum', quorum: 2 }]),
      undecided: dice.pick(['most', 'fail']),
      start: dice.pick(['first', 'all']),
      ...(dice.chance(0.6) ? { merge: dice.pick(['all', 'concat', 'vote']) } : merging(dice)),
    },
  }),
  sequential: (dice) => ({ options: { order: dice.pick([MEMBERS, ['hands-2', LEADER], ['aide']]) } }),
  concurrent: (dice) => ({
    role: 'judge',
    options: { merge: dice.pick(['all', 'vote', 'judge']), on_failure: dice.pick(['go_on', 'fail']) },
  }),
  group_chat: (dice) => ({
    role: 'chair',
    options: { next: dice.pick(['round_robin', 'selector', 'manager']), rounds: dice.between(1, 2) },
  }),
  debate: (dice) => ({ role: 'judge', options: { rounds: dice.between(1, 2) } }),
  map_reduce: (dice) => ({ role: 'reducer', options: { on_failure: dice.pick(['go_on', 'fail']) } }),
  auction: (dice) => ({
    options: { patience_seconds: dice.pick([1, 5]), ...(dice.chance(0.3) ? { most: 5 } : {}) },
  }),
  blackboard: (dice) => ({ options: { rounds: dice.between(1, 2) } }),
  plan_execute: (dice) => ({ role: 'planner', options: { max_replans: dice.between(0, 2) } }),
};
/** Those that a workflow may name as a whole. */
const OF_WORKFLOWS = ['supervisor', 'handoff', 'hierarchical', 'network', 'swarm'];

export const team: Construct = {
  name: 'team',
  // Its turns are many times those of another task: there are few, and the rest is as fast as it was.
  share: 0.015,
  mayWaitFor: ['waits_for_person'],
  add(program, dice) {
    const { document, agents } = program;
    const name = dice.pick(Object.keys(PATTERNS));
    const { role, options = {} } = PATTERNS[name]?.(dice) ?? {};
    if (!(LEADER in agents)) {
      Object.assign(agents, structuredClone<Draft>(GROUPS));
      // An agent of any task may ask for more from now on.
      const whole = dice.pick(OF_WORKFLOWS);
      document['orchestration_pattern'] = whole;
      // One leads all: the groups of every program report to nobody.
      const members = whole === 'hierarchical' ? { members: MEMBERS } : {};
      document['pattern'] = { ...members, limits: limits(dice) };
    }
    // Whoever listens hears what is said to all.
    const signals = (document['signals'] ??= {}) as Draft;
    signals['go'] ??= {};
    if (dice.chance(0.4)) agents[SQUAD] ??= squad(dice);
    if (role !== undefined) agents[LEADER] = { ...GROUPS[LEADER], role };
    // Of some patterns whoever begins leads.
    const opener = name === 'supervisor' || dice.chance(0.5) ? { agent: LEADER } : {};
    const isList = name === 'map_reduce' ? { input: dice.pick(['${input.list}', '${[1, 2]}']) } : {};
    const task = program.idle({
      ...opener,
      ...isList,
      pattern: {
        name,
        options,
        members: SQUAD in agents ? [...MEMBERS, SQUAD] : MEMBERS,
        limits: limits(dice),
        ...(dice.chance(0.3) ? { stop: stop(name, dice) } : {}),
      },
      // Nobody is waited for for ever.
      timeout: dice.pick(['2s', '20s']),
      ...(dice.chance(0.6) ? { retry_policy: dice.pick(['fixed', 'linear']) } : {}),
    });
    const before = program.someBefore(dice, task);
    if (before.length > 0) task['depends_on'] = before;
  },
};

/** Several results become one. */
function merging(dice: Dice): Draft {
  return dice.pick<Draft>([
    { merge: 'all' },
    { merge: 'concat' },
    { merge: 'vote' },
    { merge: 'judge', merger: 'aide' },
    { merge: 'reducer', merger: 'hands-2' },
  ]);
}

/** Each ends it when so many turns are over at the latest, which the second reading counts. */
function stop(pattern: string, dice: Dice): Draft {
  const others: readonly Draft[] = [
    { time: '4s' },
    { tokens: 20 },
    ...(pattern === 'handoff' ? [{ hand_off_to: 'aide' }] : []),
    ...(pattern === 'swarm' ? [{ quorum: 2 }] : []),
    { when: 'output == 1' },
    { all: [{ stall: 1 }, { cost: 0.5 }] },
  ];
  const turns = { turns: dice.between(2, 6) };
  return dice.chance(0.3) ? turns : { any: [turns, dice.pick(others)] };
}

/** After how many turns, of those that are over. */
function stopsAfter(said: Json | undefined): number {
  if (said === undefined) return Number.POSITIVE_INFINITY;
  const { turns, any = [] } = said as {
    readonly turns?: number;
    readonly any?: readonly { readonly turns?: number }[];
  };
  return turns ?? any[0]?.turns ?? Number.POSITIVE_INFINITY;
}

function squad(dice: Dice): Draft {
  const members = ['hands', 'aide'];
  const name = dice.pick(INNER);
  const options = name === 'sequential' ? { order: ['hands-2', 'aide'] } : {};
  return { reports_to: LEADER, pattern: { name, options, members, limits: limits(dice) } };
}

const WALL_TIMES: Readonly<Record<string, number>> = { '30s': 30_000, '5m': 300_000 };

function limits(dice: Dice): Draft {
  return {
    turns: dice.pick([4, 8, 12]),
    ...(dice.chance(0.7) ? { hand_offs: dice.between(0, 3) } : {}),
    ...(dice.chance(0.3) ? { stall: dice.between(1, 3) } : {}),
    wall_time: dice.pick(Object.keys(WALL_TIMES)),
    ...(dice.chance(0.3) ? { on_limit: dice.pick(['complete', 'fail']) } : {}),
  };
}

/** What the document of a program says of the team of one of its tasks; undefined where there may be none. */
export function teamSaid(
  { document, agents }: Pick<Program, 'document' | 'agents'>,
  task: Readonly<Draft>,
): TeamRule | undefined {
  if (!(LEADER in agents)) return undefined;
  const isOwn = 'pattern' in task;
  if (!isOwn && !('agent' in task) && !('requires' in task)) return undefined;
  const { pattern: own = {}, orchestration_pattern: name } = { ...document, ...task };
  const squad = agents[SQUAD] as { readonly pattern: Use } | undefined;
  const inner = squad === undefined ? [] : ([[SQUAD, ruleOf(squad.pattern, true)]] as const);
  return {
    ...ruleOf({ name: name as string, ...(own as Partial<Use>) } as Use, isOwn),
    inner: new Map(inner),
  };
}

interface Use {
  readonly name: string;
  readonly limits: Readonly<Record<string, Json>>;
  readonly stop?: Json;
}

function ruleOf({ name, limits, stop: said }: Use, isWhole: boolean): TeamRule {
  const {
    turns = 0,
    hand_offs: handOffs = 20,
    repeats = 2,
    stall = name === 'swarm' ? 20 : 5,
  } = limits as Readonly<Record<string, number>>;
  const wallTimeMs = WALL_TIMES[limits['wall_time'] as string] ?? 0;
  return {
    pattern: name,
    isWhole,
    turns,
    handOffs,
    repeats,
    stall,
    wallTimeMs,
    stopsAfter: stopsAfter(said),
  };
}
