/** Signals by correlation key. */
import { z } from 'zod';
import { AnyJson } from './common.ts';

/** A month: as long as anything is kept that nobody may ever want. */
const MAX_KEEP_MS = 31 * 86_400_000;

export const SignalByKey = z
  .strictObject({
    key: z.string().min(1).max(256).describe('under which an execution waits'),
    signal: z.string().min(1).max(128).describe('its name'),
    data: AnyJson.optional().describe('null unless given'),
    id: z.string().min(1).max(128).optional().describe('by which it is known when it is sent twice'),
    keep_ms: z
      .int()
      .positive()
      .max(MAX_KEEP_MS)
      .optional()
      .describe('how long it is kept where nobody waits'),
  })
  .meta({
    id: 'SignalByKey',
    examples: [{ key: 'order-17', signal: 'paid', data: { amount: 12 }, keep_ms: 3_600_000 }],
  });

export const SignalAccepted = z
  .object({ key: z.string(), signal: z.string(), id: z.string() })
  .meta({ id: 'SignalAccepted' });
