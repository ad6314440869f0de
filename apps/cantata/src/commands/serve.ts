/** `cantata serve`: the engine as a service, on this machine's data, until Ctrl-C. */
import { createServer, openAccess } from '@cantata/server';
import { unbound } from '../assemble/binding.ts';
import { operator } from '../assemble/owner.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { stay } from '../follow/stay.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { VERSION } from '../version.ts';

export interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
}

export async function serve(host: Host, options: ServeOptions): Promise<ExitCode> {
  const project = projectOf(host, options);
  const binding = await unbound(project);
  const farewell = 'stopped; what is open goes on with the next `serve`, or with `resume`';
  await stay({ host, options, project, binding, farewell }, async ({ engine, store, remark }) => {
    const server = await createServer({
      engine,
      store,
      patterns: host.patterns,
      authenticator: openAccess(operator()),
      log: (level, message, fields) => remark(`${level}: ${message} ${JSON.stringify(fields ?? {})}`),
      version: VERSION,
    });
    const { listenPort, listenHost } = host.environment;
    const at = { port: options.port ?? listenPort, host: options.host ?? listenHost };
    const url = await server.listen(at).catch((error: unknown) => {
      throw cannotListen(error, at);
    });
    if (options.json === true) printJson(host, { url });
    else {
      host.out.line(`${host.out.paint.green('serving')}  ${url}`);
      host.out.line(`  ${url}/docs shows every endpoint`);
    }
    return async () => server.close();
  });
  return EXIT.ok;
}

function cannotListen(
  error: unknown,
  { port, host }: { readonly port: number; readonly host: string },
): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'EADDRINUSE' ? `something listens at ${host}:${port} already` : message;
  return new Failure('config_invalid', `it cannot listen: ${why}`, {
    exit: EXIT.conflict,
    help: ['--port chooses another port; 0 takes any that is free.'],
    cause: error,
  });
}
