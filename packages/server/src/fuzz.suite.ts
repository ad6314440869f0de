/** Requests that nobody meant to be sent, made from the OpenAPI document: each part of one is as described, or hostile. */
import fc from 'fast-check';

export interface Sent {
  readonly operation: string;
  readonly method: string;
  /** As it goes over the wire, broken escapes and all. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** As far as it is looked into. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Values by the name of the parameter or field, that lead further in than what is made up. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

const DEEP = 20_000;

const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '../../etc/passwd',
    "'; DROP TABLE executions; --",
    '" OR 1=1',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\ud800',
    '\u202eabc',
    '💥'.repeat(50),
    'x'.repeat(5_000),
    '%00',
    '%',
    '${input.x}',
    '${'.repeat(200),
    '<script>alert(1)</script>',
    'draft[0]',
    'draft[999999999]',
    'draft[-1]',
    '[0]',
    'null',
    'NaN',
    '1e999',
    '-1',
    '9007199254740993',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF',
    '2026-02-30T25:00:00Z',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);

const hostileNumber = fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, -1e308, 5e-324);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { '': '' }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(hostileText, hostileNumber, { maxKeys: 4 }),
  fc.constantFrom(...[65, 500].map((depth) => nested(depth))),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Texts that JSON.stringify would not write. */
const hostileBody = fc.constantFrom(
  '',
  '{',
  'nul',
  '"',
  '\u0000',
  '\ufeff{}',
  '{"input_data":1e999}',
  '{"input_data":{"n":1e999}}',
  '{"input_data":{"__proto__":{"role":"admin"}}}',
  '{"__proto__":{}}',
  '{"constructor":{"prototype":{}}}',
  '{"input_data":{},"input_data":{}}',
  '{"input_data":{"a":"\\ud800"}}',
  '{"input_data":{"a\\u0000":"\\u0000"}}',
  '['.repeat(DEEP) + ']'.repeat(DEEP),
  `{"input_data":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}`,
  `{"signal":"go","data":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
  `{"input_data":{"a":"${'x'.repeat(300_000)}"}}`,
  `a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]`,
  '- '.repeat(2_000),
  'x'.repeat(5_000_000),
);

const hostileType = fc.constantFrom(
  'application/json; charset=utf-16',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/problem+json',
  'application/json;;;',
  '/',
  'x'.repeat(500),
);

/** How often a part is not as described. */
const oneOf = <Value>(meant: fc.Arbitrary<Value>, hostile: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 12, arbitrary: meant }, { weight: 1, arbitrary: hostile });

/** A value of a schema, here and there with a hostile one in its place. */
function valueOf(
  schema: Schema,
  described: Described,
  known: Known,
  name = '',
  depth = 0,
): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf: either, properties, required = [], items } = schema;
  const inner = (one: Schema, as = name): fc.Arbitrary<unknown> =>
    depth > 8 ? fc.constant(null) : valueOf(one, described, known, as, depth + 1);
  if ($ref !== undefined) {
    const found = described.components.schemas[$ref.split('/').at(-1) ?? ''];
    return found === undefined ? hostileValue : inner(found);
  }
  const choices = anyOf ?? either;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => inner(one)));
  if (known[name] !== undefined) return oneOf(fc.constantFrom(...known[name]), hostileValue);
  if (schema.enum !== undefined) return oneOf(fc.constantFrom(...schema.enum), hostileValue);
  if ('const' in schema) return oneOf(fc.constant(schema.const), hostileValue);
  const [type] = [schema.type ?? 'any'].flat();
  switch (type) {
    case 'object': {
      const fields = Object.entries(properties ?? {}).map(([key, one]) => [key, inner(one, key)] as const);
      const record = fc.record(Object.fromEntries(fields), {
        requiredKeys: required.filter((key) => properties?.[key] !== undefined),
      });
      const more = fc
        .tuple(record, hostileText, hostileValue)
        .map(([value, key, extra]) => ({ ...value, [key]: extra }));
      return oneOf<unknown>(
        properties === undefined ? fc.constant({}) : record,
        fc.oneof(more, hostileValue),
      );
    }
    case 'array':
      return oneOf<unknown>(fc.array(inner(items ?? {}), { maxLength: 3 }), hostileValue);
    case 'string':
      return oneOf<unknown>(fc.constantFrom('a', 'draft', 'go', '1.0'), hostileValue);
    case 'integer':
    case 'number':
      return oneOf<unknown>(fc.integer({ min: 1, max: 100 }), hostileValue);
    case 'boolean':
      return oneOf<unknown>(fc.boolean(), hostileValue);
    default:
      return hostileValue;
  }
}

/** Into a path: escaped, or as it is, which may be broken. */
const written = (value: unknown): fc.Arbitrary<string> => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const escaped = encodeURIComponent(text.toWellFormed());
  return oneOf(
    fc.constant(escaped),
    fc.constantFrom(
      `${escaped}%`,
      `${escaped}%zz`,
      `%ff${escaped}`,
      `${escaped}/..`,
      '%2e%2e%2f',
      `${escaped}${'a'.repeat(9_000)}`,
    ),
  );
};

export function requests(described: Described, known: Known): fc.Arbitrary<Sent> {
  const all = Object.entries(described.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) =>
      requestOf(path, method, operation, described, known),
    ),
  );
  return fc.oneof(...all);
}

function requestOf(
  template: string,
  method: string,
  { operationId, parameters = [], requestBody }: Operation,
  described: Described,
  known: Known,
): fc.Arbitrary<Sent> {
  const of = (where: string) => parameters.filter((parameter) => parameter.in === where);
  const textOf = ({ schema, name }: { schema: Schema; name: string }): fc.Arbitrary<string> =>
    valueOf(schema, described, known, name).chain(written);
  const path = fc
    .record(Object.fromEntries(of('path').map((one) => [one.name, textOf(one)])))
    .map((values) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''));
  const described_ = fc.record(Object.fromEntries(of('query').map((one) => [one.name, textOf(one)])), {
    requiredKeys: [],
  });
  const pairs = described_.map((values) => Object.entries(values).map((pair) => pair.join('=')));
  const odd = fc.constantFrom(
    'unknown=1',
    '__proto__=1',
    'limit=1&limit=2',
    '&&=',
    '%=%',
    `a=${'b'.repeat(9_000)}`,
    'a[]=1',
  );
  const query = fc.tuple(pairs, oneOf<string>(fc.constant(''), odd)).map(([said, more]) => [...said, more]);
  const [content] = Object.values(requestBody?.content ?? {});
  const meant = valueOf(content?.schema ?? {}, described, known).map((value) => JSON.stringify(value));
  const body = method === 'get' ? fc.constant(undefined) : oneOf<string | undefined>(meant, hostileBody);
  const type = oneOf(fc.constant('application/json'), hostileType);
  const key = fc.option(fc.constantFrom('key', 'other', ' ', 'x'.repeat(300)), { nil: undefined, freq: 4 });
  return fc.record({ path, query, body, type, key }).map((made) => ({
    operation: operationId,
    method: method.toUpperCase(),
    path: `${made.path}?${made.query.filter((part) => part !== '').join('&')}`,
    headers: {
      ...(made.body === undefined ? {} : { 'content-type': made.type }),
      ...(made.key === undefined ? {} : { 'idempotency-key': made.key }),
    },
    body: made.body,
  }));
}
