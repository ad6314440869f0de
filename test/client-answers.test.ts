// Holds what the client says it is answered to what the server answers: for each operation the OpenAPI document names the
// shape of the answer, each shape has one schema at the server and one type at the client, and these are the same. A field
// that one of the two lacks does not compile.
import type * as told from '@cantata/sdk/client';
import type { Client, OperationId } from '@cantata/sdk/client';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import * as agents from '../packages/server/src/schemas/agents.ts';
import * as bulk from '../packages/server/src/schemas/bulk.ts';
import * as common from '../packages/server/src/schemas/common.ts';
import * as commands from '../packages/server/src/schemas/execution-commands.ts';
import * as reads from '../packages/server/src/schemas/execution-reads.ts';
import * as rows from '../packages/server/src/schemas/execution-rows.ts';
import * as executions from '../packages/server/src/schemas/executions.ts';
import * as graphs from '../packages/server/src/schemas/graphs.ts';
import * as operations from '../packages/server/src/schemas/operations.ts';
import * as patterns from '../packages/server/src/schemas/patterns.ts';
import * as plans from '../packages/server/src/schemas/plans.ts';
import * as schedules from '../packages/server/src/schemas/schedules.ts';
import * as signals from '../packages/server/src/schemas/signals.ts';
import * as workflowRows from '../packages/server/src/schemas/workflow-rows.ts';
import * as workflows from '../packages/server/src/schemas/workflows.ts';
import { type Service, startService } from '../packages/server/src/world.suite.ts';

/** By the name it has in the document. */
const SCHEMAS = {
  Health: operations.Health,
  Ready: operations.Ready,
  WorkflowCapacity: operations.Capacity,
  WorkflowVersion: workflowRows.WorkflowVersionRow,
  Workflow: workflowRows.WorkflowDetail,
  RegisteredWorkflow: workflows.Registered,
  ValidatedWorkflow: workflows.Validated,
  StartedExecution: workflows.Executing,
  WorkflowGraph: graphs.WorkflowGraph,
  WorkflowPlan: plans.WorkflowPlan,
  Schedule: schedules.Schedule,
  ExecutionSummary: rows.ExecutionSummary,
  ExecutionStatus: executions.ExecutionStatus,
  Execution: executions.Execution,
  NotExecuted: executions.NotExecuted,
  TaskStatus: executions.TaskView,
  AgentStatus: executions.AgentView,
  TeamStatus: executions.TeamView,
  ExecutionCauses: reads.Causes,
  ExecutionGraph: reads.ExecutionGraph,
  ExecutionOutput: reads.Output,
  OpenQuestions: reads.Questions,
  PublishedEvent: reads.PublishedEventSchema,
  LogRow: reads.LogRow,
  Checkpoint: reads.Checkpoint,
  ToldExecution: commands.Told,
  ToldTask: commands.ToldTask,
  PausedExecution: commands.Paused,
  ForkedExecution: commands.Forked,
  UpgradeReport: commands.UpgradeAnswer,
  TakenCheckpoint: commands.CheckpointTaken,
  SentMessage: commands.Sent,
  DeletedExecution: commands.Deleted,
  BulkReport: bulk.BulkAnswer,
  SignalAccepted: signals.SignalAccepted,
  Pattern: patterns.PatternEntry,
  PatternVersion: patterns.PatternVersionRow,
  PatternDetail: patterns.PatternDetail,
  RegisteredPattern: patterns.RegisteredPattern,
  AgentType: agents.AgentType,
  Problem: common.ProblemSchema,
} as const;

