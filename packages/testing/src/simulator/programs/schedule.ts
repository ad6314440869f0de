/** `schedule`: executions that begin by themselves, every minute or every second one; `happenings/schedule.ts` has it kept to. */
import type { Construct, Program } from './program.ts';

/** By its expression, what is between two times of a schedule: all of them are whole multiples of it. */
const PERIODS_MS: Readonly<Record<string, number>> = { '* * * * *': 60_000, '*/2 * * * *': 120_000 };

export const schedule: Construct = {
  name: 'schedule',
  add({ document }, dice) {
    document['schedule'] = {
      cron: dice.pick(Object.keys(PERIODS_MS)),
      catch_up: dice.pick(['skip', 'latest', 'all']),
      overlap: dice.pick(['skip', 'queue']),
      input: { salt: dice.below(1_000), flag: dice.chance(0.5), list: dice.pick([[], [1]]) },
    };
  },
};

export interface Schedule {
  readonly periodMs: number;
  readonly catchUp: 'skip' | 'latest' | 'all';
}

/** What the document of a program says about its times; undefined where it says nothing. */
export function scheduleSaid({ document }: Program): Schedule | undefined {
  const said = document['schedule'] as
    | { readonly cron: string; readonly catch_up: Schedule['catchUp'] }
    | undefined;
  if (said === undefined) return undefined;
  return { periodMs: PERIODS_MS[said.cron] ?? 0, catchUp: said.catch_up };
}
