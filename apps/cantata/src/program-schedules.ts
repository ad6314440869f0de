/** The commands about schedules: `cantata schedule …`. */
import type { Command } from 'commander';
import type { ExitCode } from './exit.ts';
import type { CommonOptions, Host } from './host.ts';
import { atLeastOne } from './numbers.ts';

export interface ProgramParts {
  readonly host: Host;
  readonly withCommon: (command: Command) => Command;
  readonly on: <Arguments extends readonly unknown[]>(
    command: Command,
    act: (...args: Arguments) => Promise<ExitCode> | ExitCode,
  ) => void;
}

type Named = [name: string, options: CommonOptions];
type NextArguments = [name: string, options: import('./commands/schedule.ts').NextOptions];

export function addSchedules(program: Command, { host, on, withCommon }: ProgramParts): void {
  const schedule = program.command('schedule').description('workflows that start by themselves');
  const add = (signature: string, description: string): Command =>
    withCommon(schedule.command(signature).description(description));
  const load = (): Promise<typeof import('./commands/schedule.ts')> => import('./commands/schedule.ts');
  on<Named>(add('set <file>', 'keep to what its document says'), async (file, options) =>
    (await load()).set(host, file, options),
  );
  on<Named>(add('clear <name>', 'keep to it no more'), async (name, options) =>
    (await load()).clear(host, name, options),
  );
  on<Named>(add('pause <name>', 'let its times pass'), async (name, options) =>
    (await load()).pause(host, name, options),
  );
  on<Named>(add('resume <name>', 'go on with the next of its times'), async (name, options) =>
    (await load()).resume(host, name, options),
  );
  on<[options: CommonOptions]>(add('list', 'what is kept to, and when it starts next'), async (options) =>
    (await load()).list(host, options),
  );
  on<NextArguments>(
    add('next <name>', 'the next times of a workflow, or of a file').option(
      '--times <n>',
      'how many',
      atLeastOne,
      5,
    ),
    async (name, options) => (await load()).next(host, name, options),
  );
  on<[options: CommonOptions]>(
    add('keep', 'start what comes due and drive what is open, until Ctrl-C'),
    async (options) => (await import('./follow/keep.ts')).keep(host, options),
  );
}