/** The same names at the client. */
interface Types {
  Health: told.Health;
  Ready: told.Ready;
  WorkflowCapacity: told.WorkflowCapacity;
  WorkflowVersion: told.WorkflowVersion;
  Workflow: told.Workflow;
  RegisteredWorkflow: told.RegisteredWorkflow;
  ValidatedWorkflow: told.ValidatedWorkflow;
  StartedExecution: told.StartedExecution;
  WorkflowGraph: told.WorkflowGraph;
  WorkflowPlan: told.WorkflowPlan;
  Schedule: told.Schedule;
  ExecutionSummary: told.ExecutionSummary;
  ExecutionStatus: told.ExecutionStatus;
  Execution: told.Execution;
  NotExecuted: told.NotExecuted;
  TaskStatus: told.TaskStatus;
  AgentStatus: told.AgentStatus;
  TeamStatus: told.TeamStatus;
  ExecutionCauses: told.ExecutionCauses;
  ExecutionGraph: told.ExecutionGraph;
  ExecutionOutput: told.ExecutionOutput;
  OpenQuestions: told.OpenQuestions;
  PublishedEvent: told.PublishedEvent;
  LogRow: told.LogRow;
  Checkpoint: told.Checkpoint;
  ToldExecution: told.ToldExecution;
  ToldTask: told.ToldTask;
  PausedExecution: told.PausedExecution;
  ForkedExecution: told.ForkedExecution;
  UpgradeReport: told.UpgradeReport;
  TakenCheckpoint: told.TakenCheckpoint;
  SentMessage: told.SentMessage;
  DeletedExecution: told.DeletedExecution;
  BulkReport: told.BulkReport;
  SignalAccepted: told.SignalAccepted;
  Pattern: told.Pattern;
  PatternVersion: told.PatternVersion;
  PatternDetail: told.PatternDetail;
  RegisteredPattern: told.RegisteredPattern;
  AgentType: told.AgentType;
  Problem: told.Problem;
}

/** What each operation answers when it did what was asked, as the document has it. */
const ANSWERS = {
  health: 'Health',
  ready: 'Ready',
  workflowCapacity: 'WorkflowCapacity',
  registerWorkflow: 'RegisteredWorkflow',
  validateWorkflow: 'ValidatedWorkflow',
  listWorkflows: 'Page<WorkflowVersion>',
  getWorkflow: 'Workflow',
  listWorkflowVersions: 'Page<WorkflowVersion>',
  workflowGraph: 'WorkflowGraph',
  planWorkflow: 'WorkflowPlan',
  executeWorkflow: 'StartedExecution',
  workflowStatus: 'ExecutionStatus | NotExecuted',
  listWorkflowExecutions: 'Page<ExecutionSummary>',
  pauseWorkflow: 'PausedExecution',
  resumeWorkflow: 'ToldExecution',
  cancelWorkflow: 'ToldExecution',
  listSchedules: 'Items<Schedule>',
  setSchedule: 'Schedule',
  clearSchedule: 'nothing',
  pauseSchedule: 'Schedule',
  resumeSchedule: 'Schedule',
  listExecutions: 'Page<ExecutionSummary>',
  bulk: 'BulkReport',
  getExecution: 'Execution',
  deleteExecution: 'DeletedExecution',
  whyExecution: 'ExecutionCauses',
  listEvents: 'PageAfter<PublishedEvent>',
  readLog: 'PageAfter<LogRow>',
  listCheckpoints: 'PageAfter<Checkpoint>',
  listTasks: 'Its<tasks, TaskStatus>',
  listExecutionAgents: 'Its<agents, AgentStatus>',
  listTeams: 'Its<teams, TeamStatus>',
  executionGraph: 'ExecutionGraph',
  listApprovals: 'OpenQuestions',
  executionValue: 'anything',
  executionOutput: 'ExecutionOutput',
  pauseExecution: 'PausedExecution',
  resumeExecution: 'ToldExecution',
  cancelExecution: 'ToldExecution',
  retryExecution: 'ToldExecution',
  forkExecution: 'ForkedExecution',
  upgradeExecution: 'UpgradeReport',
  takeCheckpoint: 'TakenCheckpoint',
  signalExecution: 'SentMessage',
  publishEvent: 'SentMessage',
  retryCompensation: 'ToldExecution',
  skipCompensation: 'ToldExecution',
  completeTask: 'ToldTask',
  failTask: 'ToldTask',
  skipTask: 'ToldTask',
  reassignTask: 'ToldTask',
  cancelTask: 'ToldTask',
  itemsTask: 'ToldTask',
  switchTask: 'ToldTask',
  answerTask: 'ToldTask',
  signalByKey: 'SignalAccepted',
  listPatterns: 'Items<Pattern>',
  getPattern: 'PatternDetail',
  listPatternVersions: 'Items<PatternVersion>',
  registerPattern: 'RegisteredPattern',
  listAgents: 'Items<AgentType>',
} as const satisfies Record<OperationId, string>;

