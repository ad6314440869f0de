/** The patterns that a workflow may name: those that come with Cantata, those of the operator, those that were registered. */
import { CantataError, type Pattern } from '@cantata/core';
import { closestTo, STANDARD } from '@cantata/definition';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { documentOf, newestPatterns, storedPattern } from '../registered.ts';
import { list, problems } from '../schemas/common.ts';
import {
  onlyVersion,
  PatternDetail,
  PatternEntry,
  PatternParams,
  type PatternSource,
  PatternVersionRow,
  patternEntry,
  patternVersionRow,
} from '../schemas/patterns.ts';
import { VersionQuery } from '../schemas/workflows.ts';

export function patternRoutes(app: App, parts: ServerParts): void {
  const { patterns, store } = parts;

  app.get(
    '/api/v1/patterns/available',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listPatterns',
        tags: ['Patterns'],
        summary: 'The patterns that a workflow may name, in their newest versions',
        response: { 200: z.object({ items: list(PatternEntry) }), ...problems(401, 403) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      const registered = newestPatterns(await store.patterns.list(tenant)).filter(
        ({ name }) => patterns.get(name) === undefined,
      );
      return {
        items: [
          ...[...patterns.keys()].map((name) => {
            const pattern = patterns.get(name) as Pattern;
            return patternEntry(pattern, sourceOf(pattern));
          }),
          ...registered.flatMap((row) => {
            const stored = storedPattern(row);
            return stored.kind === 'valid' ? [patternEntry(stored.pattern, 'registered')] : [];
          }),
        ],
      };
    },
  );

  app.get(
    '/api/v1/patterns/:pattern',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getPattern',
        tags: ['Patterns'],
        summary: 'A version of a pattern',
        params: PatternParams,
        querystring: z.strictObject(VersionQuery),
        response: { 200: PatternDetail, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      const { pattern: name } = request.params;
      const { version } = request.query;
      const known = patterns.get(name);
      if (known !== undefined && known.version === (version ?? known.version)) {
        const source = sourceOf(known);
        return { ...patternEntry(known, source), ...onlyVersion(known, source), definition: null };
      }
      const row = known === undefined ? await store.patterns.find(tenant, name, version) : undefined;
      const stored = row === undefined ? undefined : storedPattern(row);
      if (row === undefined || stored?.kind !== 'valid') throw await notFound(parts, tenant, name, version);
      return {
        ...patternEntry(stored.pattern, 'registered'),
        ...patternVersionRow(row),
        definition: documentOf(row),
      };
    },
  );

  app.get(
    '/api/v1/patterns/:pattern/versions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listPatternVersions',
        tags: ['Patterns'],
        summary: 'Its versions, the newest first',
        params: PatternParams,
        response: { 200: z.object({ items: list(PatternVersionRow) }), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      const { pattern: name } = request.params;
      const known = patterns.get(name);
      if (known !== undefined) return { items: [onlyVersion(known, sourceOf(known))] };
      const rows = (await store.patterns.list(tenant)).filter((row) => row.name === name);
      if (rows.length === 0) throw await notFound(parts, tenant, name);
      return { items: rows.toReversed().map(patternVersionRow) };
    },
  );
}

function sourceOf(pattern: Pattern): PatternSource {
  return STANDARD.get(pattern.name) === pattern ? 'built_in' : 'configured';
}

async function notFound(
  { patterns, store }: ServerParts,
  tenant: string,
  name: string,
  version?: string,
): Promise<CantataError> {
  const registered = await store.patterns.list(tenant);
  const names = new Set([...patterns.keys(), ...registered.map((row) => row.name)]);
  const meant = names.has(name) ? undefined : closestTo(name, names);
  const which = version === undefined ? '' : ` in version ${version}`;
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new CantataError('pattern_not_found', `there is no pattern ${name}${which}${hint}`);
}
