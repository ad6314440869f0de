/** What an agent outside of this process says, read at the door: nothing of it is trusted. */
import type {
  AgentContext,
  AgentOutcome,
  Directive,
  Json,
  JsonObject,
  TaskError,
  Usage,
} from '@cantata/core';

/** The last word of an agent. Directives and usage are looked at by whoever takes the outcome. */
export type Final = { readonly type: 'final'; readonly outcome: AgentOutcome };
export type Message =
  | Final
  | { readonly type: 'keep'; readonly id: Json; readonly key: string; readonly value: Json }
  /** It was a sign of life, and has been passed on. */
  | { readonly type: 'heard' };

export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** Passes on what is not an answer. @throws ProtocolError for what is no message of the protocol */
export function readMessage(text: string, context: AgentContext): Message {
  const message = parsed(text);
  switch (message['type']) {
    case 'completed':
      return { type: 'final', outcome: completed(message) };
    case 'failed':
      return { type: 'final', outcome: { kind: 'failed', error: errorIn(message['error']) } };
    case 'keep':
      return keep(message);
    case 'heartbeat':
      context.heartbeat();
      return { type: 'heard' };
    case 'progress':
      context.progress(progressIn(message));
      return { type: 'heard' };
    case 'log':
      context.log(levelIn(message['level']), textIn(message['message']), fieldsIn(message['fields']));
      return { type: 'heard' };
    default: {
      const type = JSON.stringify(message['type'] ?? null).slice(0, 100);
      throw new ProtocolError(`the agent sent a message of the type ${type}, and there is none`);
    }
  }
}

function parsed(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(`the agent sent what is no JSON: ${text.slice(0, 200)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ProtocolError(`the agent sent what is no object: ${text.slice(0, 200)}`);
}

function completed({ output, directives, usage }: JsonObject): AgentOutcome {
  return {
    kind: 'completed',
    output: output ?? null,
    ...(directives === undefined ? {} : { directives: directives as unknown as readonly Directive[] }),
    ...(usage === undefined ? {} : { usage: usage as Usage }),
  };
}

function keep({ id = null, key, value }: JsonObject): Message {
  if (typeof key !== 'string' || value === undefined)
    throw new ProtocolError('a message `keep` needs `key`, which is text, and `value`');
  return { type: 'keep', id, key, value };
}

function errorIn(error: Json | undefined): TaskError {
  const { code, message, retry, detail } = isObject(error) ? error : {};
  return {
    code: typeof code === 'string' ? code : 'agent_error',
    message: typeof message === 'string' ? message : 'the agent failed and did not say why',
    ...(retry === 'never' || retry === 'wanted' ? { retry } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

function progressIn({ fraction, note }: JsonObject): { readonly fraction?: number; readonly note?: string } {
  return {
    ...(typeof fraction === 'number' ? { fraction: Math.min(1, Math.max(0, fraction)) } : {}),
    ...(typeof note === 'string' ? { note } : {}),
  };
}

function levelIn(level: Json | undefined): 'debug' | 'info' | 'warn' | 'error' {
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info';
}

function textIn(text: Json | undefined): string {
  return typeof text === 'string' ? text : JSON.stringify(text ?? null);
}

function fieldsIn(fields: Json | undefined): JsonObject | undefined {
  return isObject(fields) ? fields : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
