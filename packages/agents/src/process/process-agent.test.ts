/** Real programs: Node, told what to do by its arguments. */
import { connect } from 'node:net';
import { CantataError } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { assignment, listening } from '../../test/turn.ts';
import { type ProcessOptions, processAgent } from './index.ts';

/** A program whose lines may use `request`, `say` and `next`, the next line of its input. */
const program = (body: string): Pick<ProcessOptions, 'command' | 'args'> => ({
  command: process.execPath,
  args: [
    '-e',
    `const lines = require('node:readline').createInterface({ input: process.stdin })[Symbol.asyncIterator]();
     const next = async () => { const { value, done } = await lines.next(); return done ? undefined : JSON.parse(value); };
     const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
     void (async () => { const request = await next(); ${body} })();`,
  ],
});
const perform = (body: string, options: Partial<ProcessOptions> = {}, context = listening()) =>
  processAgent({ ...program(body), graceMs: 300, ...options }).transport.perform(assignment, context);
const errorOf = async (outcome: ReturnType<typeof perform>) => {
  const found = await outcome;
  return found.kind === 'failed' ? found.error : undefined;
};

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

describe('a program', () => {
  test('is told of its turn, and its answer counts', async () => {
    const outcome = await perform(
      "say({ type: 'completed', output: [request.type, request.input, request.idempotency_key, request.workflow.name], usage: { tokens: 3 }, directives: [] })",
    );
    expect(outcome).toEqual({
      kind: 'completed',
      output: ['perform', { cents: 5 }, 'e/pay#1.1/perform', 'test'],
      usage: { tokens: 3 },
      directives: [],
    });
  });

  test('says how far it is, that it lives, and what it has to tell', async () => {
    const context = listening();
    await perform(
      `say({ type: 'heartbeat' }); say({ type: 'progress', fraction: 7, note: 'on it' });
       say({ type: 'log', level: 'warn', message: 'hm', fields: { a: 1 } }); say({ type: 'log', message: 'ok' });
       say({ type: 'progress' }); say({ type: 'completed' })`,
      {},
      context,
    );
    expect(context.said).toEqual([
      'heartbeat',
      { fraction: 1, note: 'on it' },
      ['warn', 'hm', { a: 1 }],
      ['info', 'ok', undefined],
      {},
    ]);
  });

  test('fails with the error it names', async () => {
    const error = "{ code: 'card', message: 'declined', retry: 'never', detail: [1] }";
    expect(await errorOf(perform(`say({ type: 'failed', error: ${error} })`))).toEqual({
      code: 'card',
      message: 'declined',
      retry: 'never',
      detail: [1],
    });
    expect(await errorOf(perform("say({ type: 'failed' })"))).toEqual({
      code: 'agent_error',
      message: 'the agent failed and did not say why',
    });
  });

  test('learns that what it wrote down is safe, or why it is not', async () => {
    const keep = async (key: string) => {
      if (key === 'late') throw new CantataError('stale_result', 'too late');
      return 'the first';
    };
    const body = `say({ type: 'keep', id: 1, key: 'a', value: 2 }); const kept = await next();
      say({ type: 'keep', key: 'late', value: 2 }); const not = await next();
      say({ type: 'completed', output: [kept, not] })`;
    expect(await perform(body, {}, listening(keep))).toMatchObject({
      output: [
        { type: 'kept', id: 1, key: 'a', value: 'the first' },
        { type: 'not_kept', id: null, key: 'late', message: 'too late' },
      ],
    });
  });

  test('sees the environment it is given, and nothing else', async () => {
    const outcome = await perform("say({ type: 'completed', output: Object.keys(process.env).sort() })", {
      env: { TOKEN: 'x' },
    });
    expect(outcome).toMatchObject({ output: ['TOKEN'] });
  });

  test('runs in the folder it is given', async () => {
    const outcome = await perform("say({ type: 'completed', output: process.cwd() })", { cwd: '/' });
    expect(outcome).toMatchObject({ output: '/' });
  });

  test('that ends without an answer has failed, with the end of what it complained of', async () => {
    expect(await errorOf(perform("console.error('no luck'); process.exit(3)"))).toEqual({
      code: 'agent_exited',
      message: 'the program ended with the code 3 and gave no answer: no luck',
    });
    expect(await errorOf(perform("process.kill(process.pid, 'SIGKILL')"))).toMatchObject({
      message: 'the program ended by SIGKILL and gave no answer',
    });
  });

  test('that does not exist is not tried again', async () => {
    expect(await errorOf(perform('', { command: 'no-such-program', args: [] }))).toMatchObject({
      code: 'agent_unreachable',
      retry: 'never',
    });
    expect(await errorOf(perform('', { command: '/', args: [] }))).toMatchObject({
      code: 'agent_unreachable',
    });
  });

  test.each([
    ['no JSON', "process.stdout.write('hello\\n')", 'what is no JSON: hello'],
    ['no object', 'say([1])', 'what is no object: [1]'],
    ['no message', "say({ type: 'dance' })", 'of the type "dance"'],
    ['a result without a key', "say({ type: 'keep' })", '`keep` needs `key`'],
    ['an endless line', "process.stdout.write('x'.repeat(5000))", 'more than 4096 bytes'],
  ])('that says %s does not speak the protocol', async (_, body, words) => {
    const error = await errorOf(perform(`${body}; setTimeout(() => {}, 60000)`, { maxOutputBytes: 4_096 }));
    expect(error).toMatchObject({ code: 'agent_protocol', retry: 'never' });
    expect(error?.message).toContain(words);
  });

  test('may end its last line with its output', async () => {
    expect(
      await perform(`process.stdout.write('{"type":"completed","output":1}'); process.stdin.destroy()`),
    ).toMatchObject({
      output: 1,
    });
  });

  test('is asked to stop, and may do so', async () => {
    const context = listening();
    const outcome = perform(
      `say({ type: 'heartbeat' }); const { type, reason } = await next(); say({ type: 'log', message: type + ': ' + reason }); process.exit(0)`,
      { graceMs: 20_000 },
      context,
    );
    await expect.poll(() => context.said.length, { timeout: 10_000 }).toBe(1);
    context.abort('not wanted any more');
    expect(await errorOf(outcome)).toEqual({ code: 'agent_aborted', message: 'not wanted any more' });
    expect(context.said.at(-1)).toEqual(['info', 'cancel: not wanted any more', undefined]);
  });

  test('that does not stop is ended, with what it has started', async () => {
    const context = listening();
    const outcome = perform(
      `const listens = 'const server = require("node:net").createServer(); server.listen(0, "127.0.0.1", () => console.log(server.address().port))';
       const child = require('node:child_process').spawn(process.execPath, ['-e', listens]);
       child.stdout.on('data', (port) => say({ type: 'log', message: String(port).trim() }));
       setInterval(() => {}, 1000)`,
      {},
      context,
    );
    await expect.poll(() => context.said.length, { timeout: 10_000 }).toBe(1);
    const [, port] = context.said[0] as [string, string];
    expect(await connects(Number(port))).toBe(true);
    context.abort('stop');
    expect(await errorOf(outcome)).toMatchObject({ code: 'agent_aborted' });
    await expect.poll(() => connects(Number(port)), { timeout: 10_000 }).toBe(false);
  });

  test('is not begun for longer than its turn is wanted', async () => {
    const context = listening();
    context.abort('too late');
    expect(await errorOf(perform("say({ type: 'completed' })", {}, context))).toBeDefined();
  });

  test('has as much memory as it is given', async () => {
    const hungry = processAgent({
      description: 'eats memory',
      command: '/usr/bin/perl',
      args: ['-e', 'my $x = "x" x (200 * 1024 * 1024); print qq({"type":"completed"}\\n)'],
      memoryMiB: 100,
    });
    expect(hungry.description).toBe('eats memory');
    expect(await hungry.transport.perform(assignment, listening())).toMatchObject({
      error: { code: 'agent_exited' },
    });
  });
});
