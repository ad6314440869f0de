// Every example, and the teams of examples/constructs that no example has, killed again and again: a process dies at a
// transaction, the next one resumes and dies at a later one, and so on, until one comes to the end. The result, what was done
// in the world and the turns that were taken are those of a run that nobody killed, and no turn whose end is in the log is
// begun again.
//
// Where a process dies is a transaction and not a time. The seed picks on which side of it: just before the commit, when agents
// have worked and nothing of it is kept, or just after, when it is and nobody has heard of it. All events of a transaction are
// stored or none, so that there is no third place. An attempt that is lost five times fails, as it should: so a chain has four
// deaths, each one transaction further than the last, and the next chain begins where that one ended, until the run is covered.
import { afterAll, describe, expect, test } from 'vitest';
import { type Event, type Example, Played, UUID } from './played.ts';
import { random } from './random.ts';

const SEED = 20_261_124;
const DEATHS = 4;

const NOTES = {
  'log.md':
    '# The log\n\nEvery step of a run is written to the log before the next begins.\n\nA run that was killed is resumed from its log: what had finished is not run again.\n',
  'seats.md':
    '# Seats\n\nA seat does one piece of work at a time. A run with three seats researches three questions at once.\n\nWhen a seat is lost with its process, its work is handed out again when the run is resumed.\n',
};

const EXAMPLES: Readonly<Record<string, Example>> = {
  'handoff, with two desks': {
    of: 'support-triage',
    output: { owner: 'billing', reply: expect.stringMatching(/^Exporting .* 29\.00 euros of I-5582/) },
  },
  'handoff, with a person who is asked': {
    of: 'support-triage',
    input: { customer: 'c-204', message: 'I paid for March twice.', patience_seconds: 3_600 },
    says: ['solve[3]'],
    output: { owner: 'billing', reply: expect.stringContaining('480.00 euros of I-4014') },
  },
  'supervisor, with a list that becomes items': {
    of: 'research',
    input: { question: 'How is a run resumed?', folder: 'notes', report: 'report.md' },
    notes: NOTES,
    leaves: 'report.md',
    output: expect.anything(),
  },
  'hierarchical, with one who fails': {
    of: 'claims',
    input: { claim: 'C-2' },
    output: expect.objectContaining({ decision: 'paid', cents: 670_000 }),
  },
  'hierarchical, up to a person': {
    of: 'claims',
    input: { claim: 'C-3', patience_seconds: 3_600 },
    says: ['adjudicate[10]', '--output', '{"cents": 1500000}'],
    output: expect.objectContaining({ decision: 'paid', cents: 1_500_000 }),
  },
  'saga that is undone': {
    of: 'order-saga',
    input: { country: 'NO' },
    leaves: 'shop/ledger.jsonl',
    status: 'compensated',
    output: null,
  },
  'blackboard, whose question nobody answers': {
    of: 'incident-response',
    input: { patience_seconds: 1 },
    output: expect.objectContaining({ outcome: 'applied' }),
  },
  'blackboard, with a person who allows it': {
    of: 'incident-response',
    input: { service: 'search', patience_seconds: 3_600 },
    says: ['respond[13]'],
    output: expect.objectContaining({ outcome: 'applied' }),
  },
  'concurrent and debate, with an approval': {
    of: 'trading-committee',
    says: ['approval'],
    output: expect.objectContaining({
      placed: expect.objectContaining({ text: 'BUY 965 NORD LIMIT 88.05' }),
    }),
  },
  'writer and critic': {
    of: 'content-pipeline',
    output: expect.objectContaining({ words: 59 }),
  },
  // The bidder that fails is asked again, at the order after, when its circuit lets it be tried: that is waited for.
  'auction, with a bidder that fails': {
    of: 'warehouse-allocation',
    input: {
      orders: [
        { order: 'O-1', to: [7, 1], kg: 30, day: 2 },
        { order: 'O-2', to: [2, 9], kg: 12, day: 1 },
        { order: 'O-3', to: [2, 8], kg: 7, day: 2 },
      ],
    },
    output: {
      orders: ['O-1 from south for 19.47', 'O-2 from south for 24.97', 'O-3 from north for 6.80'],
      total: 51.24,
    },
  },
  'network of peers': {
    of: 'peer-review',
    output: expect.objectContaining({ accepted: true, reviewed_by: ['arithmetic', 'references', 'method'] }),
  },
  'swarm with a tie': {
    of: 'research-swarm',
    output: expect.objectContaining({ cause: 'price' }),
  },
  sequential: { of: 'sequential', input: 'bees', output: 'bees, outlined, drafted, polished' },
  concurrent: { of: 'concurrent', output: 'good' },
  group_chat: { of: 'group_chat', output: ['it works', 'it is ugly, after 3'] },
  debate: {
    of: 'debate',
    output: [
      ['sell', 2],
      ['buy', 2],
    ],
  },
  map_reduce: { of: 'map_reduce', input: ['a b', 'c', 'd e f'], output: 6 },
  plan_execute: { of: 'plan_execute', output: ['a train', 'a bed'] },
  blackboard: { of: 'blackboard', output: 'it is the switch' },
  nested: { of: 'nested', output: ['filed', 'pay'] },
};

