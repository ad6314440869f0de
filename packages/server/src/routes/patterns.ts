/** The patterns that a workflow may name. */
import { CantataError, type Pattern } from '@cantata/core';
import { closestTo, STANDARD } from '@cantata/definition';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { list, problems } from '../schemas/common.ts';
import { PatternEntry, PatternParams, type PatternSource, patternEntry } from '../schemas/patterns.ts';

export function patternRoutes(app: App, { patterns }: ServerParts): void {
  app.get(
    '/api/v1/patterns/available',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listPatterns',
        tags: ['Patterns'],
        summary: 'The patterns that a workflow may name',
        response: { 200: z.object({ items: list(PatternEntry) }), ...problems(401, 403) },
      },
    },
    () => ({
      items: [...patterns.keys()].map((name) => {
        const pattern = patterns.get(name) as Pattern;
        return patternEntry(pattern, sourceOf(pattern));
      }),
    }),
  );

  app.get(
    '/api/v1/patterns/:pattern',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getPattern',
        tags: ['Patterns'],
        summary: 'One pattern',
        params: PatternParams,
        response: { 200: PatternEntry, ...problems(400, 401, 403, 404) },
      },
    },
    (request) => {
      const { pattern: name } = request.params;
      const pattern = patterns.get(name);
      if (pattern !== undefined) return patternEntry(pattern, sourceOf(pattern));
      const meant = closestTo(name, patterns.keys());
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      throw new CantataError('pattern_not_found', `there is no pattern ${name}${hint}`);
    },
  );
}

function sourceOf(pattern: Pattern): PatternSource {
  return STANDARD.get(pattern.name) === pattern ? 'built_in' : 'configured';
}
