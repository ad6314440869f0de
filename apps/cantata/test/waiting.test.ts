// What a run is told from another terminal while it waits: signals and answers.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { begin, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await call(...args, '--json')).out);

const document = {
  name: 'waits',
  version: '1',
  orchestration_pattern: 'custom',
  agents: { someone: { type: 'worker' } },
  signals: { paid: { schema: { type: 'number' } } },
  tasks: [
    { id: 'payment', wait: { signal: 'paid' } },
    { id: 'ship', depends_on: ['payment'], wait: { approval: { prompt: 'Ship ${tasks.payment.output}?' } } },
    { id: 'send', agent: 'someone', depends_on: ['ship'] },
  ],
  coordination: { type: 'graph_based' },
};

describe('a run that waits', () => {
  test('is told a signal and an answer from another terminal', async () => {
    const run = begin(['run', scratch.file('waits.yaml', JSON.stringify(document))], { cwd: scratch.folder });
    await run.until(/waiting +payment waits for the signal paid/);
    expect((await call('why', 'last')).out).toMatch(
      /^It waits: payment waits for the signal paid; cantata signal .* paid '\{…\}' sends it\.\n/,
    );
    expect(await call('signal', 'last', 'paid', '"much"')).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'error input_invalid: the data of the signal paid do not fit its schema: ',
      ),
    });
    expect(await call('signal', 'last', 'payed', '5')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error signal_unknown: '),
    });
    expect(await call('signal', 'last', 'paid', '5', '--id', 'one')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^sent {2}paid to [0-9a-f-]{13}\n$/),
    });
    expect(await json('signal', 'last', 'paid', '5', '--id', 'one')).toMatchObject({ signal: 'paid' });
    await run.until(/asked +ship asks somebody: Ship 5\?/);
    expect((await call('signal', 'last', 'paid', '6')).code).toBe(5);
    expect((await call('approve', 'last', 'ship', '--reject', '--output', '1')).code).toBe(2);
    expect(await call('approve', 'last', 'ship', '--reason', 'why not')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^approved {2}ship of [0-9a-f-]{13}\n$/),
    });
    expect(await run.ended).toMatchObject({ code: 0 });
    const { out } = await call('events', 'last');
    expect(out).toMatch(/signal +paid by .* with 5\n/);
    expect(out).toMatch(/consumed +payment has the signal paid\n/);
    expect(out).toMatch(/answered +ship was approved by .*: why not\n/);
  });

  test('is told no', async () => {
    const run = begin(['run', scratch.file('waits.yaml', JSON.stringify(document))], { cwd: scratch.folder });
    await run.until(/waiting +payment/);
    await call('signal', 'last', 'paid', '5');
    await run.until(/asked +ship/);
    expect(await json('approve', 'last', 'ship', '--reject', '--reason', 'too dear')).toMatchObject({
      task_id: 'ship',
      decision: 'rejected',
    });
    expect(await run.ended).toMatchObject({ code: 1 });
    expect((await call('approve', 'last', 'ship')).err).toContain('error already_ended: ');
  });

  test('is told of an event, and of what comes under its key', async () => {
    const tasks = [
      { id: 'order', agent: 'someone', on: 'orders' },
      { id: 'payment', depends_on: ['order'], wait: { signal: 'paid', correlate: 'order-17' } },
    ];
    const coordination = { type: 'hybrid', event_driven: ['orders'] };
    const text = JSON.stringify({ ...document, tasks, coordination });
    const run = begin(['run', scratch.file('waits.yaml', text)], { cwd: scratch.folder });
    await run.until(/waiting +order waits for an event on orders/);
    expect((await call('publish', 'last', 'order')).code).toBe(2);
    expect(await call('publish', 'last', 'orders', '{"n": 1}', '--id', 'o1')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^published {2}orders to [0-9a-f-]{13}\n$/),
    });
    expect(await json('publish', 'last', 'orders', '{"n": 1}', '--id', 'o1')).toMatchObject({
      topic: 'orders',
    });
    await run.until(/waiting +payment waits for the signal paid under the key order-17/);
    expect((await call('signal', '--key', 'order-18', 'paid', '5')).err).toContain('error nobody_waits: ');
    expect((await call('signal', 'last')).code).toBe(2);
    expect(await json('signal', '--key', 'order-18', 'paid', '5', '--keep', '1h')).toMatchObject({
      key: 'order-18',
    });
    expect(await call('signal', '--key', 'order-17', 'paid', '5', '--id', 'p1')).toMatchObject({
      code: 0,
      out: 'sent  paid under order-17\n',
    });
    expect(await run.ended).toMatchObject({ code: 0 });
    expect((await call('events', 'last')).out).toMatch(/event +orders by .* with \{"n":1\}\n/);
  });
});
