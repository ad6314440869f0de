/** Whatever an agent throws, as the error of its task: short, plain data, no stack. */
import { checkJson, type TaskError } from '@cantata/core';
import { retryWish, type TerminalError } from './errors.ts';

const MESSAGE_LENGTH = 2_000;
const DETAIL_LIMITS = { maxBytes: 16_384, maxDepth: 16 };
/** How far a chain of causes is followed. */
const CAUSES = 3;

/** The error of an attempt that threw `thrown`. Total: it never throws itself, whatever it is given. */
export function taskError(thrown: unknown): TaskError {
  const wish = thrown instanceof Error ? retryWish(thrown) : undefined;
  const message = messageOf(thrown);
  if (wish === undefined) return { code: 'agent_error', message };
  const { code, detail } = thrown as TerminalError;
  const keepsDetail = detail !== undefined && checkJson(detail, DETAIL_LIMITS) === undefined;
  return { code, message, retry: wish, ...(keepsDetail && { detail }) };
}

/** The error of an attempt that was told to stop and did. */
export function abortedError(reason: unknown): TaskError {
  return { code: 'agent_aborted', message: `told to stop: ${messageOf(reason ?? 'no longer wanted')}` };
}

/** The message with the causes behind it: "fetch failed" alone has never helped anyone. */
function messageOf(thrown: unknown): string {
  const parts: string[] = [];
  for (const text of chain(thrown).map(textOf)) {
    if (!parts.some((part) => part.includes(text))) parts.push(text);
  }
  // No database column takes a NUL.
  const message = parts.join(': ').replaceAll('\u0000', '\uFFFD');
  return message.length <= MESSAGE_LENGTH ? message : `${message.slice(0, MESSAGE_LENGTH)}…`;
}

/** What was thrown and what caused it; a chain may be a circle. */
function chain(thrown: unknown): readonly unknown[] {
  const links = [thrown];
  for (let last = thrown; last instanceof Error && last.cause !== undefined && links.length <= CAUSES; ) {
    last = last.cause;
    links.push(last);
  }
  return links;
}

function textOf(value: unknown): string {
  try {
    if (value instanceof Error) return value.message || codeOf(value) || value.name;
    if (typeof value === 'string') return value === '' ? 'an empty string was thrown' : value;
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A getter, a toJSON or a cycle that objects to being looked at.
    return `something unprintable (${typeof value}) was thrown`;
  }
}

/** Node's network errors may come with an empty message and a telling code. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
