/** The engine as a service: REST, WebSocket, server-sent events, OpenAPI. */
export { type Authenticator, openAccess, type Principal, type Role } from './auth/principal.ts';
export { type ServerParts, type ServerSettings } from './parts.ts';
export { createServer, type Server } from './server.ts';