const ENDS: Readonly<Record<string, string>> = {
  'task.completed': 'perform',
  'task.failed': 'perform',
  'task.compensated': 'compensate',
};

/** The keys of turns whose end is in the log. */
function ended(events: readonly Event[], keys: Iterable<string>): readonly string[] {
  const places = new Set(
    events.flatMap(({ event, execution_id, task_id }) =>
      event in ENDS ? [`${execution_id}/${task_id} ${ENDS[event]}`] : [],
    ),
  );
  return [...keys].filter((key) => {
    const [, place, kind] = /^(.+)#1\.1\/(perform|compensate)$/.exec(key) ?? [];
    return places.has(`${place} ${kind}`);
  });
}

const turns = (played: Played): readonly string[] =>
  [...played.begun().keys()].map((key) => key.replaceAll(UUID, 'ID')).toSorted();
const finishedPatterns = (events: readonly Event[]): readonly unknown[] =>
  events.filter(({ event }) => event === 'pattern.finished').map(({ task_id }) => task_id);

const played: Played[] = [];
const play = (example: Example): Played => {
  const one = new Played(example);
  played.push(one);
  return one;
};
afterAll(() => {
  for (const one of played) one.remove();
});

/** Kills one run where it is told to, resumes and kills it again; gives what was stored at each death. */
async function killed(chain: Played, first: number, isBefore: () => boolean): Promise<readonly number[]> {
  const deaths: number[] = [];
  let before: readonly Event[] = [];
  // The first transaction of a process that resumes hands out again what was lost.
  for (let at = first; ; at = 2) {
    const begunBefore = chain.begun();
    const place = isBefore() ? `before ${at + 1}` : `after ${at}`;
    const { signal } = await chain.process(deaths.length < DEATHS ? place : undefined);
    const after = await chain.events();
    for (const id of new Set(before.map(({ execution_id }) => execution_id))) {
      const [then, now] = [before, after].map((events) =>
        events.filter((event) => event.execution_id === id),
      );
      expect(now?.slice(0, then?.length)).toEqual(then);
    }
    for (const key of ended(before, begunBefore.keys()))
      expect([key, chain.begun().get(key)], place).toEqual([key, begunBefore.get(key)]);
    if (signal === null) return deaths;
    expect(signal).toBe('SIGKILL');
    deaths.push(after.length);
    before = after;
  }
}

describe.concurrent('killed at one transaction after the other', () => {
  test.each(Object.entries(EXAMPLES))('%s', { timeout: 600_000 }, async (name, example) => {
    const whole = play(example);
    const undisturbed = await whole.process();
    const result = await whole.result();
    expect(result, undisturbed.err).toMatchObject({
      status: example.status ?? 'completed',
      output: example.output,
    });
    const transactions = Number(/^transactions: (\d+)$/m.exec(undisturbed.err)?.[1]);
    const next = random(SEED);
    const deaths: (readonly number[])[] = [];
    for (let first = 1; first <= transactions; first += DEATHS) {
      const chain = play(example);
      deaths.push(await killed(chain, first, () => next() < 0.5));
      expect(await chain.result()).toEqual(result);
      expect(chain.left).toEqual(whole.left);
      expect(turns(chain)).toEqual(turns(whole));
      expect(finishedPatterns(await chain.events())).toEqual(finishedPatterns(await whole.events()));
    }
    expect(deaths[0]).not.toHaveLength(0);
  });
});
