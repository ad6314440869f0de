/** The log of one attempt. Fields may be anything a person has at hand; they become JSON here. */
import { inspect } from 'node:util';
import { type AgentContext, checkJson, type Json } from '@cantata/core';

type Write = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** One field is cut off here, so that a log line never carries a document. */
const FIELD_LIMITS = { maxBytes: 16_384, maxDepth: 8 };

export function createLog(port: AgentContext): Log {
  const level =
    (name: keyof Log): Write =>
    (message, fields) =>
      port.log(
        name,
        message,
        fields && Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, readable(value)])),
      );
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

function readable(value: unknown): Json {
  if (value instanceof Error) return cut(value.stack ?? value.message);
  if (typeof value === 'string') return cut(value);
  return checkJson(value, FIELD_LIMITS) === undefined ? (value as Json) : cut(inspect(value, { depth: 2 }));
}

function cut(text: string): string {
  return text.slice(0, FIELD_LIMITS.maxBytes);
}