/** The method of each operation. */
interface Methods {
  health: Client['health'];
  ready: Client['ready'];
  workflowCapacity: Client['capacity'];
  registerWorkflow: Client['workflows']['register'];
  validateWorkflow: Client['workflows']['validate'];
  listWorkflows: Client['workflows']['list'];
  getWorkflow: Client['workflows']['get'];
  listWorkflowVersions: Client['workflows']['versions'];
  workflowGraph: Client['workflows']['graph'];
  planWorkflow: Client['workflows']['plan'];
  executeWorkflow: Client['workflows']['execute'];
  workflowStatus: Client['workflows']['status'];
  listWorkflowExecutions: Client['workflows']['executions'];
  pauseWorkflow: Client['workflows']['pause'];
  resumeWorkflow: Client['workflows']['resume'];
  cancelWorkflow: Client['workflows']['cancel'];
  listSchedules: Client['schedules']['list'];
  setSchedule: Client['schedules']['set'];
  clearSchedule: Client['schedules']['clear'];
  pauseSchedule: Client['schedules']['pause'];
  resumeSchedule: Client['schedules']['resume'];
  listExecutions: Client['executions']['list'];
  bulk: Client['executions']['bulk'];
  getExecution: Client['executions']['get'];
  deleteExecution: Client['executions']['delete'];
  whyExecution: Client['executions']['why'];
  listEvents: Client['executions']['events'];
  readLog: Client['executions']['log'];
  listCheckpoints: Client['executions']['checkpoints'];
  listTasks: Client['executions']['tasks'];
  listExecutionAgents: Client['executions']['agents'];
  listTeams: Client['executions']['teams'];
  executionGraph: Client['executions']['graph'];
  listApprovals: Client['executions']['approvals'];
  executionValue: Client['executions']['value'];
  executionOutput: Client['executions']['output'];
  pauseExecution: Client['executions']['pause'];
  resumeExecution: Client['executions']['resume'];
  cancelExecution: Client['executions']['cancel'];
  retryExecution: Client['executions']['retry'];
  forkExecution: Client['executions']['fork'];
  upgradeExecution: Client['executions']['upgrade'];
  takeCheckpoint: Client['executions']['checkpoint'];
  signalExecution: Client['executions']['signal'];
  publishEvent: Client['executions']['publish'];
  retryCompensation: Client['executions']['compensation']['retry'];
  skipCompensation: Client['executions']['compensation']['skip'];
  completeTask: Client['executions']['complete'];
  failTask: Client['executions']['fail'];
  skipTask: Client['executions']['skip'];
  reassignTask: Client['executions']['reassign'];
  cancelTask: Client['executions']['cancelTask'];
  itemsTask: Client['executions']['addItems'];
  switchTask: Client['executions']['switchPattern'];
  answerTask: Client['executions']['answer'];
  signalByKey: Client['signals']['send'];
  listPatterns: Client['patterns']['list'];
  getPattern: Client['patterns']['get'];
  listPatternVersions: Client['patterns']['versions'];
  registerPattern: Client['patterns']['register'];
  listAgents: Client['agents']['list'];
}

/** Without what says nothing about the shape: who may write to it, and how absence is spelled. */
type Plain<T> = unknown extends T
  ? unknown
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
      : T;
type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;
/** Those of which it is not true. */
type Not<Of> = { [Name in keyof Of]: Of[Name] extends true ? never : Name }[keyof Of];

