/** Many executions at once. */
import { MAX_BULK } from '@cantata/engine';
import { z } from 'zod';
import { list, StatusWord, Uuid } from './common.ts';
import { Reason } from './execution-commands.ts';

export const BulkBody = z
  .strictObject({
    filter: z.strictObject({
      statuses: z
        .array(StatusWord)
        .min(1)
        .max(16)
        .readonly()
        .optional()
        .describe('those it is for, unless given'),
      workflow_id: z.string().min(1).max(256).optional().describe('the id or the name of a workflow'),
      tag: z.string().min(1).max(256).optional(),
    }),
    preview: z.boolean().default(true).describe('only says which they would be; `false` does it'),
    limit: z.int().min(1).max(MAX_BULK).default(100).describe('the newest so many'),
    reason: Reason,
  })
  .meta({
    id: 'BulkRequest',
    examples: [{ filter: { statuses: ['failed'], workflow_id: 'letter' }, preview: true }],
  });

export const BulkAnswer = z
  .object({
    preview: z.boolean(),
    executions: list(
      z.object({
        execution_id: Uuid,
        name: z.string(),
        status: z.string().describe('before'),
        ok: z.boolean().nullable().describe('null in a preview'),
        error: z.object({ code: z.string(), message: z.string() }).nullable(),
      }),
    ),
    more: z.boolean().describe('whether there may be others, beyond the limit'),
  })
  .meta({ id: 'BulkReport' });
