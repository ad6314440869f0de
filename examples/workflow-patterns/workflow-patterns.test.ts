/** The examples of docs/patterns-support.md do what their first lines say. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Operation } from '@cantata/core';
import { answers, DocumentWorld, hangs, obeys } from '@cantata/testing';
import { afterEach, expect, test } from 'vitest';

const worlds: DocumentWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

type Case = (world: DocumentWorld) => Promise<void>;

/** Ends as completed, with these tasks performed, in this order unless `any`. */
const performs =
  (places: readonly string[], input: Parameters<DocumentWorld['start']>[0] = null): Case =>
  async (world) => {
    expect((await world.ended(await world.start(input))).status).toBe('completed');
    expect(world.agents.places.toSorted()).toEqual(places.toSorted());
  };

const told =
  (script: Readonly<Record<string, ReturnType<typeof answers>>>, then: Case): Case =>
  async (world) => {
    for (const [place, line] of Object.entries(script)) world.agents.on(place, line);
    await then(world);
  };

/** One way goes on while another is at work. */
const goesOnWithout =
  (late: string, task: string): Case =>
  async (world) => {
    world.agents.on(late, hangs());
    await world.start();
    await world.clock.advance(1_000);
    expect(world.agents.places).toContain(task);
  };

/** No two of these are at work at the same time, in however many executions. */
const takesTurns =
  (places: readonly string[], executions: number, input: Parameters<DocumentWorld['start']>[0]): Case =>
  async (world) => {
    const atWork = new Set<string>();
    for (const place of places)
      world.agents.on(place, async ({ idempotencyKey }, _, clock) => {
        expect([...atWork]).toEqual([]);
        atWork.add(idempotencyKey);
        await new Promise<void>((resolve) => void clock.at(clock.now() + 1_000, resolve));
        atWork.delete(idempotencyKey);
        return { kind: 'completed', output: null };
      });
    const started = [];
    for (let n = 0; n < executions; n++) started.push(await world.start(input));
    for (const execution of started) expect((await world.ended(execution)).status).toBe('completed');
    for (const place of places) expect(world.agents.at(place)).toHaveLength(executions);
  };

/** While these hang, an operator does this; then it ends so, with these performed. */
const operated =
  (
    hanging: readonly string[],
    operation: Operation | 'cancel',
    status: string,
    places: readonly string[],
  ): Case =>
  async (world) => {
    for (const place of hanging) world.agents.on(place, obeys());
    const execution = await world.start();
    await world.clock.advance(1_000);
    const { engine } = world;
    await world.clock.of(
      operation === 'cancel' ? engine.cancel(execution, 'ann') : engine.operate(execution, operation, 'ann'),
    );
    expect((await world.ended(execution)).status).toBe(status);
    expect(world.agents.places.toSorted()).toEqual(places.toSorted());
  };

