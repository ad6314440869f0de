// The agent types there are, who is bound to them, and what their circuit breakers say.
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

const write = (threshold: number, seconds: number): string =>
  scratch.file(
    'fragile.yaml',
    JSON.stringify({
      name: 'fragile',
      version: `${threshold}`,
      orchestration_pattern: 'custom',
      agents: { some: { type: 'breaks' }, others: { type: 'nobody' } },
      tasks: [{ id: 'work', agent: 'some', retry_policy: { attempts: 3, backoff: 'none' } }],
      coordination: { type: 'graph_based' },
      fault_tolerance: { circuit_breaker: { failure_threshold: threshold, timeout_seconds: seconds } },
    }),
  );
const bind = (work: string): string =>
  scratch.file(
    'cantata.config.ts',
    `import { setTimeout as sleep } from 'node:timers/promises';
import { defineAgent, defineConfig } from '@cantata/sdk';
export default defineConfig({ agents: { breaks: defineAgent(async (_, { signal }) => { ${work} }), nobody: defineAgent(async () => 1) } });\n`,
  );
const FAILS = "throw new Error('it broke')";

describe('the agents', () => {
  test('are none where nothing was executed', async () => {
    expect((await call('agents')).out).toBe(
      'No workflow is known here yet. cantata run FILE executes one.\n',
    );
    expect(await json('agents')).toEqual([]);
  });

  test('are listed with who is bound to them and how often they failed in a row', async () => {
    bind(FAILS);
    await call('run', write(9, 60));
    expect((await call('agents')).out).toMatch(
      /^TYPE +BOUND +CIRCUIT +WAITING\nbreaks +yes +closed, 3 failed in a row *\nnobody +yes +closed *\nHow attempts ended/,
    );
    expect(await json('agents')).toEqual([
      {
        agent_type: 'breaks',
        bound: true,
        circuit: { status: 'closed', failures: 3 },
        waiting: 0,
        outcomes: null,
      },
      {
        agent_type: 'nobody',
        bound: true,
        circuit: { status: 'closed', failures: 0 },
        waiting: 0,
        outcomes: null,
      },
    ]);
    scratch.file(
      'empty.config.ts',
      "import { defineConfig } from '@cantata/sdk';\nexport default defineConfig({ agents: {} });\n",
    );
    expect((await call('agents', '--config', 'empty.config.ts')).out).toMatch(/breaks +no +closed/);
    scratch.file('odd.config.ts', 'export default 5;\n');
    const unknown = await call('agents', '--config', 'odd.config.ts');
    expect(unknown.err).toMatch(/^warn: config_invalid: /);
    expect(unknown.out).toMatch(/breaks +not known +closed/);
  });

  test('are listed with whose circuit is open, until when, and how many wait for it', async () => {
    bind(FAILS);
    const run = begin(['run', write(1, 3600)], { cwd: scratch.folder });
    await run.until(/acquiring/);
    expect((await call('agents')).out).toMatch(/breaks +yes +open, tried in [\w ]+ +1\n/);
    expect(await json('agents')).toMatchObject([
      {
        agent_type: 'breaks',
        circuit: { status: 'open', since: expect.any(String), until: expect.any(String) },
        waiting: 1,
      },
      { agent_type: 'nobody' },
    ]);
    expect((await call('why', 'last')).out).toContain(
      'work waits for the circuit breaker of breaks. Agents of the type breaks failed too often; one attempt tries them in',
    );
    await call('cancel', 'last');
    await run.ended;
  });

  test('are listed with who tries them', async () => {
    bind(
      "if ((globalThis.asked = (globalThis.asked ?? 0) + 1) === 1) throw new Error('it broke'); await sleep(60_000, undefined, { signal })",
    );
    const run = begin(['run', write(1, 1)], { cwd: scratch.folder });
    await run.until(/granted/);
    expect((await call('agents')).out).toMatch(/breaks +yes +half open, tried by work of [0-9a-f-]{13}\n/);
    expect(await json('agents')).toMatchObject([
      { circuit: { status: 'half_open', probe: expect.stringMatching(/\/work#1~2$/) } },
      {},
    ]);
    await call('cancel', 'last');
    await run.ended;
  });
});
