// Every command about a service does what it does about data of this machine, and says so in the same words: the same
// steps are taken in a folder with data of its own, and in one that only knows a service.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { begin, type Call, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { documentOf, noticed, single, type Workflow } from './workflows.ts';

interface World {
  readonly scratch: Scratch;
  readonly call: (...args: readonly string[]) => Promise<Result>;
  readonly begin: (...args: readonly string[]) => Call;
}

let service: Call;
let home: Scratch;
let local: World;
let remote: World;

beforeAll(async () => {
  home = createScratch();
  const stay = ['serve', '--port', '0', '--json'];
  service = begin(stay, { cwd: home.folder, variables: {} });
  const { url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string };
  local = worldOf([]);
  remote = worldOf(['--server', url]);
});
afterAll(async () => {
  process.emit('SIGTERM');
  await service.ended;
  for (const { scratch } of [local, remote]) scratch.remove();
  home.remove();
});

function worldOf(server: readonly string[]): World {
  const scratch = createScratch();
  const options = { cwd: scratch.folder, variables: {} };
  return {
    scratch,
    call: (...args) => cantata([...args, ...server], options),
    begin: (...args) => begin([...args, ...server], options),
  };
}

/** Both worlds have the same files under the same names. */
function file(name: string, text: string): string {
  for (const { scratch } of [local, remote]) scratch.file(name, text);
  return name;
}

function workflow(document: Workflow): string {
  return file(`${document.name}.yaml`, documentOf(document));
}

function chain(name: string, type = 'worker'): Workflow {
  return {
    name,
    agents: { someone: { type } },
    tasks: [
      { id: 'one', agent: 'someone' },
      { id: 'two', agent: 'someone', depends_on: ['one'] },
    ],
  };
}

const ASKING = `
name: asking
version: "1.0"
orchestration_pattern: custom
agents: { someone: { type: worker } }
signals: { paid: {} }
tasks:
  - { id: draft, agent: someone }
  - { id: money, wait: { signal: paid }, depends_on: [draft] }
  - { id: leave, wait: { approval: { prompt: "May it go?" } }, depends_on: [money] }
  - { id: sent, agent: someone, depends_on: [leave] }
coordination: { type: graph_based }
`;

/** Takes steps in one world, and says what each printed. */
type Steps = (world: World) => Promise<readonly Result[]>;

async function expectSame(steps: Steps): Promise<void> {
  const here = (await steps(local)).map(plain);
  const there = (await steps(remote)).map(plain);
  expect(there).toEqual(here);
}

/** One after the other. */
function commands(...all: readonly (readonly string[])[]): Steps {
  return async ({ call }) => {
    const results: Result[] = [];
    for (const args of all) results.push(await call(...args));
    return results;
  };
}

