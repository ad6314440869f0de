// kill -9 of teams at work, at events that are spread over the whole run, and then resume: the result is that of a run that
// nobody killed. That it holds at every await is tried in virtual time, in packages/testing; this is the real thing.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cantata } from '../../apps/cantata/test/in-process.ts';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { jsonLines, start } from './process.ts';

const root = join(import.meta.dirname, '../..');
const example = (name: string): string => join(root, `examples/constructs/pattern-${name}.yaml`);
const SHARES = [0.1, 0.35, 0.6, 0.85];

/** What agents say follows from what they see alone, so that a turn that is taken again gives the same. */
const CONFIG = `
import { setTimeout as sleep } from 'node:timers/promises';
import { defineAgent } from '@cantata/sdk';

const says = (answer) =>
  defineAgent(async (input, { team }) => {
    await sleep(40);
    return answer(team, input);
  });
const outputs = ({ results }) => results.map(({ by, output }) => [by, output]);

export default {
  agents: {
    editor_agent: says((team) => {
      if (team.results.length > 0) return outputs(team);
      team.delegate('writers-1', 'the beginning');
      team.delegate('writers-2', 'the end');
      return 'two parts';
    }),
    writer_agent: says((_, part) => part + ' is written'),
    triage_agent: says((team) => {
      if (team.results.length > 0) return team.messages.map(({ by, output }) => [by, output]);
      team.handOff('billing', { reason: 'money' });
      return 'a bill';
    }),
    billing_agent: says((team) => {
      if (team.results.some(({ by }) => by === 'managers')) {
        team.handOff('triage');
        return 'paid back';
      }
      team.askPerson('Pay back 50?', { of: 'managers', timeoutMs: 100, otherwise: 'yes' });
      return '50 too much';
    }),
    tech_agent: says(() => 'never asked'),
    desk: says((team) => {
      for (const work of ['tea', 'cups']) team.offer(work, { work }, { requires: ['lift'] });
      return 'offered';
    }),
    robot: says((team, { work }) => {
      const { you } = team.shown;
      if (team.purpose === 'work') return work + ' by ' + you;
      team.bid(work, you === 'robots-2' ? 2 : 5);
      return null;
    }),
  },
};
`;

const RESULTS = {
  supervisor: [
    ['writers-1', 'the beginning is written'],
    ['writers-2', 'the end is written'],
  ],
  handoff: [
    ['triage', 'a bill'],
    ['billing', '50 too much'],
    ['managers', 'yes'],
    ['billing', 'paid back'],
  ],
  swarm: { tea: 'tea by robots-2', cups: 'cups by robots-2' },
};

const scratches: Scratch[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
});

function created(): string {
  const scratch = createScratch();
  scratches.push(scratch);
  scratch.file('cantata.config.ts', CONFIG);
  return scratch.folder;
}

interface Seen {
  readonly status: string;
  readonly output: unknown;
}

async function seen(cwd: string): Promise<{ readonly status: Seen; readonly events: readonly string[] }> {
  const status = await cantata(['status', 'last', '--json'], { cwd });
  const events = await cantata(['events', 'last', '--json'], { cwd });
  return {
    status: JSON.parse(status.out) as Seen,
    events: jsonLines(events.out).map(({ event }) => event as string),
  };
}

describe.each(Object.entries(RESULTS))('a team of the pattern %s', (name, result) => {
  test('that is killed goes on where it was, and gives the same', { timeout: 120_000 }, async () => {
    const whole = created();
    const undisturbed = await cantata(['run', example(name), '--json'], { cwd: whole });
    expect(undisturbed, undisturbed.err).toMatchObject({ code: 0 });
    const { status } = await seen(whole);
    const told = jsonLines(undisturbed.out).length;
    expect(status).toMatchObject({ status: 'completed', output: result });
    for (const share of SHARES) {
      const cwd = created();
      const running = start(['run', example(name), '--json'], { cwd });
      const lines = Math.ceil(share * told);
      await running.until(new RegExp(`^(?:\\{.*\\n){${lines}}`));
      running.child.kill('SIGKILL');
      await running.ended;
      const before = await seen(cwd);
      expect(before.events.length).toBeGreaterThanOrEqual(lines);
      const resumed = await cantata(['resume', 'last', '--json', '--config', 'cantata.config.ts'], { cwd });
      // It may have been faster than the signal.
      expect(resumed, resumed.err).toMatchObject({ code: before.status.status === 'completed' ? 5 : 0 });
      const after = await seen(cwd);
      expect(after.status).toMatchObject({ status: 'completed', output: result });
      expect(after.events.slice(0, before.events.length)).toEqual(before.events);
      expect(after.events.filter((event) => event === 'pattern.finished')).toHaveLength(1);
    }
  });
});
