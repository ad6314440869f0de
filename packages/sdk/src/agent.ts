/** An agent as its author writes it: a function, and what it takes and gives. */
import type { Json } from '@cantata/core';
import type { Context } from './context.ts';
import type { StandardSchema } from './standard-schema.ts';

export interface AgentOptions<Input, Output, Returned extends Output> {
  /** A sentence for people who look at a workflow and wonder what this agent does. */
  readonly description?: string;
  /** Checks the input before `perform` sees it, and types it. */
  readonly input?: StandardSchema<unknown, Input>;
  /** Checks what `perform` returns before the next task sees it. */
  readonly output?: StandardSchema<Output, unknown>;
  /** Does the work once. Called again for a retry, with the same idempotency key and a higher `context.attempt`. */
  perform(input: Input, context: Context): Returned | Promise<Returned>;
}

/**
 * What `defineAgent` makes.
 *
 * `perform` is a method on purpose: TypeScript compares the parameters of methods both ways, which lets agents of
 * different input types stand in one configuration as `AgentDefinition` without an `any`. The engine hands over
 * JSON of unknown shape; the `input` schema is what makes the declared type true.
 */
export interface AgentDefinition<Input = unknown, Output = unknown> {
  readonly description?: string;
  readonly input?: StandardSchema<unknown, Input>;
  readonly output?: StandardSchema;
  perform(input: Input, context: Context): Output | Promise<Output>;
}

/** A function as an agent: its parameter says what it expects, nothing checks it. */
export function defineAgent<Input = Json, Output = unknown>(
  perform: (input: Input, context: Context) => Output | Promise<Output>,
): AgentDefinition<Input, Output>;

/** An agent whose input and output are checked by schemas, and typed by them. */
export function defineAgent<Input = Json, Output = unknown, Returned extends Output = Output>(
  options: AgentOptions<Input, Output, Returned>,
): AgentDefinition<Input, Returned>;

export function defineAgent<Input, Output, Returned extends Output>(
  agent: AgentOptions<Input, Output, Returned> | AgentOptions<Input, Output, Returned>['perform'],
): AgentDefinition<Input, Returned> {
  return typeof agent === 'function' ? { perform: agent } : agent;
}
