/** The commands about the data as a whole: `backup`, `restore`, `export`, `import`. */
import type { Command } from 'commander';
import type { CommonOptions } from './host.ts';
import type { ProgramParts } from './program-schedules.ts';

type BackupArguments = [file: string, options: import('./commands/backup.ts').BackupOptions];
type ExportArguments = [names: string[], options: import('./commands/export.ts').ExportOptions];
type ImportArguments = [files: string[], options: CommonOptions];

export function addData(program: Command, { host, on, withCommon }: ProgramParts): void {
  const add = (signature: string, description: string): Command =>
    withCommon(program.command(signature).description(description));
  on<BackupArguments>(
    add('backup <file>', 'copy the data, while whoever uses them goes on').option(
      '--force',
      'replace the file',
    ),
    async (file, options) => (await import('./commands/backup.ts')).backup(host, file, options),
  );
  on<BackupArguments>(
    add('restore <file>', 'put a backup in the place of the data').option(
      '--force',
      'replace the data; they are kept beside it, as .replaced',
    ),
    async (file, options) => (await import('./commands/backup.ts')).restore(host, file, options),
  );
  on<ExportArguments>(
    add('export [name...]', 'write workflows as they are stored, a file for each version').requiredOption(
      '--out <dir>',
      'the folder they are written to',
    ),
    async (names, options) => (await import('./commands/export.ts')).exportWorkflows(host, names, options),
  );
  on<ImportArguments>(
    add('import <file...>', 'make workflows known here, without running them'),
    async (files, options) => (await import('./commands/import.ts')).importWorkflows(host, files, options),
  );
}