/** Without what differs between two runs: ids, times, where the data is. */
function plain({ code, out, err }: Result): Result {
  const same = (text: string): string =>
    text
      .replaceAll(/ --server \S+?(?=[\s"\\;`]|$)/g, '')
      .replaceAll(/^the process that drove the run ended.*\n/gm, '')
      .replaceAll(/^process \d+ owns the data and drives.*\n/gm, '')
      .replaceAll(/[\da-f]{8}-[\da-f]{4}(-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12})?/g, 'ID')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?/g, 'AT')
      .replaceAll(/(\d+ min )?\b\d+(\.\d+)? ?(ms|s|min|%)\b/g, 'SPAN')
      .replaceAll(/"(\w*_ms|rework|idle)":\s*\d+(\.\d+)?/g, '"$1":0')
      .replaceAll(/SPAN ago|just now/g, 'LATELY')
      // Columns are as wide as what stands in them.
      .replaceAll(/ {2,}/g, '  ')
      .replaceAll(/"estimated_duration":\d+/g, '"estimated_duration":0')
      .replaceAll(/^.* progress .*\n/gm, '')
      .replaceAll(/^info: .*\n/gm, '')
      .replaceAll(/sha256:[\da-f]{64}/g, 'DIGEST');
  return { code, out: same(out), err: same(err) };
}

describe('a run', () => {
  test.each([[[]], [['--json']], [['--quiet']], [['--verbose']]])(
    'is shown to its end, %j',
    async (options) => {
      await expectSame(commands(['run', workflow(chain('good')), ...options]));
    },
  );

  test('fails, is tried again, and goes on as another one', async () => {
    const bad = workflow(chain('failing', 'quitter'));
    await expectSame(
      commands(
        ['run', bad],
        ['run', bad, '--json'],
        ['retry', 'last'],
        ['retry', 'last', '--json'],
        ['fork', 'last'],
        ['fork', 'last', '--json'],
        ['fork', 'last', '--quiet'],
        ['status', 'last'],
        ['why', 'last'],
        ['resume', 'last'],
      ),
    );
  });

  test('takes several attempts', async () => {
    await expectSame(commands(['run', workflow(single('flaky', { retry_policy: 'fixed' }))]));
  });

  test('says with its first one alone that there are notices', async () => {
    const one = workflow(noticed('noticed'));
    await expectSame(commands(['run', one, '--quiet'], ['run', one, '--quiet']));
  });

  test('gives what is too large for a log', async () => {
    const args = [workflow(single('bulky')), '--quiet'];
    await expectSame(
      commands(['run', ...args], ['status', 'last', '--output'], ['watch', 'last', '--quiet']),
    );
  });

  test('is refused where its file, its version or its input is wrong', async () => {
    workflow(chain('changed'));
    await expectSame(async ({ call, scratch }) => {
      const first = await call('run', 'changed.yaml', '--quiet');
      scratch.file('changed.yaml', documentOf(chain('changed', 'flaky')));
      return [
        first,
        await call('run', 'changed.yaml'),
        await call('run', 'changed.yaml', '--json'),
        await call('run', 'none.yaml'),
        await call('run', 'changed.yaml', '--set', 'x'),
      ];
    });
  });

  test('is looked at, paused, resumed and answered while it is open', async () => {
    const asking = file('asking.yaml', ASKING);
    await expectSame(async ({ call, begin: start }) => {
      const run = start('run', asking);
      const results: Result[] = [];
      const waits = async (words: string): Promise<void> => {
        await expect.poll(async () => (await call('why', 'last')).out, { timeout: 10_000 }).toContain(words);
      };
      const all = async (...told: readonly (readonly string[])[]): Promise<void> => {
        for (const args of told) results.push(await call(...args));
      };
      await run.until(/completed/);
      await waits('the signal paid');
      await all(['run', asking], ['run', asking, '--json'], ['list', '--open'], ['status', 'last']);
      await all(['why', 'last'], ['why', 'last', '--json'], ['signal', 'last', 'nothing']);
      await all(['approve', 'last', 'leave'], ['task', 'skip', 'last', 'nothing'], ['retry', 'last']);
      await all(['pause', 'last', '--reason', 'lunch'], ['status', 'last'], ['pause', 'last']);
      const resumed = start('resume', 'last');
      await waits('the signal paid');
      await all(['signal', 'last', 'paid', '{"by": "ann"}']);
      await waits('May it go?');
      await all(['approve', 'last', 'leave', '--reason', 'because']);
      return [...results, await run.ended, await resumed.ended];
    });
  });
});

test('schedules are set, shown, paused and cleared', async () => {
  const { workflow: plainly } = JSON.parse(documentOf(chain('kept'))) as { readonly workflow: object };
  const schedule = { cron: '0 3 1 1 *', time_zone: 'Europe/Berlin' };
  const kept = file('kept.yaml', JSON.stringify({ ...plainly, schedule }));
  const none = workflow(chain('unscheduled'));
  await expectSame(
    commands(
      ['schedule', 'list'],
      ['schedule', 'set', kept],
      ['schedule', 'set', kept, '--json'],
      ['schedule', 'set', none],
      ['schedule', 'list'],
      ['schedule', 'list', '--json'],
      ['schedule', 'pause', 'kept'],
      ['schedule', 'resume', 'kept'],
      ['schedule', 'next', 'kept', '--times', '2'],
      ['schedule', 'clear', 'kept'],
      ['schedule', 'clear', 'kept'],
    ),
  );
});

test('patterns are listed and described', async () => {
  await expectSame(
    commands(['patterns'], ['patterns', 'auction'], ['patterns', 'auctoin'], ['patterns', '--json']),
  );
});
