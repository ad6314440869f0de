/**
 * What the service answers, written by hand: no schema library is needed to use the client. A test of the repository
 * holds each of them to the schema that the server has for it.
 */
export type * from './types/commands.ts';
export type * from './types/common.ts';
export type * from './types/executions.ts';
export type * from './types/operations.ts';
export type * from './types/workflows.ts';
