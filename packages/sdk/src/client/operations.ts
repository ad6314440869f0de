/**
 * Every operation of the service, by its id in the OpenAPI document: method and path. A test of the repository holds
 * this table to that document, both ways.
 */
export const OPERATIONS = {
  health: ['GET', '/health'],
  ready: ['GET', '/ready'],
  workflowCapacity: ['GET', '/workflow-capacity'],

  registerWorkflow: ['POST', '/api/v1/workflows'],
  validateWorkflow: ['POST', '/api/v1/workflows/validate'],
  listWorkflows: ['GET', '/api/v1/workflows'],
  getWorkflow: ['GET', '/api/v1/workflows/{workflow}'],
  listWorkflowVersions: ['GET', '/api/v1/workflows/{workflow}/versions'],
  workflowGraph: ['GET', '/api/v1/workflows/{workflow}/graph'],
  planWorkflow: ['GET', '/api/v1/workflows/{workflow}/plan'],
  executeWorkflow: ['POST', '/api/v1/workflows/{workflow}/execute'],
  workflowStatus: ['GET', '/api/v1/workflows/{workflow}/status'],
  listWorkflowExecutions: ['GET', '/api/v1/workflows/{workflow}/executions'],
  pauseWorkflow: ['POST', '/api/v1/workflows/{workflow}/pause'],
  resumeWorkflow: ['POST', '/api/v1/workflows/{workflow}/resume'],
  cancelWorkflow: ['POST', '/api/v1/workflows/{workflow}/cancel'],

  listSchedules: ['GET', '/api/v1/schedules'],
  setSchedule: ['PUT', '/api/v1/workflows/{workflow}/schedule'],
  clearSchedule: ['DELETE', '/api/v1/workflows/{workflow}/schedule'],
  pauseSchedule: ['POST', '/api/v1/workflows/{workflow}/schedule/pause'],
  resumeSchedule: ['POST', '/api/v1/workflows/{workflow}/schedule/resume'],

  listExecutions: ['GET', '/api/v1/executions'],
  bulk: ['POST', '/api/v1/executions/bulk/{verb}'],
  getExecution: ['GET', '/api/v1/executions/{execution}'],
  deleteExecution: ['DELETE', '/api/v1/executions/{execution}'],
  whyExecution: ['GET', '/api/v1/executions/{execution}/why'],
  listEvents: ['GET', '/api/v1/executions/{execution}/events'],
  readLog: ['GET', '/api/v1/executions/{execution}/log'],
  listCheckpoints: ['GET', '/api/v1/executions/{execution}/checkpoints'],
  listTasks: ['GET', '/api/v1/executions/{execution}/tasks'],
  listExecutionAgents: ['GET', '/api/v1/executions/{execution}/agents'],
  listTeams: ['GET', '/api/v1/executions/{execution}/teams'],
  executionGraph: ['GET', '/api/v1/executions/{execution}/graph'],
  listApprovals: ['GET', '/api/v1/executions/{execution}/approvals'],
  executionValue: ['GET', '/api/v1/executions/{execution}/blobs/{reference}'],
  executionOutput: ['GET', '/api/v1/executions/{execution}/output'],
  pauseExecution: ['POST', '/api/v1/executions/{execution}/pause'],
  resumeExecution: ['POST', '/api/v1/executions/{execution}/resume'],
  cancelExecution: ['POST', '/api/v1/executions/{execution}/cancel'],
  retryExecution: ['POST', '/api/v1/executions/{execution}/retry'],
  forkExecution: ['POST', '/api/v1/executions/{execution}/fork'],
  upgradeExecution: ['POST', '/api/v1/executions/{execution}/upgrade'],
  takeCheckpoint: ['POST', '/api/v1/executions/{execution}/checkpoints'],
  signalExecution: ['POST', '/api/v1/executions/{execution}/signals'],
  publishEvent: ['POST', '/api/v1/executions/{execution}/events'],
  retryCompensation: ['POST', '/api/v1/executions/{execution}/compensation/retry'],
  skipCompensation: ['POST', '/api/v1/executions/{execution}/compensation/skip'],

  completeTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/complete'],
  failTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/fail'],
  skipTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/skip'],
  reassignTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/reassign'],
  cancelTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/cancel'],
  itemsTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/items'],
  switchTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/switch'],
  answerTask: ['POST', '/api/v1/executions/{execution}/tasks/{task}/answer'],

  signalByKey: ['POST', '/api/v1/signals'],
  listPatterns: ['GET', '/api/v1/patterns/available'],
  getPattern: ['GET', '/api/v1/patterns/{pattern}'],
  listPatternVersions: ['GET', '/api/v1/patterns/{pattern}/versions'],
  registerPattern: ['POST', '/api/v1/patterns'],
  listAgents: ['GET', '/api/v1/agents'],
} as const;

export type OperationId = keyof typeof OPERATIONS;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The places of a path that are to be filled in. */
export type PathOf<Id extends OperationId> = Readonly<Record<Names<(typeof OPERATIONS)[Id][1]>, string>>;
