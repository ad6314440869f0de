/** Rules as the compiler hands them over, with functions in the place of expressions. */
import { aPlan, completes, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../errors.ts';
import type { Json } from '../json.ts';
import { ValuesMissing } from '../kernel/values.ts';
import type { Calculated, PatternScope } from './calculated.ts';
import { declarative } from './declarative.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { PatternTrigger, PatternView, Turn } from './pattern.ts';
import type { PatternRules, Rule, RuleAction } from './rules.ts';
import { teamOf } from './team.ts';

const calc = <T extends Json>(evaluate: (scope: PatternScope) => T): Calculated<T> => ({ evaluate });
const value = <T extends Json>(is: T): Calculated<T> => calc(() => is);
const none = calc<never>(() => {
  throw new CantataError('expression_failed', 'it has no value');
});

const roles = { chair: { summary: 'leads', least: 0 }, member: { summary: 'works', least: 1 } };
const team = teamOf(
  { roles },
  [
    { name: 'chair', count: 1, capabilities: [] },
    { name: 'crew', count: 2, capabilities: ['row'], reportsTo: 'chair', weight: 3 },
  ],
  undefined,
);
const setup = { team, options: { most: 2 } };

const turn = (n: number, status: Turn['status'], rest: Partial<Turn> = {}): Turn => ({
  n,
  to: 'crew',
  seat: `crew-${n}`,
  purpose: 'work',
  status,
  ...rest,
});

function viewOf(turns: readonly Turn[], rest: Partial<PatternView> = {}): PatternView {
  return {
    setup,
    state: {},
    input: 'the task',
    now: 0,
    turns: turns.length,
    open: turns.filter(({ status }) => status === 'open').length,
    opener: undefined,
    turn: (n) => turns[n - 1] as Turn,
    output: (n) => `output ${n}`,
    asks: () => [],
    ...rest,
  };
}

const bare: PatternRules = {
  name: 'rowing',
  version: '1',
  summary: 'They row.',
  roles,
  options: { type: 'object' },
  limits: DEFAULT_LIMITS,
  asks: ['vote'],
  state: { round: 1 },
  refusals: [],
  rules: [],
};

const rule = (rest: Partial<Rule>): Rule => ({ on: { kind: 'started' }, where: [], actions: [], ...rest });
const started: PatternTrigger = { kind: 'started' };

/** What follows from one rule. */
function reaction(rest: Partial<Rule>, trigger: PatternTrigger = started, view: PatternView = viewOf([])) {
  return declarative({ ...bare, rules: [rule(rest)] }).react(view, trigger);
}

/** What one action is when a task begins. */
function moves(action: RuleAction, turns: readonly Turn[] = []) {
  return reaction({ actions: [action] }, started, viewOf(turns)).moves;
}

describe('a pattern of rules', () => {
  test('is what its document says, and begins with its state', () => {
    const pattern = declarative(bare);
    expect(pattern).toMatchObject({ name: 'rowing', version: '1', asks: ['vote'] });
    expect(pattern.initial(setup)).toEqual({ round: 1 });
    expect(pattern.validate(setup)).toEqual([]);
    expect(pattern.shows).toBeUndefined();
  });

  test('applies the first rule whose trigger and condition hold, and no other', () => {
    const pattern = declarative({
      ...bare,
      rules: [
        rule({ on: { kind: 'idle' }, because: value('not this') }),
        rule({ when: value(false), because: value('nor this') }),
        rule({ when: value(true), because: value('this') }),
        rule({ because: value('too late') }),
      ],
    });
    expect(pattern.react(viewOf([]), started).reason).toBe('this');
    expect(pattern.react(viewOf([]), { kind: 'adopted', from: 'swarm' }).reason).toBe('this');
  });

  test.each<[name: string, on: Rule['on'], trigger: PatternTrigger, reason: string]>([
    ['the task is ready', { kind: 'started' }, started, 'the task is ready'],
    ['nobody is at work', { kind: 'idle' }, { kind: 'idle' }, 'nobody is at work'],
    ['any timer', { kind: 'timer' }, { kind: 'timer', name: 't' }, 'the time of t has come'],
    ['one timer', { kind: 'timer', name: 't' }, { kind: 'timer', name: 't' }, 'the time of t has come'],
    [
      'any turn',
      { kind: 'completed' },
      { kind: 'completed', turn: turn(1, 'completed'), output: 1, asks: [] },
      'crew-1 is done: work',
    ],
    [
      'a purpose',
      { kind: 'completed', purpose: 'work' },
      { kind: 'completed', turn: turn(1, 'completed', { seat: undefined }), output: 1, asks: [] },
      'crew is done: work',
    ],
    [
      'an end, good',
      { kind: 'ended', purpose: 'work' },
      { kind: 'completed', turn: turn(1, 'completed'), output: 1, asks: [] },
      'crew-1 is done: work',
    ],
    [
      'an end, bad',
      { kind: 'ended' },
      { kind: 'failed', turn: turn(1, 'failed'), error: { code: 'c', message: 'm' } },
      'crew-1 failed: work',
    ],
  ])('has rules on %s, which are the reason unless they say another', (_, on, trigger, reason) => {
    expect(reaction({ on }, trigger)).toMatchObject({ reason });
  });

  test.each<[Rule['on'], PatternTrigger]>([
    [
      { kind: 'completed', purpose: 'rest' },
      { kind: 'completed', turn: turn(1, 'completed'), output: 1, asks: [] },
    ],
    [
      { kind: 'ended', purpose: 'rest' },
      { kind: 'completed', turn: turn(1, 'completed'), output: 1, asks: [] },
    ],
    [{ kind: 'ended' }, started],
    [
      { kind: 'timer', name: 'u' },
      { kind: 'timer', name: 't' },
    ],
    [{ kind: 'timer' }, { kind: 'idle' }],
  ])('does nothing where no rule is on it: %j', (on, trigger) => {
    const { reason, moves: taken } = reaction({ on }, trigger);
    expect(reason).toMatch(/^no rule of rowing is on /);
    expect(taken).toBeUndefined();
  });

  test('fails with a turn that no rule is on', () => {
    const error = { code: 'c', message: 'm' };
    expect(reaction({}, { kind: 'failed', turn: turn(1, 'failed'), error })).toEqual({
      reason: 'crew-1 failed',
      moves: [{ move: 'fail', error }],
    });
  });

  test('changes its state, and leaves a mark that is no longer than it needs to be', () => {
    const { change, mark } = reaction({ set: value({ round: 2 }), mark: value(['x'.repeat(2_000)]) });
    expect(change).toEqual({ round: 2 });
    expect(mark).toHaveLength(1_000);
    expect(() => reaction({ set: value(1) })).toThrow('`set` should be a mapping');
  });

  test('works out values for its condition first, and the others once it holds', () => {
    const where = [
      { name: 'a', value: value(1), isForWhen: true },
      { name: 'b', value: calc(({ where: { a } }) => [a as number]), isForWhen: false },
    ];
    const when = calc(({ where: { a, b } }) => a === 1 && b === undefined);
    const because = calc(({ where: { b } }) => b as Json);
    expect(reaction({ where, when, because }).reason).toBe('[1]');
  });

  test('is no further where a timer only sets itself, and ends where nothing follows from idleness', () => {
    const again: RuleAction = { do: 'set_timer', name: 't', seconds: value(1) };
    const clear: RuleAction = { do: 'clear_timer', name: 't' };
    const timer = { kind: 'timer', name: 't' } as const;
    expect(reaction({ on: { kind: 'timer' }, actions: [again] }, timer).progress).toBe(false);
    expect(reaction({ on: { kind: 'timer' }, actions: [again], progress: true }, timer).progress).toBe(false);
    const onward: RuleAction = { do: 'turn', to: value('crew'), purpose: 'row' };
    expect(reaction({ on: { kind: 'timer' }, actions: [again, onward] }, timer).progress).toBe(true);
    expect(reaction({ on: { kind: 'idle' }, actions: [clear] }, { kind: 'idle' }).moves).toEqual([]);
    expect(reaction({ on: { kind: 'idle' }, actions: [again] }, { kind: 'idle' })).toMatchObject({
      moves: [{ move: 'set_timer', name: 't', afterMs: 1_000 }],
      progress: false,
    });
  });
});

describe('its expressions', () => {
  const asks = [{ kind: 'vote', choice: 'left' }] as const;
  const completed = { kind: 'completed', turn: turn(2, 'completed'), output: 'mine', asks } as const;

  function seen(read: (scope: PatternScope) => Json, trigger: PatternTrigger = completed): Json {
    const turns = [turn(1, 'open', { seat: undefined }), turn(2, 'completed', { to: 'nobody' })];
    const view = viewOf(turns, { state: { round: 4 } });
    let found: Json = null;
    reaction(
      { on: { kind: trigger.kind } as Rule['on'], because: calc((scope) => (found = read(scope))) },
      trigger,
      view,
    );
    return found;
  }

  test('see the task, the team and the run', () => {
    expect(seen(({ input, options, state, open }) => [input, options, state, open])).toEqual([
      'the task',
      { most: 2 },
      { round: 4 },
      1,
    ]);
    expect(seen(({ team: members }) => members)).toEqual([
      { name: 'chair', role: 'chair', seats: ['chair'], capabilities: [], weight: 1 },
      {
        name: 'crew',
        role: 'member',
        seats: ['crew-1', 'crew-2'],
        capabilities: ['row'],
        weight: 3,
        reports_to: 'chair',
      },
    ]);
    expect(seen(({ seats }) => seats.map(({ name, group }) => [name, group]))).toEqual([
      ['chair', 'chair'],
      ['crew-1', 'crew'],
      ['crew-2', 'crew'],
    ]);
    expect(seen((scope) => [scope.turns, Object.is(scope.turns, scope.turns)])).toEqual([
      [
        { n: 1, to: 'crew', by: 'crew', role: 'member', purpose: 'work', status: 'open', output: null },
        {
          n: 2,
          to: 'nobody',
          by: 'crew-2',
          role: '',
          purpose: 'work',
          status: 'completed',
          output: 'output 2',
        },
      ],
      true,
    ]);
  });

  test('see the turn they are about', () => {
    expect(
      seen(({ turn: one, output, asks: said, error }) => [one?.by ?? null, output, said, error]),
    ).toEqual(['crew-2', 'mine', [...asks], null]);
    expect(
      seen(({ turn: one, output, asks: said, item, index }) => [one, output, said, item, index], {
        kind: 'idle',
      }),
    ).toEqual([null, null, [], null, null]);
    const failed: PatternTrigger = {
      kind: 'failed',
      turn: turn(2, 'failed'),
      error: { code: 'c', message: 'm', retry: 'never' },
    };
    expect(seen(({ error, turn: one }) => [error, one?.output ?? null], failed)).toEqual([
      { code: 'c', message: 'm' },
      null,
    ]);
  });

  test('say why an answer does not count, or that nobody can say', () => {
    const refusing = (when: Calculated<boolean>) =>
      declarative({
        ...bare,
        refusals: [{ when, message: calc(({ output }) => `not ${output as string}`) }],
      });
    const answer = { turn: turn(1, 'open'), output: 'good', asks: [] };
    expect(refusing(value(true)).whyNot?.(viewOf([]), answer)).toBe('not good');
    expect(refusing(value(false)).whyNot?.(viewOf([]), answer)).toBeUndefined();
    expect(refusing(none).whyNot?.(viewOf([]), answer)).toBe('it has no value');
    const missing = calc<never>(() => {
      throw new ValuesMissing(['x']);
    });
    expect(() => refusing(missing).whyNot?.(viewOf([]), answer)).toThrow(ValuesMissing);
  });

  test('show an agent what it is to see', () => {
    const showing = (shows: Calculated) =>
      declarative({ ...bare, shows }).shows?.(viewOf([]), turn(1, 'open'));
    expect(showing(calc(({ turn: one }) => ({ by: one?.by ?? null })))).toEqual({ by: 'crew-1' });
    expect(showing(value(7))).toEqual({ shown: 7 });
    expect(showing(none)).toEqual({ error: 'it has no value' });
  });
});

describe('an action', () => {
  test('gives a turn, or one for each element', () => {
    expect(moves({ do: 'turn', to: value('crew'), purpose: 'row' })).toEqual([
      { move: 'turn', to: 'crew', purpose: 'row' },
    ]);
    const each: RuleAction = {
      do: 'turn',
      forEach: value(['a', 'b']),
      to: calc(({ index }) => `crew-${(index as number) + 1}`),
      purpose: 'row',
      input: calc(({ item }) => item),
      results: value([1]),
      context: 'last',
      timeoutSeconds: value(2),
    };
    const rest = { move: 'turn', purpose: 'row', results: [1], context: 'last', timeoutMs: 2_000 };
    expect(moves(each, [turn(1, 'failed')])).toEqual([
      { ...rest, to: 'crew-1', input: 'a' },
      { ...rest, to: 'crew-2', input: 'b' },
    ]);
  });

  test('stops turns, clears timers, ends and fails', () => {
    expect(moves({ do: 'stop', turns: value([1]), reason: 'enough' }, [turn(1, 'open')])).toEqual([
      { move: 'stop_turn', turn: 1, reason: 'enough' },
    ]);
    expect(moves({ do: 'clear_timer', name: 't' })).toEqual([{ move: 'clear_timer', name: 't' }]);
    expect(moves({ do: 'finish', output: value(1) })).toEqual([{ move: 'finish', output: 1 }]);
    expect(
      moves({ do: 'finish_with', turn: value(1), stopReason: value('a tie') }, [turn(1, 'completed')]),
    ).toEqual([{ move: 'finish_with', turn: 1, stopReason: 'a tie' }]);
    expect(moves({ do: 'fail', code: value('c'), message: value('m') })).toEqual([
      { move: 'fail', error: { code: 'c', message: 'm' } },
    ]);
  });

  test('asks a person', () => {
    const asking = { do: 'ask_person', purpose: 'approve', prompt: value('Good?') } as const;
    const asked = { move: 'ask_person', purpose: 'approve', prompt: 'Good?' };
    expect(moves(asking)).toEqual([asked]);
    expect(moves({ ...asking, of: value('ann'), timeoutSeconds: value(1), otherwise: value(null) })).toEqual([
      { ...asked, of: 'ann', timeoutMs: 1_000, otherwise: null },
    ]);
  });

  test('says what happened between agents', () => {
    const bid: RuleAction = {
      do: 'fact',
      fact: 'bid',
      forEach: value([1, 2]),
      fields: [
        ['by', value('crew-1')],
        ['cost', calc(({ item }) => item)],
      ],
    };
    const { facts, moves: taken } = reaction({ actions: [bid] });
    expect(taken).toEqual([]);
    expect(facts).toEqual([
      { fact: 'bid', by: 'crew-1', cost: 1 },
      { fact: 'bid', by: 'crew-1', cost: 2 },
    ]);
    const nobody: RuleAction = { do: 'fact', fact: 'voted', fields: [['by', value(null)]] };
    expect(() => moves(nobody)).toThrow('`by` of the fact voted is null');
  });

  const row = { do: 'turn', to: value('crew'), purpose: 'row' } as const;
  test.each<[what: string, action: RuleAction, turns: readonly Turn[], why: string]>([
    ['a stranger', { ...row, to: value('ann') }, [], 'who is not of the team; there are chair and crew'],
    ['no name', { ...row, to: value(1) }, [], '`to` should be text, and is 1'],
    ['an empty name', { ...row, to: value('') }, [], '`to` should be text, and is ""'],
    ['no list', { ...row, forEach: value('x') }, [], '`for_each` should be a list, and is "x"'],
    [
      'too long a list',
      { ...row, forEach: value(Array<Json>(1_001).fill(1)) },
      [],
      'has 1001 entries; at most 1000',
    ],
    [
      'a turn that is open',
      { ...row, results: value([1]) },
      [turn(1, 'open')],
      'turn 1 is open, and should be over',
    ],
    [
      'a turn that is not there',
      { ...row, results: value([2]) },
      [turn(1, 'failed')],
      '2 is no turn; there are 1',
    ],
    ['no time', { ...row, timeoutSeconds: value(0) }, [], 'the timeout of a turn is 0; it may be 0.001 to'],
    [
      'a turn that failed',
      { do: 'finish_with', turn: value(1) },
      [turn(1, 'failed')],
      'and should be completed',
    ],
    [
      'a turn that is over',
      { do: 'stop', turns: value([1]), reason: '' },
      [turn(1, 'failed')],
      'and should be open',
    ],
  ])('makes no sense with %s', (_, action, turns, why) => {
    expect(() => moves(action, turns)).toThrow(why);
  });

  test('is one of at most a thousand moves', () => {
    const many = { ...row, forEach: value(Array<Json>(600).fill(1)) };
    expect(() => reaction({ actions: [many, many] })).toThrow('asks for 1200 moves at once');
    const told: RuleAction = { do: 'fact', fact: 'voted', forEach: many.forEach, fields: [] };
    expect(() => reaction({ actions: [told, told] })).toThrow('says 1200 facts at once');
  });

  test('says no more at once than a log can hold, and nothing that nests without end', () => {
    const large = value('x'.repeat(1_048_576));
    const to = { do: 'turn', to: value('crew'), purpose: 'row', input: large } as const;
    expect(reaction({ actions: [to] }).moves).toHaveLength(1);
    expect(() => reaction({ actions: [{ ...to, forEach: value([1, 2, 3, 4, 5, 6, 7, 8]) }] })).toThrow(
      'what the rule says at moves[7].input is larger than 8 MiB',
    );
    let deep: Json = 1;
    for (let n = 0; n < 80; n++) deep = [deep];
    expect(() => reaction({ actions: [{ do: 'finish', output: value(deep) }] })).toThrow('is nested deeper');
  });
});

test('an answer that asks for nothing may be refused, too, where it is that of a turn', () => {
  const refusals = [{ when: calc(({ output }) => output === 'no'), message: value('say yes') }];
  const actions: RuleAction[] = [{ do: 'turn', to: value('crew'), purpose: 'row' }];
  const pattern = declarative({
    ...bare,
    refusals,
    rules: [rule({ on: { kind: 'completed' }, actions })],
  });
  const plan = aPlan({
    team: { pattern, options: {} },
    agents: { crew: 1 },
    tasks: { a: { agent: 'crew' } },
  });
  const run = given(plan)
    .commands(starts(), completes('a', 'yes', { directives: [{ kind: 'vote', choice: 'left' }] }))
    .when(completes('a[2]', 'no'));
  expect(run.log).toContainEqual(
    expect.objectContaining({ error: expect.objectContaining({ code: 'ask_refused', message: 'say yes' }) }),
  );
});

describe('a team that', () => {
  const problems = (rest: Partial<Rule>) => declarative({ ...bare, rules: [rule(rest)] }).validate(setup);
  const fails: RuleAction = { do: 'fail', code: value('no_cox'), message: value('nobody steers') };

  test('would fail at its first step, whatever it is given, is a problem of its document', () => {
    const isAlone = calc(({ seats, options, state, open }) => {
      expect([options, state, open]).toEqual([{ most: 2 }, { round: 1 }, 0]);
      return seats.length < 9;
    });
    expect(problems({ when: isAlone, actions: [fails] })).toEqual([{ path: [], message: 'nobody steers' }]);
    expect(problems({ when: value(false), actions: [fails] })).toEqual([]);
    expect(problems({ on: { kind: 'idle' }, actions: [fails] })).toEqual([]);
    expect(problems({ actions: [{ do: 'clear_timer', name: 'patience' }] })).toEqual([]);
  });

  test('may fail for what it is given is none', () => {
    const goesByInput = calc(({ input }) => input === null);
    expect(problems({ when: goesByInput, actions: [fails] })).toEqual([]);
    expect(problems({ when: none, actions: [fails] })).toEqual([]);
    expect(problems({ set: value(7) })).toEqual([]);
  });

  test('meets an error of ours is not told that it is in order', () => {
    const broken = calc<never>(() => {
      throw new Error('ours');
    });
    expect(() => problems({ when: broken })).toThrow('ours');
  });
});
