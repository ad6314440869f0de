/** What users of Cantata import. */
export type {
  Json,
  JsonObject,
  Move,
  Pattern,
  PatternTrigger,
  PatternView,
  Progress,
  Reaction,
  SpawnedTask,
} from '@cantata/core';
export { type AgentDefinition, type AgentOptions, defineAgent } from './agent.ts';
export { byTask } from './by-task.ts';
export { agentDirectory, type Config, defineConfig, type RemoteAgent, readConfig } from './config.ts';
export type { Context } from './context.ts';
export { type AgentErrorOptions, RetryableError, TerminalError } from './errors.ts';
export { inProcess } from './in-process.ts';
export type { Log } from './log.ts';
export { definePattern, type PatternDefinition } from './pattern.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts';
export { type TestAgentOptions, type TestAgentResult, testAgent } from './test-agent.ts';
