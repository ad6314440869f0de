/** The commands that do by hand what agents have not done: `cantata task …`, `cantata compensation …`. */
import type { Command } from 'commander';
import type { ProgramParts } from './program-schedules.ts';

type TaskArguments = [named: string, place: string, options: import('./commands/pause.ts').ReasonOptions];
type CompleteArguments = [
  named: string,
  place: string,
  options: import('./commands/task.ts').CompleteOptions,
];
type AddArguments = [named: string, place: string, options: import('./commands/task.ts').AddOptions];
type ReassignArguments = [
  named: string,
  place: string,
  options: import('./commands/task.ts').ReassignOptions,
];
type RetryUndoingArguments = [
  named: string,
  place: string | undefined,
  options: import('./follow/drive-on.ts').DriveOptions,
];
type SkipUndoingArguments = [
  named: string,
  place: string,
  options: import('./commands/compensation.ts').SkipOptions,
];

export function addByHand(program: Command, { host, on, withCommon }: ProgramParts): void {
  const task = program.command('task').description('complete, fail, skip or reassign a task by hand');
  const addDeed = (signature: string, description: string): Command =>
    withCommon(task.command(signature).description(description)).option(
      '--reason <text>',
      'why, for whoever asks',
    );
  on<CompleteArguments>(
    addDeed('complete <id> <task>', 'it is done: with this output').option(
      '--output <json>',
      'what it gives: JSON, @file, or - for standard input; null unless given',
    ),
    async (id, place, options) => (await import('./commands/task.ts')).complete(host, id, place, options),
  );
  on<TaskArguments>(
    addDeed('fail <id> <task>', 'it has failed, and is not tried again'),
    async (id, place, options) => (await import('./commands/task.ts')).fail(host, id, place, options),
  );
  on<TaskArguments>(addDeed('skip <id> <task>', 'it is not needed'), async (id, place, options) =>
    (await import('./commands/task.ts')).skip(host, id, place, options),
  );
  on<AddArguments>(
    addDeed('add <id> <task>', 'more items for a task with for_each').requiredOption(
      '--items <json>',
      'a list of elements: JSON, @file, or - for standard input',
    ),
    async (id, place, options) => (await import('./commands/task.ts')).add(host, id, place, options),
  );
  on<ReassignArguments>(
    addDeed('reassign <id> <task>', 'somebody else is to do it').requiredOption(
      '--to <agent>',
      'an agent group or one of its seats',
    ),
    async (id, place, options) => (await import('./commands/task.ts')).reassign(host, id, place, options),
  );

  const compensation = program
    .command('compensation')
    .description('what could not be undone: try again, or leave it as it is');
  on<RetryUndoingArguments>(
    withCommon(
      compensation
        .command('retry <id> [task]')
        .description('try again: this task or item, or all that failed'),
    ).option('--quiet', 'print nothing but an error'),
    async (id, place, options) =>
      (await import('./commands/compensation.ts')).retry(host, id, place, options),
  );
  on<SkipUndoingArguments>(
    withCommon(compensation.command('skip <id> <task>').description('leave it as it is, and go on'))
      .option('--reason <text>', 'why, for whoever asks')
      .option('--quiet', 'print nothing but an error'),
    async (id, place, options) => (await import('./commands/compensation.ts')).skip(host, id, place, options),
  );
}
