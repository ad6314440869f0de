/** What several endpoints speak of. */
import { ENDED_STATUSES, ERROR_CODES, OPEN_STATUSES } from '@cantata/core';
import { z } from 'zod';

/** However it is written, it is one: in small letters everywhere here. */
export const Uuid = z.uuid().toLowerCase();
/** What an execution can be found by: one that is misspelt would find nothing. */
export const StatusWord = z.enum([...OPEN_STATUSES, ...ENDED_STATUSES]);
export const Timestamp = z.iso.datetime({ precision: 3 });
/** Anything JSON can say. */
export const AnyJson = z.unknown().meta({ description: 'any JSON' });
export const AnyObject = z.record(z.string(), z.unknown());

/** As the rest of the code has them: nobody changes an answer. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string().describe('what to do about it'),
    status: z.int(),
    detail: z.string().describe('what happened'),
    code: z.string().describe('stable, for programs'),
    instance: z.string(),
    request_id: z.string(),
    retryable: z.boolean().describe('whether the same request may succeed later'),
    data: AnyJson.optional(),
    problems: z
      .array(
        z.object({
          code: z.string(),
          severity: z.enum(['error', 'notice']),
          message: z.string(),
          path: z.string(),
          line: z.int(),
          column: z.int(),
          hint: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({
    id: 'Problem',
    description: 'What went wrong (RFC 9457).',
    examples: [
      {
        type: 'urn:cantata:error:workflow_not_found',
        title: ERROR_CODES.workflow_not_found,
        status: 404,
        detail: 'there is no workflow letter',
        code: 'workflow_not_found',
        instance: '/api/v1/workflows/letter',
        request_id: '019ab697-0000-7000-8000-000000000001',
        retryable: false,
      },
    ],
  });

/** The errors of an endpoint, for its documentation. */
export function problems<const Status extends number>(
  ...statuses: readonly Status[]
): Record<Status, typeof ProblemSchema> {
  return Object.fromEntries(statuses.map((status) => [status, ProblemSchema])) as Record<
    Status,
    typeof ProblemSchema
  >;
}
