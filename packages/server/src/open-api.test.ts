// The OpenAPI document: what callers must reckon with at each operation, and examples that are taken as they stand.
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from './world.suite.ts';

interface Form {
  readonly schema: { readonly $ref?: string };
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Form>> };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
  };
}

let service: Service;
let described: Described;
let operations: readonly Operation[];

beforeAll(async () => {
  service = await startService();
  described = (await service.call('GET', '/openapi.json')).body;
  operations = Object.values(described.paths).flatMap((path) => Object.values(path));
});
afterAll(() => service.close());

/** By operation, which of these statuses it says nothing of. */
function silent(some: (operation: Operation) => boolean, statuses: readonly string[]): readonly string[] {
  const asked = operations.filter(some);
  return asked.flatMap(({ operationId, responses }) =>
    statuses.filter((status) => responses[status] === undefined).map((status) => `${operationId} ${status}`),
  );
}

test('whoever needs a token is told what comes of having none, too low a role, too many requests, and no store', () => {
  const isKnown = ({ security }: Operation) => security.length > 0;
  expect(operations.filter(isKnown).length).toBeGreaterThan(50);
  expect(silent(isKnown, ['401', '403', '429', '503'])).toEqual([]);
});

test('whoever sends a body is told what comes of one that is wrong, too large, or of another type', () => {
  expect(silent(({ requestBody }) => requestBody !== undefined, ['400', '413', '415'])).toEqual([]);
});

test('every refusal is a problem document', () => {
  const forms = operations.flatMap(({ responses }) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      status < '400' ? [] : Object.keys(content),
    ),
  );
  expect(new Set(forms)).toEqual(new Set(['application/problem+json']));
});

/** Those of a schema that stands by itself are with the schema. */
function examplesOf({ schema: { $ref: reference }, example }: Form): readonly unknown[] {
  if (reference === undefined) return example === undefined ? [] : [example];
  return described.components.schemas[reference.split('/').at(-1) as string]?.examples ?? [];
}

test('examples of bodies are what their schemas take', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...described, $id: 'api' });
  const seen = new Set<string>();
  for (const { operationId, requestBody } of operations)
    for (const form of Object.values(requestBody?.content ?? {}))
      for (const example of examplesOf(form)) {
        const { $ref: reference } = form.schema;
        const schema = reference === undefined ? form.schema : { $ref: `api${reference}` };
        expect(ajv.validate(schema, example), `${operationId}: ${ajv.errorsText()}`).toBe(true);
        seen.add(operationId);
      }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'registerWorkflow',
      'executeWorkflow',
      'bulk',
      'signalByKey',
      'upgradeExecution',
    ]),
  );
});

test.each(['/api/v1/workflows', '/api/v1/patterns'])(
  'the example of POST %s can be sent as it stands',
  async (url) => {
    const [form] = Object.values(described.paths[url]?.['post']?.requestBody?.content ?? {});
    expect(await service.call('POST', url, form?.example)).toMatchObject({
      status: 201,
      body: { status: 'validated' },
    });
  },
);
