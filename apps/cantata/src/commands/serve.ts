/** `cantata serve`: the engine as a service, on this machine's data, until Ctrl-C. */
import { createServer } from '@cantata/server';
import { unbound } from '../assemble/binding.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { stay } from '../follow/stay.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { remarkLines } from '../render/text.ts';
import { type Address, addressOf, requireLoopback } from '../service/address.ts';
import { rateLimitOf } from '../service/rate-limit.ts';
import { authenticatorOf, tokenSettings, tokensInWords } from '../service/tokens.ts';
import { VERSION } from '../version.ts';

export interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
}

export async function serve(host: Host, options: ServeOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  // Before anything is opened: who must not be served is not served for a moment.
  const at = addressOf(options, host.environment);
  const rateLimit = rateLimitOf(host.environment);
  const authenticator = authenticatorOf(host, (text) => remarkLines(text, host.err));
  if (authenticator.isOpen) requireLoopback(at);
  const binding = await unbound(project);
  const farewell = 'stopped; what is open goes on with the next `serve`, or with `resume`';
  await stay({ host, options, project, binding, farewell }, async ({ engine, store, remark }) => {
    const server = await createServer({
      engine,
      store,
      patterns: host.patterns,
      authenticator,
      log: (level, message, fields) => remark(`${level}: ${message} ${JSON.stringify(fields ?? {})}`),
      version: VERSION,
      settings: {
        allowedOrigins: host.environment.allowedOrigins ?? [],
        rateLimit,
      },
    });
    const url = await server.listen(at).catch((error: unknown) => {
      throw cannotListen(error, at);
    });
    sayWhere(host, options, url);
    return async () => server.close();
  });
  return EXIT.ok;
}

function sayWhere(host: Host, { json }: ServeOptions, url: string): void {
  const settings = tokenSettings(host);
  if (json === true) return printJson(host, { url, open: settings === undefined });
  host.out.line(`${host.out.paint.green('serving')}  ${url}`);
  host.out.line(`  ${url}/docs shows every endpoint`);
  if (settings === undefined)
    host.out.line('  open to this machine only, without tokens; CANTATA_JWT_SECRET=… would ask for them');
  else host.out.line(`  ${tokensInWords(settings)}`);
}

function cannotListen(error: unknown, { port, host }: Address): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const isTaken = code === 'EADDRINUSE';
  const why = isTaken ? `something listens at ${host}:${port} already` : message;
  const isOfPort = isTaken || code === 'EACCES';
  return new Failure('config_invalid', `it cannot listen: ${why}`, {
    exit: isTaken ? EXIT.conflict : EXIT.invalid,
    help: [
      isOfPort
        ? '--port chooses another port; 0 takes any that is free.'
        : '--host, or HOST, is an address of this machine.',
    ],
    cause: error,
  });
}