const CASES: Readonly<Record<string, readonly Case[]>> = {
  '01-sequence': [performs(['first', 'then'])],
  '02-parallel-split': [performs(['start', 'left', 'right'])],
  '03-synchronization': [performs(['left', 'right', 'both'])],
  '04-exclusive-choice': [
    told({ ask: answers(11) }, performs(['ask', 'large', 'merge'])),
    told({ ask: answers(10) }, performs(['ask', 'small', 'merge'])),
  ],
  '06-multi-choice': [
    performs(['mail', 'call', 'merge'], { mail: true, call: true }),
    performs(['call', 'merge'], { mail: false, call: true }),
    performs(['merge'], { mail: false, call: false }),
  ],
  '09-structured-discriminator': [
    performs(['north', 'east', 'west', 'first']),
    goesOnWithout('east', 'first'),
  ],
  '11-implicit-termination': [performs(['one', 'other'])],
  '12-instances-without-synchronization': [
    performs(['choose', 'write[0]', 'write[1]', 'file'], { customers: ['ann', 'bob'] }),
    async (world) => {
      world.agents.on('write', hangs());
      await world.start({ customers: ['ann', 'bob'] });
      await world.clock.advance(1_000);
      expect(world.agents.places).toContain('file');
    },
  ],
  '13-instances-at-design-time': [performs(['proofread[0]', 'proofread[1]', 'proofread[2]', 'print'])],
  '14-instances-at-run-time': [
    performs(['proofread[0]', 'proofread[1]', 'print'], { chapters: [1, 2] }),
    performs(['print'], { chapters: [] }),
  ],
  '17-interleaved-parallel-routing': [takesTurns(['blood', 'results', 'eyes'], 1, { patient: 7 })],
  '18-milestone': [
    told({ pack: obeys() }, async (world) => {
      await world.start();
      await world.clock.advance(1_000);
      expect(world.agents.places).toContain('change');
    }),
    async (world) => {
      world.agents.on('ask', async (_, __, clock) => {
        await new Promise<void>((resolve) => void clock.at(clock.now() + 500, resolve));
        return { kind: 'completed', output: null };
      });
      await performs(['pack', 'ask'])(world);
    },
  ],
  '19-cancel-task': [
    operated(['search'], { type: 'task.cancel', task: 'search', extent: 'task' }, 'completed', [
      'search',
      'report',
    ]),
  ],
  '20-cancel-case': [operated(['pack'], 'cancel', 'cancelled', ['pack', 'bill'])],
  '25-cancel-region': [
    operated(['typeset'], { type: 'task.cancel', task: 'typeset', extent: 'region' }, 'completed', [
      'typeset',
      'convert',
      'publish',
    ]),
  ],
  '26-cancel-instances': [
    operated(
      ['review[1]', 'review[2]'],
      { type: 'task.cancel', task: 'review', extent: 'task' },
      'completed',
      ['review[0]', 'review[1]', 'review[2]', 'print'],
    ),
  ],
  '27-complete-instances': [
    operated(['review[2]'], { type: 'task.complete', task: 'review', output: ['fine'] }, 'completed', [
      'review[0]',
      'review[1]',
      'review[2]',
      'print',
    ]),
  ],
  '22-recursion': [performs(['say', 'say', 'say'], { from: 3 })],
  '29-cancelling-discriminator': [
    told({ east: obeys(), west: obeys() }, performs(['north', 'east', 'west', 'first'])),
  ],
  '30-structured-partial-join': [
    performs(['north', 'east', 'west', 'enough']),
    goesOnWithout('west', 'enough'),
  ],
  '32-cancelling-partial-join': [told({ west: obeys() }, performs(['north', 'east', 'west', 'enough']))],
  '36-dynamic-partial-join': [
    told({ 'search[0]': obeys() }, async (world) => {
      const execution = await world.start();
      const items = ['archive', 'web'];
      await world.clock.of(
        world.engine.operate(execution, { type: 'items.add', task: 'search', items }, 'ann'),
      );
      expect((await world.ended(execution)).status).toBe('completed');
      expect(world.agents.places.at(-1)).toBe('answer');
    }),
  ],
  '37-local-synchronizing-merge': [
    told({ ask: answers('check') }, performs(['ask', 'check', 'repair', 'polish', 'merge'])),
    told({ ask: answers('no') }, performs(['ask', 'polish', 'merge'])),
  ],
  '39-critical-section': [takesTurns(['cover', 'body'], 2, null)],
  '40-interleaved-routing': [takesTurns(['wash', 'fill', 'check'], 1, { car: 'red' })],
};

test.each(
  Object.entries(CASES).flatMap(([name, cases]) => cases.map((one, n) => [name, n + 1, one] as const)),
)('%s, %i', async (name, _, one) => {
  expect.hasAssertions();
  const world = await DocumentWorld.of(new URL(`${name}.yaml`, import.meta.url));
  worlds.push(world);
  await one(world);
});

test('every example is run', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.yaml'));
  expect(files.map((file) => file.replace('.yaml', '')).toSorted()).toEqual(Object.keys(CASES).toSorted());
});

const PAGE = new URL('../../docs/patterns-support.md', import.meta.url);
const ROWS = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \| (\w+) \| (.+) \|$/gm)];

test('the page rates each of the 43 patterns once', () => {
  const numbers = ROWS.map(([, number]) => Number(number)).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 43 }, (_, n) => n + 1));
  for (const [, number, , rating] of ROWS)
    expect([number, rating]).toEqual([number, expect.stringMatching(/^(direct|indirect|none)$/)]);
});

/** The constructs have tests of their own beside them, which name the document. */
const CONSTRUCTS = new URL('../constructs/', import.meta.url);
const CONSTRUCT_TESTS = readdirSync(CONSTRUCTS)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, CONSTRUCTS), 'utf8'))
  .join('\n');

test.each(
  ROWS.filter(([, , , rating]) => rating === 'direct').map(
    ([, number, name, , how]) => [number, name, how] as const,
  ),
)('pattern %s, %s, leads to an example that a test runs', (_, __, how) => {
  const [, folder, name = ''] =
    /\[example\]\(\.\.\/examples\/([a-z-]+)\/([\w-]+)\.yaml\)$/.exec(how ?? '') ?? [];
  if (folder === 'workflow-patterns') return expect(Object.keys(CASES)).toContain(name);
  expect(folder).toBe('constructs');
  expect(CONSTRUCT_TESTS).toMatch(new RegExp(`'${name}(\\.yaml)?'`));
});
