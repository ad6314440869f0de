/**
 * A process that is being left takes no new work, while what runs may finish: whoever sends some is told to come again, to
 * whoever takes over. Looking is still answered, so that the last events are seen.
 */
import { CantataError } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import type { App } from '../app.ts';

const LOOKS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function refuseWhenLeaving(app: App, engine: Pick<Engine, 'isLeaving'>): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!engine.isLeaving) return;
    // The next request comes over a connection of its own, and so to somebody who stays.
    void reply.header('connection', 'close');
    if (!LOOKS.has(request.method)) throw leavingError();
    await Promise.resolve();
  });
}

/** Going away (RFC 6455, section 7.4.1): whoever listens goes on elsewhere, behind the last event they saw. */
const GOING_AWAY = 1001;
/** For the answer to that; who does not give one is cut off. */
const FAREWELL_MS = 2_000;

/** What is needed of a server of WebSockets. */
interface Sockets {
  readonly websocketServer: {
    readonly clients: Iterable<{ close(code: number, reason: string): void; terminate(): void }>;
  };
}

/** Before the parts that keep sockets are registered: theirs say no code. */
export function sayFarewell(app: App): void {
  app.addHook('preClose', (done) => {
    for (const client of (app as unknown as Sockets).websocketServer.clients) {
      client.close(GOING_AWAY, 'the server is stopping');
      setTimeout(() => client.terminate(), FAREWELL_MS).unref();
    }
    done();
  });
}

export function leavingError(): CantataError {
  return new CantataError(
    'engine_closed',
    'this process is stopping and takes no new work; ask again shortly',
  );
}
