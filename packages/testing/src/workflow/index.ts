/** Workflows tried out in virtual time, in any test runner. What users import of it is `@cantata/sdk/testing`. */
export { hangs, inTurn, type Script, type ScriptedAgent, takes } from './script.ts';
export { type SimulatePatternOptions, simulatePattern } from './simulate-pattern.ts';
export { type TestWorkflowOptions, testWorkflow } from './test-workflow.ts';
export { type Performed, type RunEvent, type WorkflowRun } from './workflow-run.ts';
