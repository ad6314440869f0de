export type { RemoteAgent } from '../remote.ts';
export { type ProcessOptions, processAgent } from './process-agent.ts';
