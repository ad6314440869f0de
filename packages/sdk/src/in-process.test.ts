import { describe, expect, test } from 'vitest';
import { fields } from './fields.suite.ts';
import { defineAgent, RetryableError, type StandardSchema, TerminalError, testAgent } from './index.ts';

const throwing = (thrown: unknown) =>
  defineAgent(() => {
    throw thrown;
  });
const failure = async (thrown: unknown) => {
  const { outcome } = await testAgent(throwing(thrown), null);
  if (outcome.kind === 'completed') throw new Error('it completed');
  return outcome.error;
};

describe('what an agent asks for', () => {
  test('may be more tasks, and those know what they are called', async () => {
    const asking = defineAgent((_, { spawn, spawned }) => {
      spawn({ id: 'a', agent: 'w' }, { id: 'b', requires: ['dig'], dependsOn: ['a'] });
      return spawned ?? null;
    });
    expect((await testAgent(asking, null, { spawned: 'c' })).outcome).toEqual({
      kind: 'completed',
      output: 'c',
      directives: [
        {
          kind: 'spawn',
          tasks: [
            { id: 'a', agent: 'w' },
            { id: 'b', requires: ['dig'], dependsOn: ['a'] },
          ],
        },
      ],
    });
  });

  test('comes with its answer, as it was when it asked', async () => {
    const items = [{ page: 1 }];
    const asking = defineAgent((_, { addItems }) => {
      addItems('read', items);
      items[0] = { page: 2 };
      addItems('read', items);
      return 'done';
    });
    expect((await testAgent(asking, null)).outcome).toEqual({
      kind: 'completed',
      output: 'done',
      directives: [
        { kind: 'add_items', task: 'read', items: [{ page: 1 }] },
        { kind: 'add_items', task: 'read', items: [{ page: 2 }] },
      ],
    });
  });
});

describe('what an agent returns', () => {
  test('is the output, awaited or not', async () => {
    expect(
      (
        await testAgent(
          defineAgent(() => 1),
          null,
        )
      ).outcome,
    ).toEqual({ kind: 'completed', output: 1 });
    expect(
      (
        await testAgent(
          defineAgent(async () => null),
          null,
        )
      ).outcome,
    ).toEqual({ kind: 'completed', output: null });
  });

  test('nothing stays nothing, even with an output schema: the engine has a word for it', async () => {
    const silent = defineAgent({
      output: fields<{ words: number }>({ words: 'number' }),
      perform: () => undefined as never,
    });
    expect((await testAgent(silent, null)).outcome).toEqual({ kind: 'completed', output: undefined });
  });
});

