/** What tests of users import: their workflows in virtual time, with their agents or others. Needs `@cantata/testing`. */
export type { Performed, RunEvent, WorkflowRun } from '@cantata/testing/workflow';
export { hangs, inTurn, type TestAgent, takes } from './agents.ts';
export { type SimulatePatternOptions, simulatePattern } from './simulate-pattern.ts';
export { type TestWorkflowOptions, testWorkflow } from './test-workflow.ts';
