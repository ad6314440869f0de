/** What the libraries leave rough in the OpenAPI document: schemas that stand there twice, answers without a word. */
import { STATUS_CODES } from 'node:http';

interface Operation {
  requestBody?: unknown;
  readonly consumes?: readonly string[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  description: string;
  content?: Record<string, unknown>;
}

interface OpenApi {
  readonly components?: { schemas?: Record<string, unknown> };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export function inOwnWords<Document>(document: Document): Document {
  const described = onceEach(document) as OpenApi;
  for (const operations of Object.values(described.paths ?? {}))
    for (const operation of Object.values(operations)) polish(operation);
  return described as Document;
}

/**
 * Each schema is described twice, as it comes in and as it goes out, which here is the same. The first form stays: it does
 * not promise that nothing will ever be added to an answer.
 */
function onceEach(document: unknown): unknown {
  const reference = /"#\/components\/schemas\/(\w+?)(?:Input)?"/g;
  const described = JSON.parse(
    JSON.stringify(document, withoutReadOnly).replaceAll(reference, '"#/components/schemas/$1"'),
  ) as OpenApi;
  const { components } = described;
  if (components?.schemas === undefined) return described;
  const { schemas } = components;
  const names = Object.keys(schemas).filter((name) => !name.endsWith('Input'));
  components.schemas = Object.fromEntries(
    names.map((name) => [name, schemas[`${name}Input`] ?? schemas[name]]),
  );
  return described;
}

/** That the code leaves a list as it is does not mean that callers may not send it. */
function withoutReadOnly(key: string, value: unknown): unknown {
  return key === 'readOnly' && value === true ? undefined : value;
}

function polish(operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description = STATUS_CODES[status] ?? response.description;
    // Whatever is answered where all is well.
    const [form] = Object.values(response.content ?? {});
    if (form !== undefined && status >= '400') response.content = { 'application/problem+json': form };
  }
}
