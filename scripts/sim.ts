/** `npm run sim`: simulates runs from their seeds. Exits with 1 at the first one that breaks a promise, and tells it. */
import { parseArgs } from 'node:util';
import { CONSTRUCT_NAMES, scriptOf, shrink, simulate, sizeOf, tell } from '@cantata/testing/simulator';

const HELP = `npm run sim -- [--seed N] [--runs K]     simulates K runs from seed N on (1 and 100 unless given)
npm run sim -- --fresh [--minutes M]     simulates runs from seeds nobody tried, for M minutes (1 unless given)

--with NAME   puts a piece of a construct into every program (team, loop, ...); it may be given more than once
--whole   tells a failing run as it is, without making it smaller
`;

export interface Out {
  readonly write: (text: string) => unknown;
}

/** Runs the simulator as asked; the exit code. */
export async function sim(args: readonly string[], out: Out): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '1' },
      with: { type: 'string', multiple: true, default: [] },
      whole: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    out.write(HELP);
    return 0;
  }
  const first = values.fresh ? Math.floor(Math.random() * 2 ** 31) : number(values.seed ?? '1');
  const runs = values.fresh
    ? Number.POSITIVE_INFINITY
    : number(values.runs ?? (values.seed === undefined ? '100' : '1'));
  const until = values.fresh ? performance.now() + number(values.minutes) * 60_000 : Number.POSITIVE_INFINITY;
  const { whole, with: always } = values;
  for (const name of always)
    if (!CONSTRUCT_NAMES.includes(name)) throw new Error(`there is no construct ${name}`);
  return simulateAll({ first, runs, until, whole, always }, out);
}

interface Asked {
  readonly first: number;
  readonly runs: number;
  readonly until: number;
  readonly whole: boolean;
  /** Constructs of which every program has a piece. */
  readonly always: readonly string[];
}

async function simulateAll({ first, runs, until, whole, always }: Asked, out: Out): Promise<number> {
  const since = performance.now();
  let executions = 0;
  let run = 0;
  for (; run < runs && performance.now() < until; run++) {
    const simulated = await simulate(scriptOf(first + run, always));
    executions += simulated.finished?.executions.length ?? 0;
    if (simulated.broken.length > 0) {
      await explain(first + run, { whole, always }, out);
      return 1;
    }
  }
  const seconds = (performance.now() - since) / 1_000;
  const speed = Math.round(executions / seconds);
  out.write(
    `seeds ${first} to ${first + run - 1}: ${executions} executions, every promise kept, ${seconds.toFixed(1)} s, ${speed} executions/s\n`,
  );
  return 0;
}

/** The failing run, made smaller as long as it breaks one of the same promises. */
async function explain(
  seed: number,
  { whole, always }: Pick<Asked, 'whole' | 'always'>,
  out: Out,
): Promise<void> {
  const script = scriptOf(seed, always);
  const more = always.map((name) => ` --with ${name}`).join('');
  const found = await simulate(script);
  out.write(`seed ${seed} fails; have it again with: npm run sim -- --seed ${seed}${more}\n`);
  if (whole) return void out.write(tell(found));
  const names = new Set(found.broken.map(({ invariant }) => invariant));
  const smaller = await shrink(script, async (candidate) =>
    (await simulate(candidate)).broken.some(({ invariant }) => names.has(invariant)),
  );
  out.write(
    `made smaller in ${smaller.tries} runs: ${sizeOf(script)} parts to ${sizeOf(smaller.script)}\n\n`,
  );
  out.write(tell(await simulate(smaller.script)));
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${text} is not a number from 0 on; see npm run sim -- --help`);
}

if (import.meta.main) process.exitCode = await sim(process.argv.slice(2), process.stdout);
