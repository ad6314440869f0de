/** A declarative pattern is registered: from then on workflows may name it. Nothing is restarted for it. */
import { createHash } from 'node:crypto';
import { CantataError, canonicalJson } from '@cantata/core';
import { type Problem, parsePattern, positionOf } from '@cantata/definition';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { takeDocuments } from '../documents.ts';
import { isMade } from '../idempotency/claim.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { patternVersionRow, RegisteredPattern } from '../schemas/patterns.ts';
import { documentError, textOf } from '../workflow-document.ts';

export function registerPatternRoute(app: App, parts: ServerParts): void {
  void app.register(async (scope: App) => {
    takeDocuments(scope);
    scope.post(
      '/api/v1/patterns',
      {
        config: { role: 'author' },
        schema: {
          operationId: 'registerPattern',
          tags: ['Patterns'],
          summary: 'Register a declarative pattern, or a new version of one',
          description:
            'JSON or YAML. Workflows that name it have it in their own document from their registration on, and keep to that version. The same name and version again is answered with 200 where the content is equal, and with 409 where it is not.',
          consumes: ['application/json', 'application/yaml'],
          response: {
            200: RegisteredPattern,
            201: RegisteredPattern,
            ...problems(400, 401, 403, 409, 413, 422),
          },
        },
      },
      async (request, reply) => {
        const { principal, requestId } = accessOf(parts, request);
        const { tenant } = principal;
        const { engine, store, patterns } = parts;
        const text = textOf(request);
        const parsed = parsePattern(text);
        if (parsed.kind === 'invalid') throw documentError('definition_invalid', parsed.problems);
        const { name, version } = parsed.pattern;
        if (patterns.get(name) !== undefined) throw documentError('definition_invalid', [taken(text, name)]);
        const known = await store.patterns.find(tenant, name, version);
        const document = canonicalJson(parsed.document);
        const digest = createHash('sha256').update(document).digest('hex');
        const row = await store.patterns.put({
          tenant,
          name,
          version,
          digest,
          document,
          createdAt: engine.now(),
        });
        if (row.digest !== digest) {
          const message = `the pattern ${name} ${version} is stored with other content; give this one a new version`;
          throw new CantataError('version_conflict', message);
        }
        return reply.code(isMade(known, requestId) ? 201 : 200).send({
          ...patternVersionRow(row),
          status: 'validated' as const,
          problems: parsed.notices,
        });
      },
    );
    await Promise.resolve();
  });
}

function taken(text: string, name: string): Problem {
  return {
    code: 'team_invalid',
    severity: 'error',
    message: `there is a pattern \`${name}\` already, among those that come with Cantata or with the configuration`,
    path: 'name',
    ...positionOf(text, ['name']),
    hint: 'choose another name',
  };
}
