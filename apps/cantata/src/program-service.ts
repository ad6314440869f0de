/** The commands of the service: `cantata serve`, and tokens for trying it. */
import type { Role } from '@cantata/server';
import { type Command, Option } from 'commander';
import { parseDuration } from './duration.ts';
import { portNumber } from './numbers.ts';
import { addContexts } from './program-contexts.ts';
import type { ProgramParts } from './program-schedules.ts';

type ServeArguments = [options: import('./commands/serve.ts').ServeOptions];
type TokenArguments = [options: import('./commands/token.ts').TokenOptions];

const ROLES = ['viewer', 'operator', 'author', 'admin'] as const satisfies readonly Role[];

export function addService(program: Command, { host, on, withCommon }: ProgramParts): void {
  const add = (signature: string, description: string): Command =>
    withCommon(program.command(signature).description(description));
  on<ServeArguments>(
    add('serve', 'REST and WebSocket for all of this, until Ctrl-C')
      .option('--port <n>', 'where it listens (PORT)', portNumber)
      .option('--host <address>', 'on which address (HOST)'),
    async (options) => (await import('./commands/serve.ts')).serve(host, options),
  );
  addContexts(program, { host, on, withCommon });
  on<TokenArguments>(
    add('token', 'a token for `serve`, signed with CANTATA_JWT_SECRET')
      .addOption(new Option('--role <role>', 'what its holder may do').choices(ROLES).default('viewer'))
      .option('--tenant <name>', 'whose workflows it is for')
      .option('--subject <name>', 'whom the log names; by default you')
      .addOption(
        new Option('--ttl <time>', 'how long it is good: 90s, 10m, 1h30m')
          .argParser(parseDuration)
          .default(3_600_000, '1h'),
      ),
    async (options) => (await import('./commands/token.ts')).token(host, options),
  );
}
