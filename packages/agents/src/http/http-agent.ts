/** An agent behind a URL: one POST an attempt. It answers with JSON, or with a line of JSON for everything it says. */
import type { Agent, AgentContext, AgentOutcome, Assignment } from '@cantata/core';
import { Lines } from '../protocol/lines.ts';
import { type Final, ProtocolError, readMessage } from '../protocol/message.ts';
import { requestOf } from '../protocol/request.ts';
import { failed, MAX_OUTPUT_BYTES, type RemoteAgent } from '../remote.ts';

export interface HttpOptions {
  readonly description?: string;
  readonly url: string;
  /** Sent with every request: a token, for instance. They are never logged or recorded. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of an answer; 16 MiB unless given. */
  readonly maxOutputBytes?: number;
}

/** For `agents` of a configuration. @throws TypeError where the URL is none, or not of HTTP */
export function httpAgent(options: HttpOptions): RemoteAgent {
  const url = new URL(options.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`${options.url} is no URL of HTTP`);
  const transport: Agent = {
    perform: (assignment, context) => perform({ ...options, url }, assignment, context),
  };
  return { transport, ...(options.description === undefined ? {} : { description: options.description }) };
}

type Target = Omit<HttpOptions, 'url'> & { readonly url: URL };

async function perform(target: Target, assignment: Assignment, context: AgentContext): Promise<AgentOutcome> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(context.signal.reason);
  if (context.signal.aborted) stop();
  else context.signal.addEventListener('abort', stop);
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        ...target.headers,
        'content-type': 'application/json',
        accept: 'application/x-ndjson, application/json',
        'idempotency-key': assignment.idempotencyKey,
      },
      body: JSON.stringify(requestOf(assignment)),
      signal: controller.signal,
    });
    return response.ok ? await answerIn(response, target, context) : await refusal(response);
  } catch (error) {
    if (controller.signal.aborted) return failed('agent_aborted', wordsOf(context.signal.reason));
    if (error instanceof ProtocolError) return failed('agent_protocol', error.message, 'never');
    return failed('agent_unreachable', `${target.url.origin} cannot be reached: ${wordsOf(error)}`, 'wanted');
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

/** @throws ProtocolError for what is no message, too much of it, or no answer among it */
async function answerIn(
  { body, headers }: Response,
  { maxOutputBytes = MAX_OUTPUT_BYTES }: Target,
  context: AgentContext,
): Promise<AgentOutcome> {
  const isLines = headers.get('content-type')?.includes('ndjson') === true;
  const lines = new Lines(maxOutputBytes);
  const whole: string[] = [];
  let final: Final | undefined;
  const hear = (some: readonly string[]): void => {
    if (!isLines) whole.push(...some);
    else for (const line of some) final = hearOne(line, context) ?? final;
  };
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    hear(lines.add(chunk));
    if (final !== undefined) return final.outcome;
  }
  hear(lines.end());
  if (!isLines) final = hearOne(withType(whole.join('\n')), context);
  if (final !== undefined) return final.outcome;
  throw new ProtocolError('the answer ended without `completed` or `failed`');
}

function hearOne(line: string, context: AgentContext): Final | undefined {
  const message = readMessage(line, context);
  // Nobody waits for the word that it is kept: whoever has to know speaks JSON lines on a stream of its own.
  if (message.type === 'keep') void context.keep(message.key, message.value).catch(() => undefined);
  return message.type === 'final' ? message : undefined;
}

/** A plain answer may leave out that it is one. */
function withType(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const isPlain = typeof value === 'object' && value !== null && 'output' in value && !('type' in value);
    return isPlain ? JSON.stringify({ ...value, type: 'completed' }) : text;
  } catch {
    return text;
  }
}

/** What may pass is worth another attempt, and what was refused is not. */
async function refusal(response: Response): Promise<AgentOutcome> {
  const { status, statusText } = response;
  const said = (await response.text().catch(() => '')).slice(0, 500);
  const words = `${status} ${statusText}${said === '' ? '' : `: ${said}`}`;
  const mayPass = status === 408 || status === 425 || status === 429 || status >= 500;
  return mayPass
    ? failed('agent_unavailable', `the agent answered ${words}`, 'wanted')
    : failed('agent_refused', `the agent refused: ${words}`, 'never');
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
