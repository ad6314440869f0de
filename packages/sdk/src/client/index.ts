/** `@cantata/sdk/client`: for programs that use the service. Agents do not load it. */
export { type Client, createClient, type SignalByKey } from './client.ts';
export { type Listing } from './listing.ts';
export { OPERATIONS, type OperationId } from './operations.ts';
export { type CallOptions, type ClientOptions } from './options.ts';
export { ServiceError } from './service-error.ts';
export { type StreamMessage, type StreamOptions } from './stream.ts';
export type * from './types.ts';
