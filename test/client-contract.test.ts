// Holds the client to the service: every operation of the one is one of the other, and what the client says an answer
// looks like is what the server's schemas say.

import type * as told from '@cantata/sdk/client';
import { type Client, createClient, OPERATIONS } from '@cantata/sdk/client';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import type * as agents from '../packages/server/src/schemas/agents.ts';
import type * as bulk from '../packages/server/src/schemas/bulk.ts';
import type * as common from '../packages/server/src/schemas/common.ts';
import type * as commands from '../packages/server/src/schemas/execution-commands.ts';
import type * as reads from '../packages/server/src/schemas/execution-reads.ts';
import type * as rows from '../packages/server/src/schemas/execution-rows.ts';
import type * as executions from '../packages/server/src/schemas/executions.ts';
import type * as graphs from '../packages/server/src/schemas/graphs.ts';
import type * as operations from '../packages/server/src/schemas/operations.ts';
import type * as patterns from '../packages/server/src/schemas/patterns.ts';
import type * as plans from '../packages/server/src/schemas/plans.ts';
import type * as schedules from '../packages/server/src/schemas/schedules.ts';
import type * as signals from '../packages/server/src/schemas/signals.ts';
import type * as workflowRows from '../packages/server/src/schemas/workflow-rows.ts';
import type * as workflows from '../packages/server/src/schemas/workflows.ts';
import { type Service, startService } from '../packages/server/src/world.suite.ts';

/** The client reads the same messages over WebSocket. */
const NOT_OF_THE_CLIENT = ['streamWorkflow'];

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('the operations of the client are those of the OpenAPI document, with their methods and paths', async () => {
  const { body } = await service.call('GET', '/openapi.json');
  const paths = (body as { paths: Record<string, Record<string, { operationId: string }>> }).paths;
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => [operationId, [method.toUpperCase(), path]] as const,
    ),
  );
  const wanted = documented.filter(([id]) => !NOT_OF_THE_CLIENT.includes(id));
  expect(OPERATIONS).toEqual(Object.fromEntries(wanted));
});

test('every operation is called by a method of the client, with a method and path of its own', async () => {
  const called = new Set<string>();
  const client = createClient({
    server: 'http://127.0.0.1:1/behind/',
    fetch: (url, init) => {
      const { pathname } = new URL(url instanceof Request ? url.url : url);
      called.add(`${init?.method} ${pathname}`);
      return Promise.resolve(Response.json({ items: [], next_cursor: null, workflow_id: 'w', status: 'x' }));
    },
  });
  for (const call of callsOf(client)) await call('A', 'B');
  const templates = Object.values(OPERATIONS).map(([method, path]) => `${method} /behind${path}`);
  const asTemplate = (one: string): string | undefined => templates.find((template) => fits(template, one));
  expect([...called].map(asTemplate)).not.toContain(undefined);
  expect(new Set([...called].map(asTemplate))).toEqual(new Set(templates));
});

type Call = (one: string, two: string) => unknown;

/** Everything but what follows or waits. */
function callsOf(client: Client): readonly Call[] {
  const found: Call[] = [];
  const collect = (value: unknown, name: string): void => {
    if (name === 'stream' || name === 'wait') return;
    if (typeof value === 'function') found.push(async (one, two) => all(await (value as Call)(one, two)));
    else for (const [key, inner] of Object.entries(value as object)) collect(inner, key);
  };
  collect(client, '');
  return found;
}

async function all(answer: unknown): Promise<unknown> {
  return (answer as Partial<told.Listing<unknown>> | undefined)?.all?.();
}

/** `A` and `B` stand where a place is to be filled in; where words of the path fit it is not a place. */
function fits(template: string, called: string): boolean {
  const words = template.split('/');
  const given = called.split('/');
  return (
    words.length === given.length &&
    words.every((word, n) => word === given[n] || (word.startsWith('{') && /^[AB]$/.test(given[n] as string)))
  );
}

/** Without what says nothing about the shape: who may write to it, and how absence is spelled. */
type Plain<T> = unknown extends T
  ? unknown
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
      : T;
/** Of zod, which is a dependency of the server and of nobody else. */
interface Schema {
  readonly _zod: { readonly input: unknown; readonly output: unknown };
}
type Of<S extends Schema> = Plain<S['_zod']['output']>;
type Taken<S extends Schema> = Plain<S['_zod']['input']>;

