/** The commands about servers that have a name: `cantata context …`. */
import type { Command } from 'commander';
import type { ProgramParts } from './program-schedules.ts';

type AddArguments = [name: string, options: import('./commands/context.ts').AddOptions];
type UseArguments = [name: string | undefined, options: import('./commands/context.ts').UseOptions];
type Named = [name: string, options: import('./host.ts').CommonOptions];

export function addContexts(program: Command, { host, on, withCommon }: ProgramParts): void {
  const context = program.command('context').description('servers that have a name');
  const add = (signature: string, description: string): Command =>
    withCommon(context.command(signature).description(description));
  const load = (): Promise<typeof import('./commands/context.ts')> => import('./commands/context.ts');
  on<AddArguments>(
    add('add <name>', 'give one a name: --server URL, and --token-file FILE where it asks for tokens').option(
      '--token-stdin',
      'keep a token, which is read from standard input',
    ),
    async (name, options) => (await load()).add(host, name, options),
  );
  on<UseArguments>(
    add('use [name]', 'commands are about this server from now on').option(
      '--none',
      'about the data here again',
    ),
    async (name, options) => (await load()).use(host, name, options),
  );
  on<[options: import('./host.ts').CommonOptions]>(add('list', 'which there are'), async (options) =>
    (await load()).list(host, options),
  );
  on<Named>(add('remove <name>', 'forget one'), async (name, options) =>
    (await load()).remove(host, name, options),
  );
}
