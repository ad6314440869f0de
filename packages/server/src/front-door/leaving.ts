/**
 * A process that is being left takes no new work, while what runs may finish: whoever sends some is told to come again, to
 * whoever takes over. Looking is still answered, so that the last events are seen. In the end nobody is waited for who does
 * not take their answer, or does not come to the end of their request.
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

/** A server that closes waits for open connections, and looks after late ones no more. */
export function cutOffWhenClosing(app: App, farewellMs: number): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), farewellMs).unref();
    await Promise.resolve();
  });
}

export function leavingError(): CantataError {
  return new CantataError(
    'engine_closed',
    'this process is stopping and takes no new work; ask again shortly',
  );
}