test('the types of the client are those of the schemas', () => {
  expectTypeOf<Of<typeof common.ProblemSchema>>().toEqualTypeOf<Plain<told.Problem>>();

  expectTypeOf<Of<typeof workflows.Registered>>().toEqualTypeOf<Plain<told.RegisteredWorkflow>>();
  expectTypeOf<Of<typeof workflows.Validated>>().toEqualTypeOf<Plain<told.ValidatedWorkflow>>();
  expectTypeOf<Of<typeof workflows.Executing>>().toEqualTypeOf<Plain<told.StartedExecution>>();
  expectTypeOf<Taken<typeof workflows.ExecuteBody>>().toEqualTypeOf<Plain<told.ExecuteRequest>>();
  expectTypeOf<Of<typeof workflowRows.WorkflowVersionRow>>().toEqualTypeOf<Plain<told.WorkflowVersion>>();
  expectTypeOf<Of<typeof workflowRows.WorkflowDetail>>().toEqualTypeOf<Plain<told.Workflow>>();
  expectTypeOf<Of<typeof graphs.WorkflowGraph>>().toEqualTypeOf<Plain<told.WorkflowGraph>>();
  expectTypeOf<Of<typeof plans.WorkflowPlan>>().toEqualTypeOf<Plain<told.WorkflowPlan>>();
  expectTypeOf<Of<typeof schedules.Schedule>>().toEqualTypeOf<Plain<told.Schedule>>();

  expectTypeOf<Of<typeof executions.ExecutionStatus>>().toEqualTypeOf<Plain<told.ExecutionStatus>>();
  expectTypeOf<Of<typeof rows.ExecutionSummary>>().toEqualTypeOf<Plain<told.ExecutionSummary>>();
  expectTypeOf<Of<typeof reads.Causes>>().toEqualTypeOf<Plain<told.ExecutionCauses>>();
  expectTypeOf<Of<typeof reads.PublishedEventSchema>>().toEqualTypeOf<Plain<told.PublishedEvent>>();
  expectTypeOf<Of<typeof reads.LogRow>>().toEqualTypeOf<Plain<told.LogRow>>();
  expectTypeOf<Of<typeof reads.Checkpoint>>().toEqualTypeOf<Plain<told.Checkpoint>>();
  expectTypeOf<Of<typeof reads.ExecutionGraph>>().toEqualTypeOf<Plain<told.ExecutionGraph>>();
  expectTypeOf<Of<typeof reads.Questions>>().toEqualTypeOf<Plain<told.OpenQuestions>>();

  expectTypeOf<Of<typeof commands.Told>>().toEqualTypeOf<Plain<told.ToldExecution>>();
  expectTypeOf<Of<typeof commands.ToldTask>>().toEqualTypeOf<Plain<told.ToldTask>>();
  expectTypeOf<Of<typeof commands.Paused>>().toEqualTypeOf<Plain<told.PausedExecution>>();
  expectTypeOf<Of<typeof commands.Forked>>().toEqualTypeOf<Plain<told.ForkedExecution>>();
  expectTypeOf<Of<typeof commands.UpgradeAnswer>>().toEqualTypeOf<Plain<told.UpgradeReport>>();
  expectTypeOf<Of<typeof commands.CheckpointTaken>>().toEqualTypeOf<Plain<told.TakenCheckpoint>>();
  expectTypeOf<Of<typeof commands.Sent>>().toEqualTypeOf<Plain<told.SentMessage>>();
  expectTypeOf<Of<typeof commands.Deleted>>().toEqualTypeOf<Plain<told.DeletedExecution>>();
  expectTypeOf<Of<typeof bulk.BulkAnswer>>().toEqualTypeOf<Plain<told.BulkReport>>();
  expectTypeOf<Of<typeof signals.SignalAccepted>>().toEqualTypeOf<Plain<told.SignalAccepted>>();

  expectTypeOf<Of<typeof patterns.PatternEntry>>().toEqualTypeOf<Plain<told.Pattern>>();
  expectTypeOf<Of<typeof patterns.PatternDetail>>().toEqualTypeOf<Plain<told.PatternDetail>>();
  expectTypeOf<Of<typeof patterns.PatternVersionRow>>().toEqualTypeOf<Plain<told.PatternVersion>>();
  expectTypeOf<Of<typeof patterns.RegisteredPattern>>().toEqualTypeOf<Plain<told.RegisteredPattern>>();
  expectTypeOf<Of<typeof agents.AgentType>>().toEqualTypeOf<Plain<told.AgentType>>();
  expectTypeOf<Of<typeof operations.Health>>().toEqualTypeOf<Plain<told.Health>>();
  expectTypeOf<Of<typeof operations.Ready>>().toEqualTypeOf<Plain<told.Ready>>();
  expectTypeOf<Of<typeof operations.Capacity>>().toEqualTypeOf<Plain<told.WorkflowCapacity>>();
});
