export type { RemoteAgent } from '../remote.ts';
export { type HttpOptions, httpAgent } from './http-agent.ts';
