/** For whoever keeps the process alive, and whoever sends it work. */
import { z } from 'zod';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';

export function healthRoutes(app: App, { version }: ServerParts): void {
  app.get(
    '/health',
    {
      config: { role: 'anybody' },
      schema: {
        operationId: 'health',
        tags: ['Operations'],
        summary: 'Whether the process is alive',
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
      },
    },
    () => ({ status: 'ok' as const, version }),
  );
}
