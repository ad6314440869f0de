// kill -9 in the middle of the research example, then resume, at moments that a seed picks: what had finished is not
// run again. The witness is a ledger beside the engine, to which agents append when they begin and when they finish.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata } from '../../apps/cantata/test/in-process.ts';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { jsonLines, run, start } from './process.ts';
import { random } from './random.ts';

const SEED = 20_261_123;
const MOMENTS = 20;
const PACE_MS = 240;

const example = join(import.meta.dirname, '../../examples/research');

const CONFIG = `
import { appendFileSync } from 'node:fs';
import research from ${JSON.stringify(join(example, 'cantata.config.ts'))};

const ledger = new URL('ledger', import.meta.url);
const note = (what, { idempotencyKey }) => appendFileSync(ledger, what + ' ' + idempotencyKey + '\\n');
const witnessed = (agent) => ({
  ...agent,
  async perform(input, context) {
    note('begin', context);
    const output = await agent.perform(input, context);
    note('finish', context);
    return output;
  },
});
export default {
  agents: Object.fromEntries(Object.entries(research.agents).map(([type, agent]) => [type, witnessed(agent)])),
};
`;

const NOTES = {
  'log.md':
    '# The log\n\nEvery step of a run is written to the log before the next begins.\n\nA run that was killed is resumed from its log: what had finished is not run again.\n',
  'seats.md':
    '# Seats\n\nA seat does one piece of work at a time. A run with three seats researches three questions at once.\n\nWhen a seat is lost with its process, its work is handed out again when the run is resumed.\n',
  'limits.md':
    '# Limits\n\nA run is limited by its timeout. Agents that were working when the run was killed begin anew, because nobody knows how far they were.\n',
};

function createResearch(): Scratch {
  const scratch = createScratch();
  scratch.file('cantata.config.ts', CONFIG);
  mkdirSync(join(scratch.folder, 'notes'));
  for (const [name, text] of Object.entries(NOTES)) scratch.file(`notes/${name}`, text);
  return scratch;
}

const command = (scratch: Scratch): readonly string[] => [
  ...['run', join(example, 'workflow.yaml'), '--config', join(scratch.folder, 'cantata.config.ts')],
  ...[
    '--set',
    'question=How is a run resumed?',
    '--set',
    'folder=notes',
    '--set',
    `pace_ms=${PACE_MS}`,
    '--json',
  ],
];

interface Event {
  readonly event: string;
  readonly sequence: number;
  readonly task_id?: string;
}

async function eventsOf(scratch: Scratch): Promise<readonly Event[]> {
  const { out } = await cantata(['events', 'last', '--json'], { cwd: scratch.folder });
  return jsonLines(out) as unknown as readonly Event[];
}

const completedTasks = (events: readonly Event[]): readonly string[] =>
  events.flatMap(({ event, task_id = '' }) => (event === 'task.completed' ? [task_id] : []));

/** How often each piece of work was begun: `research[2]` to a number. */
function begun(scratch: Scratch): ReadonlyMap<string, number> {
  const file = join(scratch.folder, 'ledger');
  const counts = new Map<string, number>();
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    const task = /^begin [0-9a-f-]+\/(.+)#1\.1\/perform$/.exec(line)?.[1];
    if (task !== undefined) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
}

describe('the research example, killed', () => {
  const next = random(SEED);
  const shares = Array.from({ length: MOMENTS }, (_, i) => ({ moment: i + 1, share: next() }));
  const scratches: Scratch[] = [];
  let wholeMs = 0;

  beforeAll(async () => {
    const scratch = createResearch();
    scratches.push(scratch);
    const running = start(command(scratch), { cwd: scratch.folder });
    await running.until(/task_assigned/);
    const began = performance.now();
    await running.until(/workflow\.completed/);
    wholeMs = performance.now() - began;
    await running.ended;
  });
  afterAll(() => {
    for (const scratch of scratches) scratch.remove();
  });

  test.each(shares)(
    `at moment $moment of seed ${SEED} ($share of the run) goes on where it was`,
    async ({ share }) => {
      const scratch = createResearch();
      scratches.push(scratch);
      const cwd = scratch.folder;
      const running = start(command(scratch), { cwd });
      await running.until(/task_assigned/);
      await sleep(share * wholeMs);
      running.child.kill('SIGKILL');
      await running.ended;

      const before = await eventsOf(scratch);
      const finished = completedTasks(before);
      const begunBefore = begun(scratch);
      const resumed = await run(['resume', 'last', '--json', '--config', 'cantata.config.ts'], { cwd });
      if (before.at(-1)?.event === 'workflow.completed') {
        expect(resumed.code).toBe(5);
        return;
      }
      expect(resumed, resumed.err).toMatchObject({ code: 0 });

      const after = await eventsOf(scratch);
      expect(after.map(({ sequence }) => sequence)).toEqual(after.map((_, i) => i + 1));
      expect(after.slice(0, before.length)).toEqual(before);
      const all = completedTasks(after);
      expect(new Set(all).size).toBe(all.length);
      const begunAfter = begun(scratch);
      for (const task of finished)
        expect([task, begunAfter.get(task)]).toEqual([task, begunBefore.get(task)]);
      for (const task of all)
        if (!finished.includes(task)) expect(begunAfter.get(task)).toBeGreaterThanOrEqual(1);
      expect(readFileSync(join(cwd, 'report.md'), 'utf8')).toContain('not run again');
    },
  );
});

test('the witness sees it when finished work is run again', () => {
  const scratch = createScratch();
  writeFileSync(
    join(scratch.folder, 'ledger'),
    'begin 0-1/a#1.1/perform\nbegin 0-1/a#1.1/perform\nfinish 0-1/a#1.1/perform\n',
  );
  expect([...begun(scratch)]).toEqual([['a', 2]]);
  scratch.remove();
});