describe('what an agent throws', () => {
  test('an ordinary error is left to the retry policy and its stack goes to the log alone', async () => {
    const { outcome, log } = await testAgent(throwing(new TypeError('x is not a function')), null);
    expect(outcome).toEqual({
      kind: 'failed',
      error: { code: 'agent_error', message: 'x is not a function' },
    });
    expect(log).toMatchObject([{ level: 'error', message: 'x is not a function' }]);
    expect(log[0]?.fields?.['stack']).toContain('in-process.test.ts');
  });

  test('a TerminalError is never retried', async () => {
    const thrown = new TerminalError('no such city', { code: 'city_unknown', detail: { city: 'Ys' } });
    expect(await failure(thrown)).toEqual({
      code: 'city_unknown',
      message: 'no such city',
      retry: 'never',
      detail: { city: 'Ys' },
    });
    expect((await testAgent(throwing(thrown), null)).log).toEqual([]);
  });

  test('a RetryableError is wanted again', async () => {
    expect(await failure(new RetryableError('busy'))).toEqual({
      code: 'agent_error',
      message: 'busy',
      retry: 'wanted',
    });
  });

  test('the errors are known by their mark, also from another copy of the package', async () => {
    const foreign = Object.assign(new Error('gone'), {
      code: 'gone',
      detail: undefined,
      [Symbol.for('cantata.sdk.agent-error')]: 'never',
    });
    expect(await failure(foreign)).toEqual({ code: 'gone', message: 'gone', retry: 'never' });
  });

  test('causes are told, once, and not for ever', async () => {
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    expect((await failure(new TypeError('fetch failed', { cause: refused }))).message).toBe(
      'fetch failed: ECONNREFUSED',
    );
    const repeated = new Error('could not read: no such file', { cause: new Error('no such file') });
    expect((await failure(repeated)).message).toBe('could not read: no such file');
    const endless = new Error('a');
    endless.cause = new Error('b', { cause: endless });
    expect((await failure(endless)).message).toBe('a: b');
  });

  test('the cause of a deliberate error keeps its stack in the log', async () => {
    const thrown = new RetryableError('the service is down', { cause: new Error('connect timeout') });
    const { log } = await testAgent(throwing(thrown), null);
    expect(log[0]?.fields?.['stack']).toContain('connect timeout');
  });

  test.each([
    ['a string', 'out of paper', 'out of paper'],
    ['an empty string', '', 'an empty string was thrown'],
    ['an object', { status: 503 }, '{"status":503}'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a bigint', 12n, 'something unprintable (bigint) was thrown'],
    ['an error without words', new RangeError(), 'RangeError'],
    ['an error with a NUL', new Error('a\u0000b'), 'a\uFFFDb'],
  ])('%s is handled', async (_what, thrown, message) => {
    expect(await failure(thrown)).toEqual({ code: 'agent_error', message });
  });

  test('a message is bounded, and a detail that cannot be stored is left out', async () => {
    expect((await failure(new Error('x'.repeat(5_000)))).message).toHaveLength(2_001);
    const odd = new TerminalError('odd', { detail: { at: new Date() } as never });
    expect(await failure(odd)).toEqual({ code: 'agent_error', message: 'odd', retry: 'never' });
  });
});

describe('schemas', () => {
  const input = fields<{ text: string }>({ text: 'string' });
  const output = fields<{ words: number }>({ words: 'number' });

  test('what is checked is what goes on', async () => {
    const agent = defineAgent({
      input,
      output,
      perform: (given) => ({ words: Object.keys(given).length, extra: true }),
    });
    const { outcome } = await testAgent(agent, { text: 'a', more: 'b' });
    expect(outcome).toEqual({ kind: 'completed', output: { words: 1 } });
  });

  test('a bad input fails for good before the agent sees it', async () => {
    let performed = false;
    const agent = defineAgent({
      input,
      perform: () => {
        performed = true;
        return null;
      },
    });
    const { outcome } = await testAgent(agent, { text: 1 });
    expect(performed).toBe(false);
    expect(outcome).toEqual({
      kind: 'failed',
      error: {
        code: 'input_invalid',
        retry: 'never',
        message: "the input does not match the agent's schema: text: expected string, received number",
        detail: { issues: [{ path: 'text', message: 'expected string, received number' }] },
      },
    });
  });

  test('a bad output fails for good', async () => {
    const { outcome } = await testAgent(
      defineAgent({ output, perform: () => ({ words: 'one' }) as never }),
      null,
    );
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'output_invalid', retry: 'never' } });
  });

  test('asynchronous validators are awaited, and many issues are summed up with their paths', async () => {
    const issues = Array.from({ length: 7 }, (_, n) => ({
      message: 'bad',
      path: ['rows', n, { key: 'id' }],
    }));
    const strict: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.resolve({ issues }) },
    };
    const { outcome } = await testAgent(defineAgent({ input: strict, perform: () => null }), null);
    const message = outcome.kind === 'failed' ? outcome.error.message : '';
    expect(message).toContain(': rows[0].id: bad; rows[1].id: bad; ');
    expect(message).toMatch(/rows\[4\]\.id: bad; and 2 more$/);
  });

  test('a validator that throws is an ordinary error', async () => {
    const broken: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          throw new Error('broken validator');
        },
      },
    };
    const { outcome } = await testAgent(defineAgent({ input: broken, perform: () => null }), null);
    expect(outcome).toEqual({ kind: 'failed', error: { code: 'agent_error', message: 'broken validator' } });
  });
});

describe('being told to stop', () => {
  test('whatever is thrown then counts as stopping', async () => {
    const controller = new AbortController();
    const agent = defineAgent((_input, { signal }) => {
      controller.abort(new Error('timed out'));
      signal.throwIfAborted();
    });
    const { outcome } = await testAgent(agent, null, { signal: controller.signal });
    expect(outcome).toEqual({
      kind: 'failed',
      error: { code: 'agent_aborted', message: 'told to stop: timed out' },
    });
  });

  test('an agent that finishes nevertheless has finished', async () => {
    const { outcome } = await testAgent(
      defineAgent(() => 'done'),
      null,
      { signal: AbortSignal.abort() },
    );
    expect(outcome).toEqual({ kind: 'completed', output: 'done' });
  });
});
