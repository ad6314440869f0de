/** What agents of a team ask of their pattern: mostly what they may, sometimes what they may not. */
import type { Ask, Json, JsonObject, TeamSeen } from '@cantata/core';
import type { Dice } from '../dice.ts';
import { LEADER } from './programs/team.ts';

interface Said {
  /** In place of whatever it would have answered: some patterns want to hear something. */
  readonly output?: Json;
  readonly asks?: readonly Ask[];
}

type Says = (seen: TeamSeen, dice: Dice) => Said;

/** What it says beside its answer; nothing where it is of no team that asks. Less and less, the more turns there were. */
export function said(seen: TeamSeen | undefined, dice: Dice): Said {
  if (seen === undefined || !seen.members.some(({ name }) => name === LEADER || name === 'hands')) return {};
  const says = SAYS[seen.pattern];
  if (says === undefined) return {};
  if (dice.chance(0.06)) return { asks: [illegal(seen, dice)] };
  const asks = says(seen, dice);
  // It says one thing and another.
  return dice.chance(0.03) ? { ...asks, asks: [...(asks.asks ?? []), illegal(seen, dice)] } : asks;
}

const SAYS: Readonly<Record<string, Says>> = {
  supervisor(seen, dice) {
    if (seen.role !== 'supervisor' && seen.purpose !== 'lead') return {};
    return goesOn(seen, dice) ? { asks: parts(dice, others(seen)) } : mayFinish(dice);
  },
  handoff(seen, dice) {
    const { targets } = seen.shown as { readonly targets?: readonly string[] };
    const to = targets ?? others(seen);
    if (!goesOn(seen, dice) || to.length === 0) return mayFinish(dice);
    if (dice.chance(0.2)) return { asks: [question(dice, true)] };
    const handOff = (): Ask => ({
      kind: 'hand_off',
      to: dice.pick(to),
      ...(dice.chance(0.5) ? { input: dice.below(3) } : {}),
      ...(dice.chance(0.3) ? { context: dice.pick(['full', 'last', 'filter', 'none']) } : {}),
    });
    return { asks: dice.chance(0.2) ? [handOff(), handOff()] : [handOff()] };
  },
  hierarchical(seen, dice) {
    const { purpose } = seen;
    const isLeader = purpose === 'lead' || purpose === 'escalated';
    if (!goesOn(seen, dice)) return purpose === 'lead' ? mayFinish(dice) : {};
    if (dice.chance(0.2))
      return { asks: [isLeader ? question(dice) : { kind: 'escalate', reason: 'it may not' }] };
    // Who reports to whom it knows by heart, or thinks it does.
    return { asks: parts(dice, isLeader ? ['hands', 'hands-1'] : ['aide']) };
  },
  network(seen, dice) {
    const { neighbours = [], topics = [] } = seen.shown as { readonly [key: string]: readonly string[] };
    if (!goesOn(seen, dice)) return dice.chance(0.2) ? { asks: [{ kind: 'finish' }] } : {};
    const send = (): Ask =>
      topics.length > 0 && dice.chance(0.2)
        ? { kind: 'send', topic: dice.pick(topics), data: dice.below(3) }
        : { kind: 'send', to: dice.pick(neighbours), data: dice.below(3) };
    return neighbours.length === 0 ? {} : { asks: Array.from({ length: dice.between(1, 3) }, send) };
  },
  swarm({ purpose, turn, shown }, dice) {
    const { open = [], board = {} } = shown as {
      readonly open?: readonly { readonly work: string }[];
      readonly board?: JsonObject;
    };
    if (purpose === 'bid' || purpose === 'call') {
      const [first] = open;
      if (first === undefined || dice.chance(0.3)) return {};
      const { work } = dice.chance(0.7) ? first : dice.pick(open);
      return {
        asks: [purpose === 'bid' ? { kind: 'bid', work, cost: dice.below(9) } : { kind: 'claim', work }],
      };
    }
    const asks: Ask[] = [];
    for (let n = dice.between(0, turn > 3 ? 1 : 2); n > 0; n--)
      asks.push({
        kind: 'offer',
        work: `w${turn}-${n}`,
        input: n,
        ...(dice.chance(0.4) ? { requires: ['lift'] } : {}),
      });
    if (dice.chance(0.4)) {
      const key = dice.pick(['a', 'b']);
      const { version = 0 } = (board[key] ?? {}) as { readonly version?: number };
      asks.push({ kind: 'write', key, value: turn, ...(dice.chance(0.5) ? { ifVersion: version } : {}) });
    }
    if (dice.chance(0.3)) asks.push({ kind: 'vote', choice: dice.pick(['yes', 'no']) });
    return asks.length === 0 ? {} : { asks };
  },
  group_chat(seen, dice) {
    const to = dice.pick(['hands', 'hands-2', 'aide', 'aide']);
    if (seen.purpose === 'select')
      return { output: goesOn(seen, dice) ? { speaker: to } : { result: seen.turn } };
    if (seen.purpose === 'manage' && goesOn(seen, dice)) return { asks: parts(dice, [to]).slice(0, 1) };
    return dice.chance(0.05) ? { asks: [{ kind: 'finish' }] } : {};
  },
  debate: ({ purpose }, dice) => (purpose === 'judge' ? mayFinish(dice) : {}),
  auction: ({ purpose }, dice) =>
    purpose === 'bid' && dice.chance(0.8)
      ? { asks: [{ kind: 'bid', work: 'task', cost: dice.below(9) }] }
      : {},
  blackboard({ turn }, dice) {
    if (dice.chance(0.15)) return { asks: [{ kind: 'finish' }] };
    if (dice.chance(0.4)) return {};
    const version = dice.chance(0.3) ? { ifVersion: dice.below(2) } : {};
    return { asks: [{ kind: 'write', key: dice.pick(['a', 'b']), value: turn, ...version }] };
  },
  plan_execute(seen, dice) {
    if (seen.purpose === 'step') return {};
    if (!goesOn(seen, dice) || dice.chance(0.2)) return { output: { result: seen.turn } };
    const steps: readonly Json[] = ['one', { task: 'two', to: dice.pick(['hands', 'aide']) }, 3];
    return {
      output: { steps: steps.slice(0, dice.between(1, 3)), ...(dice.chance(0.3) ? { facts: 'known' } : {}) },
    };
  },
};

