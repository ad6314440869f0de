/** A request without a body says nothing: to a schema in which nothing need be said that is an empty object. */
import type { App } from './app.ts';

export function takeEmptyBodies(app: App): void {
  app.addHook('preValidation', (request, _reply, done) => {
    request.body ??= {};
    done();
  });
}
