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

  test('takes along the workflows that it starts', async () => {
    workflow(chain('part'));
    const whole = file(
      'whole.yaml',
      `
name: whole
version: "1.0"
orchestration_pattern: custom
tasks:
  - { id: part, workflow: { name: part } }
coordination: { type: graph_based }
`,
    );
    await expectSame(commands(['run', whole], ['status', 'last'], ['list', '--limit', '2']));
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

describe('an open execution', () => {
  /** Begins one, takes steps beside it, and waits for its end. */
  async function expectSameBeside(
    named: string,
    until: string,
    ...told: readonly (readonly string[])[]
  ): Promise<void> {
    await expectSame(async ({ call, begin: start }) => {
      const run = start('run', named, '--set', 'ms=60000');
      await run.until(/start|requested/);
      await expect.poll(async () => (await call('why', 'last')).out, { timeout: 10_000 }).toContain(until);
      const results: Result[] = [];
      for (const args of told) results.push(await call(...args));
      return [...results, await run.ended];
    });
  }

  test('is told what to do by hand, and cancelled', async () => {
    const asking = file(
      'by_hand.yaml',
      ASKING.replace('name: asking', 'name: by_hand')
        .replace('[leave]', '[leave, late]')
        .replace(
          'coordination',
          '  - { id: late, wait: { signal: paid }, depends_on: [leave] }\ncoordination',
        ),
    );
    await expectSameBeside(
      asking,
      'draft',
      ['task', 'complete', 'last', 'nothing'],
      ['task', 'reassign', 'last', 'draft', '--to', 'nobody'],
      ['task', 'complete', 'last', 'draft', '--output', '{"by": "hand"}'],
      ['task', 'complete', 'last', 'draft'],
      ['task', 'skip', 'last', 'sent', '--reason', 'not needed'],
      ['task', 'add', 'last', 'draft', '--items', '[1]'],
      ['patterns', 'switch', 'last', 'draft', '--to', 'swarm'],
      ['patterns', 'stats', 'last'],
      ['publish', 'last', 'found', '{}'],
      ['signal', '--key', 'order 7', 'paid'],
      ['signal', 'last', 'paid', 'not json'],
      ['signal', 'last', 'paid', '--id', 'once', '--json'],
      ['approve', 'last', 'leave', '--output', '{}', '--json'],
      ['compensation', 'retry', 'last'],
      ['compensation', 'skip', 'last', 'draft'],
      ['delete', 'last'],
      ['list', '--json'],
      ['why', 'last'],
      ['events', 'last'],
      ['events', 'last', '--json'],
      ['cancel', 'last', '--task', 'sent'],
      ['cancel', 'last', '--reason', 'enough'],
      ['cancel', 'last'],
      ['status', 'last'],
      ['status', 'last', '--json'],
      ['status', 'last', '--output'],
      ['why', 'last', '--json'],
      ['watch', 'last'],
      ['watch', 'last', '--json'],
      ['delete', 'last'],
      ['delete', 'last', '--yes', '--reason', 'old'],
      ['delete', 'last', '--yes'],
    );
  });

  test('goes on by another version', async () => {
    const one = ASKING.replace('name: asking', 'name: upgraded');
    const old = file('upgraded.yaml', one);
    const next = file('upgraded-2.yaml', one.replace('"1.0"', '"2.0"').replace('May it go?', 'May it?'));
    await expectSameBeside(
      old,
      'draft',
      ['upgrade', 'last', next, '--dry-run'],
      ['upgrade', 'last', next, '--dry-run', '--json'],
      ['upgrade', 'last', '--to', '7'],
      ['upgrade', 'last', '--to', '7', '--dry-run'],
      ['upgrade', 'last'],
      ['upgrade', 'last', next, '--reason', 'better words'],
      ['upgrade', 'last', '--to', '2.0', '--dry-run'],
      ['status', 'last'],
      ['list', '--open'],
      ['cancel', '--all', '--workflow', 'upgraded'],
      ['cancel', '--all', '--workflow', 'upgraded', '--json'],
      ['cancel', '--all', '--workflow', 'upgraded', '--yes'],
      ['retry', '--all', '--workflow', 'nothing', '--yes'],
      ['cancel', '--all', '--workflow', 'upgraded', '--yes', '--json'],
    );
  });
});

test('what failed to be undone is tried again, and left', async () => {
  const trip = {
    name: 'undone',
    version: '1',
    orchestration_pattern: 'custom',
    agents: { agency: { type: 'booker' }, post: { type: 'quitter' } },
    tasks: [
      { id: 'flight', agent: 'agency', compensate: { agent: 'agency' } },
      { id: 'hotel', agent: 'agency', depends_on: ['flight'], compensate: { agent: 'agency' } },
      { id: 'send', agent: 'post', depends_on: ['hotel'] },
    ],
    coordination: { type: 'graph_based' },
  };
  const undone = file('undone.yaml', JSON.stringify(trip));
  const closed = file('closed', '');
  await expectSame(async ({ scratch, call }) => {
    const results: Result[] = [];
    for (const args of [
      ['run', undone, '--set', `closed=${scratch.folder}/${closed}`],
      ['compensation', 'retry', 'last'],
      ['compensation', 'retry', 'last', 'hotel', '--json'],
      ['compensation', 'skip', 'last', 'hotel', '--reason', 'by phone', '--quiet'],
      ['compensation', 'skip', 'last', 'flight'],
      ['compensation', 'skip', 'last', 'flight'],
      ['status', 'last'],
      ['why', 'last'],
      ['agents'],
      ['agents', '--json'],
    ])
      results.push(await call(...args));
    return results.map(({ code, out, err }) => ({
      code,
      err,
      out: out.replaceAll(scratch.folder, 'FOLDER'),
    }));
  });
});

test('one that ended is forked and retried in parts', async () => {
  const one = workflow(chain('parts'));
  const bad = workflow({ ...chain('bad_parts', 'quitter') });
  await expectSame(
    commands(
      ['run', one, '--set', 'topic=rain'],
      ['fork', 'last', '--from', 'two'],
      ['fork', 'last', '--from', 'nothing'],
      ['fork', 'last', '--from', 'two', '--task-input', '{"a": 1}'],
      ['fork', 'last', '--set', 'topic=snow', '--json'],
      ['fork', 'last', '--checkpoint', 'abcdef'],
      ['retry', 'last'],
      ['run', bad],
      ['retry', 'last', '--task', 'nothing'],
      ['retry', 'last', '--task', 'one', '--new-key', '--reason', 'once more'],
      ['retry', '--all', '--workflow', 'bad_parts'],
      ['list', '--workflow', 'parts'],
      ['events', 'last', '--after', '5'],
      ['events', 'last', '--follow'],
    ),
  );
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
