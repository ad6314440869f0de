/** Signals to whoever waits for them: the sender knows a key, and no execution. */
import type { Json } from '@cantata/core';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { SignalAccepted, SignalByKey } from '../schemas/signals.ts';
import { callOf } from '../told.ts';

export function signalRoutes(app: App, parts: ServerParts): void {
  app.post(
    '/api/v1/signals',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'signalByKey',
        tags: ['Signals'],
        summary: 'Signal whichever execution waits under a correlation key',
        description:
          'Where none waits it is refused, or kept for `keep_ms` and given to the first that comes. The same `id` again is the same signal.',
        body: SignalByKey,
        response: { 202: SignalAccepted, ...problems(400, 401, 403, 409, 422, 429) },
      },
    },
    async (request, reply) => {
      const access = accessOf(parts, request);
      const { key, signal, data = null, id, keep_ms: keepMs } = request.body;
      const sent = id ?? access.requestId ?? parts.engine.newId();
      await parts.engine.signalKey(key, {
        signal,
        data: data as Json,
        id: sent,
        by: access.principal.subject,
        ...callOf(access),
        ...(keepMs === undefined ? {} : { keepMs }),
      });
      return reply.code(202).send({ key, signal, id: sent });
    },
  );
}
