import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineAgent, defineConfig, RetryableError, TerminalError } from '../index.ts';
import { hangs, inTurn, takes, testWorkflow } from './index.ts';

const TWO = `
name: greetings
version: "1"
orchestration_pattern: supervisor
agents:
  writers: { type: writer_agent }
  judges: { type: judge_agent }
tasks:
  - id: write
    agent: writers
    retry_policy: fixed
    timeout: 1h
  - id: judge
    agent: judges
    depends_on: [write]
coordination: { type: hybrid }
`;

const judge = (text: unknown) => ({ verdict: `"${text}" is fine` });

describe('a workflow in a test', () => {
  it('runs at once where nothing needs time, with functions and with agents as in production', async () => {
    const writer = defineAgent((topic: { of: string }) => `about ${topic.of}`);
    const run = await testWorkflow(TWO, {
      agents: { writer_agent: writer, judge_agent: judge },
      input: { of: 'bees' },
    });
    expect(run).toMatchObject({
      status: 'completed',
      hasEnded: true,
      output: { verdict: '"about bees" is fine' },
      error: undefined,
    });
    expect(run.events.at(-1)).toMatchObject({ event: 'workflow.completed' });
    expect(run.performed).toMatchObject([
      { place: 'write', attempt: 1, agentType: 'writer_agent', input: { of: 'bees' } },
      { place: 'judge', idempotencyKey: `${run.id}/judge#1.1/perform` },
    ]);
  });

  it('takes a document as data, and waits for agents that really wait', async () => {
    const run = await testWorkflow(
      {
        name: 'one',
        version: '1',
        orchestration_pattern: 'supervisor',
        agents: { writers: { type: 'writer_agent' } },
        tasks: [{ id: 'write', agent: 'writers' }],
        coordination: { type: 'hybrid' },
      },
      {
        agents: {
          writer_agent: async () => {
            await sleep(20);
            return 'slow';
          },
        },
      },
    );
    expect([run.status, run.output]).toEqual(['completed', 'slow']);
  });

  it('takes the agents of a configuration, those that are reached and not called, too', async () => {
    const transport = { perform: async () => ({ kind: 'completed', output: 'from afar' }) as const };
    const config = defineConfig({ agents: { writer_agent: { transport }, judge_agent: defineAgent(judge) } });
    const run = await testWorkflow(TWO, { ...config, input: null });
    expect(run.output).toEqual({ verdict: '"from afar" is fine' });
  });

  it('stands still until its time is moved', async () => {
    const run = await testWorkflow(TWO, {
      agents: { writer_agent: takes('5m', () => 'late'), judge_agent: takes(1_000, judge) },
    });
    const start = run.now;
    expect([run.status, run.performed.length]).toEqual(['running', 1]);
    await run.advance('4m59s');
    expect(run.status).toBe('running');
    expect((await run.why())[0]).toBe(
      'It is running: agents work on write; writers on write for 4 min 59 s.',
    );
    await run.advance(1_000);
    expect(run.performed.map(({ at }) => at - start)).toEqual([0, 300_000]);
    await run.finish();
    expect([run.status, run.now - start]).toEqual(['completed', 301_000]);
  });

  it('retries and times out as its document says', async () => {
    const run = await testWorkflow(TWO, {
      agents: {
        writer_agent: inTurn(
          () => {
            throw new RetryableError('not yet');
          },
          hangs(),
          () => 'at last',
        ),
        judge_agent: judge,
      },
    });
    await run.finish('2d');
    expect(run.status).toBe('completed');
    expect(run.performed.map(({ place, attempt }) => `${place} ${attempt}`)).toEqual([
      'write 1',
      'write 2',
      'write 3',
      'judge 1',
    ]);
  });

  it('fails with the reason', async () => {
    const run = await testWorkflow(TWO, {
      agents: {
        writer_agent: () => {
          throw new TerminalError('no ink', { code: 'no_ink' });
        },
        judge_agent: judge,
      },
    });
    expect(run).toMatchObject({
      status: 'failed',
      output: undefined,
      error: { code: 'no_ink', message: 'no ink', task: 'write' },
    });
  });

  it('is paused, resumed and cancelled by the test', async () => {
    const run = await testWorkflow(TWO, {
      agents: { writer_agent: takes('1m', () => 'text'), judge_agent: judge },
    });
    await run.pause('lunch');
    await run.advance('1h');
    expect([run.status, run.performed.length]).toEqual(['paused', 1]);
    await run.resume();
    expect(run.status).toBe('completed');
    const other = await testWorkflow(TWO, { agents: { writer_agent: hangs(), judge_agent: judge } });
    await other.cancel('enough');
    await other.finish();
    expect(other.status).toBe('cancelled');
  });

  it('says what it waits for when it does not end', async () => {
    const run = await testWorkflow(TWO, {
      agents: { writer_agent: takes('50m', () => 'text'), judge_agent: judge },
    });
    await run.pause();
    await expect(run.finish('1d')).rejects.toThrow(/^it has not ended after 1d: .*paused/);
  });

  it('ends at its own timeout', async () => {
    const agents = { writer_agent: takes('50m', () => 'text'), judge_agent: judge };
    const run = await testWorkflow(TWO, { agents, timeout: '10m' });
    await run.finish();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'execution_timed_out' } });
  });

  it('gives up on an agent that never answers in real time, and goes on in virtual time', async () => {
    const agents = { writer_agent: () => new Promise<never>(() => undefined), judge_agent: judge };
    const run = await testWorkflow(TWO, { agents });
    expect(run.status).toBe('running');
  });
});

const ASKING = `
name: asking
version: "1"
orchestration_pattern: supervisor
agents:
  writers: { type: writer_agent }
signals:
  go: {}
tasks:
  - id: heard
    wait: { signal: go }
  - id: allowed
    depends_on: [heard]
    wait: { approval: { prompt: "May it?" } }
coordination: { type: hybrid }
`;

describe('a workflow that waits for somebody', () => {
  it('is told signals, and what it asks is answered by the test', async () => {
    const run = await testWorkflow(ASKING, { agents: { writer_agent: judge } });
    await run.advance('1h');
    expect(run.status).toBe('running');
    await run.signal('go', { loud: true });
    expect((await run.why())[0]).toContain('allowed');
    await run.approve('allowed', 'by all means');
    expect([run.status, run.output]).toEqual(['completed', 'by all means']);
  });

  it('may be told no', async () => {
    const run = await testWorkflow(ASKING, { agents: { writer_agent: judge } });
    await run.signal('go');
    await run.reject('allowed', 'too loud');
    expect(run.status).toBe('failed');
  });
});

describe('a workflow that cannot be tested', () => {
  it('is refused with every problem of its document', async () => {
    await expect(testWorkflow('name: x\nversion: 1\n', { agents: {} })).rejects.toThrow(/agents[^]*tasks/);
  });

  it('is refused with the agent types nobody performs', async () => {
    await expect(testWorkflow(TWO, { agents: { writer_agent: judge } })).rejects.toThrow(
      'nobody performs judge_agent: give an agent for each of them in `agents`',
    );
  });

  it.each(['soon', -1, 0.5, Number.NaN])('is not given a time of %s', (duration) => {
    expect(() => takes(duration, judge)).toThrow(`${duration} is no duration`);
  });
});
