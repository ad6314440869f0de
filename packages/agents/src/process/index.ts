export type { RemoteAgent } from '../remote.ts';
export type { ProcessOptions } from './options.ts';
export { processAgent } from './process-agent.ts';
