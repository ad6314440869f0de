/** What an agent gave back, checked at the door: JSON, within the limits, and not nothing. Total: it never throws. */
import {
  checkJson,
  type Json,
  jsonProblemWords,
  type TaskError,
  type TurnAnswer,
  type Usage,
} from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { EngineSettings } from '../settings.ts';
import { readDirectives } from './directives.ts';

/** An answer without its address; or that an engine did not give the attempt to its agent. */
export type Answer =
  | AgentAnswer
  | { readonly type: 'turn.diverted'; readonly agentType: string; readonly tries?: true };
export type AgentAnswer =
  | Omit<Extract<TurnAnswer, { type: 'turn.completed' }>, 'task' | 'item' | 'attempt' | 'assignment'>
  | Omit<Extract<TurnAnswer, { type: 'turn.failed' }>, 'task' | 'item' | 'attempt' | 'assignment'>;

const MAX_CODE = 100;
const MAX_MESSAGE = 2_000;
const DETAIL_LIMITS = { maxBytes: 16_384, maxDepth: 16 };

/** What a transport resolved with. It is typed, but agents are other people's code: nothing of it is trusted. */
export function answerOf(outcome: unknown, settings: EngineSettings): AgentAnswer {
  try {
    return readOutcome(outcome as Loose, settings);
  } catch (error) {
    // A getter or a proxy that objects to being looked at.
    return failed({
      code: 'output_not_json',
      message: `the output cannot be read: ${messageOf(error)}`,
      retry: 'never',
    });
  }
}

/** What an agent threw past its transport. */
export function errorAnswer(thrown: unknown, isAborted: boolean): AgentAnswer {
  return failed({ code: isAborted ? 'agent_aborted' : 'agent_error', message: messageOf(thrown) });
}

interface Loose {
  readonly kind?: unknown;
  readonly output?: unknown;
  readonly usage?: unknown;
  readonly directives?: unknown;
  readonly error?: unknown;
}

function readOutcome(outcome: Loose | null | undefined, settings: EngineSettings): AgentAnswer {
  if (outcome?.kind === 'failed') return failed(readError(outcome.error));
  if (outcome?.kind === 'completed') return completed(outcome, settings);
  return failed({
    code: 'agent_error',
    message: 'the agent gave no outcome: neither completed nor failed',
    retry: 'never',
  });
}

function completed(
  { output, usage: used, directives: wanted }: Loose,
  { maxValueBytes, maxValueDepth }: EngineSettings,
): AgentAnswer {
  if (output === undefined) {
    const message = 'the agent returned nothing; return null if there is nothing to say';
    return failed({ code: 'output_missing', message, retry: 'never' });
  }
  const problem = checkJson(output, { maxBytes: maxValueBytes, maxDepth: maxValueDepth });
  if (problem !== undefined) {
    const code = problem.code === 'too_large' ? 'output_too_large' : 'output_not_json';
    return failed({ code, message: jsonProblemWords('the output', problem), retry: 'never' });
  }
  const asked = readDirectives(wanted, { maxBytes: maxValueBytes, maxDepth: maxValueDepth });
  if (typeof asked === 'string') return failed({ code: 'directive_invalid', message: asked, retry: 'never' });
  const usage = readUsage(used);
  return {
    type: 'turn.completed',
    output: ownCopy(output as Json),
    ...(asked.length === 0 ? {} : { directives: asked }),
    ...(usage === undefined ? {} : { usage }),
  };
}

function readError(error: unknown): TaskError {
  const { code, message, retry, detail } = (error ?? {}) as { readonly [field in keyof TaskError]?: unknown };
  const keepsDetail = detail !== undefined && checkJson(detail, DETAIL_LIMITS) === undefined;
  return {
    code: typeof code === 'string' && code !== '' ? clean(code, MAX_CODE) : 'agent_error',
    message: typeof message === 'string' ? message : 'the agent failed and did not say why',
    ...(retry === 'never' || retry === 'wanted' ? { retry } : {}),
    ...(keepsDetail ? { detail: ownCopy(detail as Json) } : {}),
  };
}

/** Only what can be added up. */
function readUsage(usage: unknown): Usage | undefined {
  const { tokens, cost } = (usage ?? {}) as { readonly tokens?: unknown; readonly cost?: unknown };
  const read = { ...(isAmount(tokens) ? { tokens } : {}), ...(isAmount(cost) ? { cost } : {}) };
  return Object.keys(read).length === 0 ? undefined : read;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function failed(error: TaskError): AgentAnswer {
  return { type: 'turn.failed', error: { ...error, message: clean(error.message, MAX_MESSAGE) } };
}

function clean(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\u0000', '\uFFFD');
}

/** The agent keeps its object and may change it later; the state keeps its own. */
function ownCopy(value: Json): Json {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as Json) : value;
}