function goesOn({ turn }: TeamSeen, dice: Dice): boolean {
  return dice.chance(Math.max(0.2, 0.8 - turn / 12));
}

function mayFinish(dice: Dice): Said {
  if (dice.chance(0.6)) return {};
  return { asks: [{ kind: 'finish', ...(dice.chance(0.5) ? { output: dice.below(3) } : {}) }] };
}

/** Seats and groups that do not do what this agent is asked for. */
function others({ members, role }: TeamSeen): readonly string[] {
  const found = members.filter((member) => member.role !== role || member.role === 'agent');
  return found.flatMap(({ name, seats }) => (seats > 1 ? [name, `${name}-2`] : [name]));
}

function parts(dice: Dice, to: readonly string[]): readonly Ask[] {
  const count = to.length === 0 ? 0 : dice.pick([1, 1, 2, 3]);
  return Array.from({ length: count }, () => ({
    kind: 'delegate',
    to: dice.pick(to),
    // Too large for the log, now and then.
    input: dice.chance(0.05) ? 'x'.repeat(20_000) : dice.below(3),
    ...(dice.chance(0.3) ? { context: dice.pick(['full', 'last', 'filter', 'none'] as const) } : {}),
  }));
}

function question(dice: Dice, mayListen: boolean = false): Ask {
  const timeoutMs = dice.pick([500, 5_000]);
  const otherwise = dice.chance(0.5) ? { otherwise: 'nobody knows' } : {};
  if (mayListen && dice.chance(0.5)) return { kind: 'listen', signal: 'go', timeoutMs, ...otherwise };
  return { kind: 'ask_person', prompt: 'Well?', ...(dice.chance(0.9) ? { timeoutMs, ...otherwise } : {}) };
}

/** Of a pattern that does not know it, to nobody, to itself, or out of place. */
function illegal({ members }: TeamSeen, dice: Dice): Ask {
  const to = dice.pick(['nobody', ...members.map(({ name }) => name)]);
  return dice.pick<Ask>([
    { kind: 'delegate', to, input: null },
    { kind: 'hand_off', to },
    { kind: 'send', to, data: null },
    { kind: 'send', data: null },
    { kind: 'claim', work: 'w1-1' },
    { kind: 'bid', work: 'nothing', cost: 1 },
    { kind: 'vote', choice: 'yes' },
    { kind: 'write', key: 'a', value: 1, ifVersion: 9 },
    { kind: 'offer', work: 'hard', input: null, requires: ['fly'] },
    { kind: 'ask_person', prompt: 'Well?', otherwise: 1 },
    { kind: 'escalate', reason: 'why not' },
    { kind: 'listen', signal: 'never' },
    { kind: 'finish' },
  ]);
}
