import type { CancelSignal } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { type Context, defineAgent, type TestAgentOptions, testAgent } from './index.ts';

/** The context an agent gets for an assignment. */
async function contextFor(options: TestAgentOptions = {}): Promise<Context> {
  const seen: Context[] = [];
  await testAgent(
    defineAgent((_input, context) => seen.push(context)),
    null,
    options,
  );
  if (seen[0] === undefined) throw new Error('it was not called');
  return seen[0];
}

/** A signal with no more than the port promises. */
class PlainSignal implements CancelSignal {
  aborted = false;
  reason: unknown;
  readonly listeners = new Set<() => void>();
  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }
  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }
}

describe('what an agent is told', () => {
  test('everything the assignment says, in words of its own', async () => {
    const context = await contextFor({
      executionId: 'e',
      workflowId: 'w',
      workflowName: 'letters',
      workflowInput: { question: 'why?' },
      task: 'research',
      item: 2,
      items: 5,
      seat: 'researchers-3',
      agentType: 'research_agent',
      attempt: 4,
      idempotencyKey: 'e/research[2]#1.1/perform',
      outputs: { decompose: ['a'] },
      deadline: 1_000,
    });
    expect(context).toMatchObject({
      executionId: 'e',
      workflow: { id: 'w', name: 'letters', input: { question: 'why?' } },
      task: 'research',
      item: { index: 2, count: 5 },
      seat: 'researchers-3',
      agentType: 'research_agent',
      attempt: 4,
      idempotencyKey: 'e/research[2]#1.1/perform',
      outputs: { decompose: ['a'] },
      deadline: new Date(1_000),
    });
  });

  test('a plain task has no item, and no timeout means no deadline', async () => {
    const { item, deadline } = await contextFor();
    expect([item, deadline]).toEqual([undefined, undefined]);
  });

  test("changing a value changes nobody else's", async () => {
    const shared = { list: [1] };
    const vandal = defineAgent((input: { list: number[] }, context) => {
      for (const value of [input, context.workflow.input, context.outputs['a']] as { list: number[] }[])
        value.list.push(2);
      return [input, context.workflow.input, context.outputs['a']];
    });
    const { output } = await testAgent(vandal, shared, { outputs: { a: shared } });
    expect(output).toEqual(Array.from({ length: 3 }, () => ({ list: [1, 2] })));
    expect(shared).toEqual({ list: [1] });
  });
});

describe('what an agent can say', () => {
  test('progress as a number with a note or as an object, held between 0 and 1', async () => {
    const agent = defineAgent((_input, { progress }) => {
      progress(0.5, 'half');
      progress(7);
      progress(-1);
      progress({ note: 'only words' });
      progress(Number.NaN, '0 of 0');
    });
    expect((await testAgent(agent, null)).progress).toEqual([
      { fraction: 0.5, note: 'half' },
      { fraction: 1 },
      { fraction: 0 },
      { note: 'only words' },
      { note: '0 of 0' },
    ]);
  });

  test('a log whose fields become JSON', async () => {
    const agent = defineAgent((_input, { log }) => {
      log.debug('plain');
      log.info('fields', { n: 1, list: ['a'], long: 'x'.repeat(20_000) });
      log.warn('odd', { at: new Map([['a', 1]]), big: 12n });
      log.error('failed', { error: new Error('reason') });
    });
    const { log } = await testAgent(agent, null);
    expect(log.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'debug plain',
      'info fields',
      'warn odd',
      'error failed',
    ]);
    expect(log[1]?.fields).toEqual({ n: 1, list: ['a'], long: 'x'.repeat(16_384) });
    expect(log[2]?.fields).toEqual({ at: "Map(1) { 'a' => 1 }", big: '12n' });
    expect(log[3]?.fields?.['error']).toContain('Error: reason');
  });
});

describe('the signal', () => {
  test('an AbortSignal is passed through', async () => {
    const { signal } = new AbortController();
    expect((await contextFor({ signal })).signal).toBe(signal);
  });

  test('any other source is bridged when it is first asked for, and left alone when the attempt is over', async () => {
    const source = new PlainSignal();
    const agent = defineAgent((_input, context) => {
      expect(source.listeners.size).toBe(0);
      const { signal } = context;
      expect(context.signal).toBe(signal);
      expect(source.listeners.size).toBe(1);
      source.abort('cancelled');
      return [signal.aborted, signal.reason as unknown];
    });
    expect((await testAgent(agent, null, { signal: source })).output).toEqual([true, 'cancelled']);
    expect(source.listeners.size).toBe(0);
  });

  test('a source that has aborted already is seen at once', async () => {
    const source = new PlainSignal();
    source.abort('too late');
    const { output } = await testAgent(
      defineAgent((_input, { signal }) => [signal.aborted, signal.reason as unknown]),
      null,
      { signal: source },
    );
    expect(output).toEqual([true, 'too late']);
  });
});