/** Of zod, which is a dependency of the server and of nobody else. */
type Output<S> = S extends { readonly _zod: { readonly output: infer T } } ? T : never;

type Input<S> = S extends { readonly _zod: { readonly input: infer T } } ? T : never;

type Name = keyof Types;
type Answer<Text extends string> = Text extends Name
  ? Types[Text]
  : Text extends `${infer One extends Name} | ${infer Other extends Name}`
    ? Types[One] | Types[Other]
    : Text extends `Items<${infer Item extends Name}>`
      ? readonly Types[Item][]
      : Text extends `Page<${infer Item extends Name}>`
        ? told.Page<Types[Item]>
        : Text extends `PageAfter<${infer Item extends Name}>`
          ? told.PageAfter<Types[Item]>
          : Text extends `Its<${infer Key}, ${infer Item extends Name}>`
            ? { execution_id: string } & { [K in Key]: readonly Types[Item][] } extends infer Both
              ? { [K in keyof Both]: Both[K] }
              : never
            : Text extends 'nothing'
              ? void
              : unknown;

type Given<Method> = Method extends (...args: never[]) => infer Result
  ? Result extends told.Listing<infer Item>
    ? told.Page<Item>
    : Awaited<Result>
  : never;

test('the types of the client are those of the schemas, name by name', () => {
  type Wrong = Not<{ [N in Name]: Same<Output<(typeof SCHEMAS)[N]>, Types[N]> }>;
  expectTypeOf<Wrong>().toBeNever();
  expectTypeOf<keyof typeof SCHEMAS>().toEqualTypeOf<Name>();
});

test('an execution is asked for as the schema has it', () => {
  type Taken = Input<typeof workflows.ExecuteBody>;
  expectTypeOf<Same<Taken, told.ExecuteRequest>>().toEqualTypeOf<true>();
});

test('each method resolves with what its operation answers', () => {
  type Wrong = Not<{ [Op in OperationId]: Same<Answer<(typeof ANSWERS)[Op]>, Given<Methods[Op]>> }>;
  expectTypeOf<Wrong>().toBeNever();
  expectTypeOf<keyof Methods>().toEqualTypeOf<OperationId>();
});

interface Described {
  readonly $ref?: string;
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described & { readonly items?: Described }>>;
}

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('each schema has its name in the document, and each operation answers what the table says', async () => {
  const names = Object.values(SCHEMAS).map((schema) => schema.meta()?.['id']);
  expect(names).toEqual(Object.keys(SCHEMAS));
  const { body } = await service.call('GET', '/openapi.json');
  const { paths } = body as { readonly paths: Record<string, Record<string, Operation>> };
  const operationsOf = Object.values(paths).flatMap((methods) => Object.values(methods));
  const documented = operationsOf
    .filter(({ operationId }) => operationId !== 'streamWorkflow')
    .map(({ operationId, responses }) => [operationId, shapeOf(responses)]);
  expect(Object.fromEntries(documented)).toEqual(ANSWERS);
});

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly 'application/json'?: { readonly schema: Described } } }>
  >;
}

function shapeOf(responses: Operation['responses']): string {
  const shapes = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => shape(content?.['application/json']?.schema))
    .filter((text) => text !== 'AcceptedCommand');
  return [...new Set(shapes)].join(' | ');
}

function shape(schema: Described | undefined): string {
  if (schema === undefined) return 'nothing';
  const { $ref, anyOf, properties } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) as string;
  if (anyOf !== undefined)
    return anyOf
      .map(shape)
      .filter((text) => text !== 'AcceptedCommand')
      .join(' | ');
  if (properties === undefined) return 'anything';
  const [key = '', of] = Object.entries(properties).find(([, { items }]) => items !== undefined) ?? [];
  const item = shape(of?.items);
  if (key !== 'items') return `Its<${key}, ${item}>`;
  const { next_cursor: next } = properties;
  if (next === undefined) return `Items<${item}>`;
  return `${JSON.stringify(next).includes('"integer"') ? 'PageAfter' : 'Page'}<${item}>`;
}
