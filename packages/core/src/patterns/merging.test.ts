import { aPlan, completes, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import type { Ask } from './asks.ts';
import { network } from './network.ts';
import type { Pattern } from './pattern.ts';
import { supervisor } from './supervisor.ts';
import { swarm } from './swarm.ts';
import { teamOf } from './team.ts';

const PARTS: readonly Ask[] = ['one', 'two', 'two'].map((input) => ({
  kind: 'delegate',
  to: 'hands',
  input,
}));
/** The boss delegates three parts, which give these. */
function parts(options: JsonObject, ...outputs: readonly (Json | Error)[]): Given {
  const team = {
    pattern: supervisor,
    options: { max_parallel: 9, on_worker_failure: 'report', vote: 'majority', ...options },
  };
  const agents = { boss: { count: 1, role: 'supervisor' }, hands: { count: 3, weight: 2 }, referee: 1 };
  const run = given(aPlan({ agents, tasks: { t: { team } } })).commands(
    starts({ input: 'the question' }),
    completes('t[1]', 'plan', { directives: PARTS }),
  );
  for (const [n, output] of outputs.entries())
    run.commands(output instanceof Error ? fails(`t[${n + 2}]`) : completes(`t[${n + 2}]`, output));
  return run;
}
const result = ({ state }: Given): unknown => {
  const status = state.tasks[0]?.items[0]?.status;
  return status?.kind === 'completed' ? status.output : status;
};
const lastReaction = (run: Given) => run.log.findLast((event) => event.type === 'pattern.reacted');

describe('the parts of a supervisor', () => {
  test.each<[merge: string, outputs: readonly (Json | Error)[], is: Json]>([
    ['all', ['a', 2, new Error('lost')], ['a', 2]],
    ['concat', ['a', { b: 1 }, 'c'], 'a\n\n{"b":1}\n\nc'],
    ['last', ['a', 'b', 'c'], 'c'],
    ['vote', [{ a: 1, b: 2 }, 'no', { b: 2, a: 1 }], { a: 1, b: 2 }],
  ])('become one by %s', (merge, outputs, is) => {
    expect(result(parts({ merge }, ...outputs))).toEqual(is);
  });

  test('go to the supervisor unless its document says otherwise', () => {
    expect(lastReaction(parts({ merge: 'lead' }, 1, 2, 3))?.turns).toMatchObject([{ to: 'boss' }]);
  });

  test('without any result are a failure', () => {
    const run = parts({ merge: 'all' }, new Error('x'), new Error('x'), new Error('x'));
    expect(result(run)).toMatchObject({ kind: 'failed', error: { code: 'no_results' } });
  });

  test.each([
    ['judge', 'judge'],
    ['reducer', 'reduce'],
  ])('are merged by an agent as %s, which sees them all', (merge, purpose) => {
    const run = parts({ merge, merger: 'referee' }, 1, 2, 3);
    expect(lastReaction(run)?.turns).toMatchObject([{ to: 'referee', purpose, results: [2, 3, 4] }]);
    expect(result(run.commands(completes('t[5]', 'the best')))).toBe('the best');
  });

  test('are not merged by one that fails, or that asks for more', () => {
    const merging = { merge: 'judge', merger: 'boss' };
    expect(result(parts(merging, 1, 2, 3).commands(fails('t[5]')))).toMatchObject({ kind: 'failed' });
    const run = parts(merging, 1, 2, 3);
    run.commands(completes('t[5]', 1, { directives: [PARTS[0] as Ask] }));
    const failed = run.log.find((event) => event.type === 'task.failed');
    expect(failed?.error.message).toBe('boss makes one result of all, and asks for nothing beside it');
  });

  test.each<[options: JsonObject, is: object | string]>([
    [{ undecided: 'most' }, 'a'],
    [{ undecided: 'fail' }, { error: { code: 'no_majority' } }],
    [{ undecided: 'judge', merger: 'referee' }, { kind: 'waiting' }],
  ])('of which none has more than half of the votes are %o', (options, is) => {
    const run = parts({ merge: 'vote', ...options }, 'a', 'b', 'c');
    if (typeof is === 'string') expect(result(run)).toBe(is);
    else expect(result(run)).toMatchObject(is);
    const told = options['undecided'] === 'most' ? run.state.tasks[0]?.stopReason : lastReaction(run)?.reason;
    expect(told).toContain('no result has more than half of the votes: the best has 1 of 3 votes');
  });

  test('are weighed, if they are to be', () => {
    const run = parts({ merge: 'vote', vote: 'weighted' }, 'a', 'b', 'a');
    expect(lastReaction(run)?.reason).toBe('all 3 parts are in: a result has 4 of 6 votes');
  });
});

describe('whoever merges', () => {
  const problems = ({ validate, roles }: Pattern, options: JsonObject) => {
    const team = teamOf({ roles }, [{ name: 'a', count: 2, capabilities: [] }], 'a');
    return validate({ team, options }).map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const patterns = [supervisor, network, swarm] as unknown as readonly Pattern[];

  test.each(patterns.map((pattern) => [pattern.name, pattern] as const))('is named in a %s', (_, pattern) => {
    for (const options of [{ merge: 'judge' }, { merge: 'reducer' }, { merge: 'vote', undecided: 'judge' }])
      expect(problems(pattern, options)).toEqual(['merge: nobody is named who merges the results']);
    expect(problems(pattern, { merge: 'all', merger: 'a' })).toEqual([
      'merger: there is nothing for it to merge',
    ]);
    expect(problems(pattern, { merge: 'judge', merger: 'x' })).toEqual(['merger: x is not of the team']);
    expect(problems(pattern, { merge: 'judge', merger: 'a-1' })).toEqual([]);
  });

  test.each(patterns.slice(1).map((pattern) => [pattern.name, pattern] as const))(
    'has the last word of a %s, and asks for nothing',
    (_, pattern) => {
      const options = {
        ...{ topology: 'mesh', max_hops: 9, max_batch: 9, start: 'all', allocation: 'claim' },
        ...{ merge: 'reducer', merger: 'c' },
      };
      const plan = aPlan({ agents: { a: 1, b: 1, c: 1 }, tasks: { t: { team: { pattern, options } } } });
      const run = given(plan).commands(starts());
      for (const n of [1, 2, 3]) run.commands(completes(`t[${n}]`, n));
      expect(lastReaction(run)?.turns).toMatchObject([{ to: 'c', purpose: 'reduce', results: [1, 2, 3] }]);
      const ask: Ask =
        pattern.name === 'swarm' ? { kind: 'vote', choice: 'x' } : { kind: 'send', to: 'a', data: 1 };
      const more = given(plan).commands(starts());
      for (const n of [1, 2, 3]) more.commands(completes(`t[${n}]`, n));
      more.commands(completes('t[4]', 6, { directives: [ask] }));
      expect(result(more)).toMatchObject({ kind: 'failed', error: { code: 'ask_refused' } });
      expect(result(run.commands(completes('t[4]', 6)))).toBe(6);
    },
  );

  test('has the last word of a network that votes without a majority, too', () => {
    const options = { topology: 'mesh', max_hops: 9, max_batch: 9, start: 'all', merge: 'vote' };
    const votes = (more: JsonObject): Given => {
      const team = { pattern: network as never, options: { ...options, ...more } };
      const run = given(aPlan({ agents: { a: 1, b: 1 }, tasks: { t: { team } } })).commands(starts());
      return run.commands(completes('t[1]', 'x'), completes('t[2]', 'y'));
    };
    expect(result(votes({}))).toBe('x');
    expect(lastReaction(votes({ undecided: 'judge', merger: 'b' }))?.turns).toMatchObject([{ to: 'b' }]);
  });

  test('sees the work that is done of a swarm, and what nobody took is told', () => {
    const options = { allocation: 'claim', start: 'first', merge: 'judge', merger: 'a' };
    const team = { pattern: swarm as never, options };
    const run = given(aPlan({ agents: { a: 1 }, tasks: { t: { team } } })).commands(starts());
    run.commands(completes('t[1]', 0, { directives: [{ kind: 'offer', work: 'w', input: 1 }] }));
    run.commands(completes('t[2]', 'not I'));
    const judged = lastReaction(run)?.turns?.[0];
    expect(judged).toMatchObject({ to: 'a', purpose: 'judge' });
    run.commands(completes('t[3]', 'nothing'));
    expect([result(run), run.state.tasks[0]?.stopReason]).toEqual(['nothing', 'nobody took w']);
  });
});
